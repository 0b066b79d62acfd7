namespace OneBalance.Web.Features.Refunds;

internal static class RefundsRoom
{
    public static void AddRefunds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<VoidLabel>();
        builder.Services.AddSingleton<VoidManyLabels>();
        builder.Services.AddSingleton<LabelRefund>();
        builder.AddSweep<RefundSweep>(TimeSpan.FromSeconds(5));
    }
}
