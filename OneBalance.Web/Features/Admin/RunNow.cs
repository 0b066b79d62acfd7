using OneBalance.Core;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Web.Features.Admin;

/// <summary>Moves an open item on now instead of at its next turn: the same repeatable steps the sweeps run.</summary>
public sealed class RunNow(LabelPurchase purchase, ResumeTopUp topUp, LabelRefund refund, ILogger<RunNow> logger)
{
    public async Task RunAsync(OpenItem item, string userId, CancellationToken ct)
    {
        logger.LogInformation("Support user {UserId} runs {Kind} {Id} of merchant {MerchantId} now", userId, item.Kind, item.Id, item.Merchant);
        switch (item.Kind)
        {
            case OpenKind.Label:
                await purchase.RunAsync(item.Merchant, new LabelId(item.Id), ct);
                break;
            case OpenKind.TopUp:
                await topUp.RunAsync(MerchantAccess.OfProduct(item.Merchant), new TopUpId(item.Id), ct);
                break;
            case OpenKind.Refund:
                await refund.RunAsync(item.Merchant, new LabelId(item.Id), ct);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(item), item.Kind, null);
        }
    }
}
