using OneBalance.Core.Billing;

namespace OneBalance.Web.Features.Disputes;

internal static class DisputesRoom
{
    public static void AddDisputes(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<SettleDispute>();
        builder.Services.AddTransient<DisputeQueries>();
        builder.Services.AddScoped<DisputeWords>();
        builder.AddAccountSearch((db, typed) => db.CardDisputes.Where(dispute => dispute.Id == typed).Select(dispute => dispute.MerchantId));
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.Disputes, "/admin/disputes", (db, _) => db.CardDisputes.Where(dispute => dispute.State == CardDisputeState.Open).Select(dispute => dispute.OpenedAt)));
    }
}
