using OneBalance.Core.Shipping;

namespace OneBalance.Web.Features.Admin;

internal static class AdminRoom
{
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AdminQueries>();
        builder.Services.AddScoped<PlatformHealth>();
        builder.Services.AddScoped<RunNow>();
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.UnknownPurchases, "/admin#open", (db, _) => db.Labels.Where(label => label.State == LabelState.Unknown).Select(label => label.UpdatedAt)));
    }
}
