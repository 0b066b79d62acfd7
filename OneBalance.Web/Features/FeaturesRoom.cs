using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Adjustments;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Disputes;
using OneBalance.Web.Features.Help;
using OneBalance.Web.Features.Home;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Notices;
using OneBalance.Web.Features.Printing;
using OneBalance.Web.Features.Privacy;
using OneBalance.Web.Features.Reconciliation;
using OneBalance.Web.Features.Refunds;
using OneBalance.Web.Features.ServiceNotices;
using OneBalance.Web.Features.Settings;
using OneBalance.Web.Features.SetUpCarriers;
using OneBalance.Web.Features.Statements;
using OneBalance.Web.Features.Team;
using OneBalance.Web.Features.Tracking;

namespace OneBalance.Web.Features;

/// <summary>Composition of the features: one line each.</summary>
public static class FeaturesRoom
{
    public static void AddFeatures(this WebApplicationBuilder builder)
    {
        builder.AddMerchants();
        builder.AddTeam();
        builder.AddMail();
        builder.AddAudit();
        builder.AddHome();
        builder.AddHelp();
        builder.AddServiceNotices();
        builder.AddAdmin();
        builder.AddAdjustments();
        builder.AddSettingsPage();
        builder.AddSetUpCarriers();
        builder.AddBalance();
        builder.AddNotices();
        builder.AddStatements();
        builder.AddDisputes();
        builder.AddReconciliation();
        builder.AddCancellation();
        builder.AddRefunds();
        builder.AddAddressBook();
        builder.AddLabels();
        builder.AddBatches();
        builder.AddPrinting();
        builder.AddManifests();
        builder.AddTracking();
        builder.AddPrivacy();
    }

    public static void MapFeatures(this WebApplication app)
    {
        app.MapMail();
        app.MapAudit();
        app.MapAdmin();
        app.MapViewAsMerchant();
        app.MapAdjustments();
        app.MapSetUpCarriers();
        app.MapBalance();
        app.MapAddressBook();
        app.MapLabels();
        app.MapRefunds();
        app.MapNotices();
        app.MapStatements();
        app.MapCancellation();
        app.MapBatches();
        app.MapPrinting();
        app.MapManifests();
    }
}
