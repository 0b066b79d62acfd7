using OneBalance.Core.Refunds;

namespace OneBalance.Web.Features.Refunds;

internal static class RefundsRoom
{
    public static void AddRefunds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<VoidLabel>();
        builder.Services.AddSingleton<VoidManyLabels>();
        builder.Services.AddSingleton<LabelRefund>();
        builder.Services.AddSingleton<DecideClaim>();
        builder.Services.AddSingleton<ImportCredits>();
        builder.Services.AddSingleton<RefundClaimQueries>();
        builder.AddSweep<RefundSweep>(TimeSpan.FromSeconds(5));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.RefundClaims,
            "/admin/refund-claims",
            (db, _) => db.RefundRequests.Where(row => row.State == RefundState.ClaimOpen).Select(row => row.CarrierConfirmedAt ?? row.RequestedAt)));
    }
}
