using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using RefundState = OneBalance.Web.Features.Balance.RefundState;

namespace OneBalance.Web.Features.Reconciliation;

/// <summary>
/// Writes down how a refund at the processor stands. It moves no money: whoever closes an account does, and stores the
/// transfer's key with the refund; a refund without one shows as a difference.
/// </summary>
public sealed partial class RecordRefund(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    SettleTopUp settleTopUp,
    TimeProvider time,
    ILogger<RecordRefund> log)
{
    /// <param name="refundId">The processor's id, e.g. from a webhook.</param>
    public async Task<RecordRefundOutcome> RunAsync(string refundId, CancellationToken ct)
    {
        switch (await processor.ReadRefundAsync(refundId, ct))
        {
            case ProcessorReply<ProcessorRefund>.Confirmed(var refund):
                return await ApplyAsync(refund, ct);
            case ProcessorReply<ProcessorRefund>.Refused refusal:
                return refusal.UnknownId ? new RecordRefundOutcome.NotOurs(refusal.Code) : new RecordRefundOutcome.TryLater(refusal.Code);
            case ProcessorReply<ProcessorRefund>.Unreachable(var reason):
                return new RecordRefundOutcome.TryLater(reason);
            case ProcessorReply<ProcessorRefund>.Unknown(var reason):
                return new RecordRefundOutcome.TryLater(reason);
            default:
                throw new InvalidOperationException($"Unexpected reply for refund {refundId}.");
        }
    }

    private async Task<RecordRefundOutcome> ApplyAsync(ProcessorRefund refund, CancellationToken ct)
    {
        if (await FindAsync(refund.PaymentId, ct) is not { } funding)
        {
            switch (await settleTopUp.RunAsync(refund.PaymentId, ct))
            {
                case SettleOutcome.Settled:
                    break;
                case SettleOutcome.NotOurs(var reason):
                    return new RecordRefundOutcome.NotOurs(reason);
                case SettleOutcome.TryLater(var reason):
                    return new RecordRefundOutcome.TryLater(reason);
                default:
                    throw new InvalidOperationException($"Unexpected outcome for payment {refund.PaymentId}.");
            }

            if (await FindAsync(refund.PaymentId, ct) is not { } found)
            {
                return new RecordRefundOutcome.TryLater("the funding is not booked yet");
            }

            funding = found;
        }

        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var now = time.GetUtcNow();
            var row = await db.CardRefunds.SingleOrDefaultAsync(r => r.MerchantId == funding.Merchant && r.Id == refund.Id, ct);
            if (row is null)
            {
                row = new CardRefund { MerchantId = funding.Merchant, Id = refund.Id, TopUpId = funding.TopUp, PaymentId = refund.PaymentId, RecordedAt = now };
                db.CardRefunds.Add(row);
            }

            var state = refund.State switch
            {
                RefundState.Pending => CardRefundState.Pending,
                RefundState.Succeeded => CardRefundState.Succeeded,
                RefundState.Failed => CardRefundState.Failed,
                RefundState.Cancelled => CardRefundState.Cancelled,
                _ => throw new InvalidOperationException($"Unknown state {refund.State} of refund {refund.Id}."),
            };
            if (Rank(state) < Rank(row.State))
            {
                // Read before the newer state and saved after it by a slower runner: what came later stays.
                return new RecordRefundOutcome.Recorded(funding.Merchant, row.State);
            }

            row.Amount = refund.Amount;
            row.State = state;
            row.FailureReason = refund.FailureReason;
            row.UpdatedAt = now;
            row.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                Recorded(log, refund.Id, funding.Merchant.Value, refund.PaymentId, row.State);
                return new RecordRefundOutcome.Recorded(funding.Merchant, row.State);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another event of the same refund was worked in between: look again at what it left.
            }
            catch (DbUpdateException) when (!ct.IsCancellationRequested)
            {
                // Both wrote the first row; anything else is a bug and shows.
                await using var again = await contexts.CreateDbContextAsync(ct);
                if (!await again.CardRefunds.AnyAsync(r => r.MerchantId == funding.Merchant && r.Id == refund.Id, ct))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>The processor's order of states: a refund fails also after it had succeeded, and never succeeds after it failed.</summary>
    private static int Rank(CardRefundState state) => state switch
    {
        default(CardRefundState) => 0,
        CardRefundState.Pending => 1,
        CardRefundState.Succeeded => 2,
        CardRefundState.Failed or CardRefundState.Cancelled => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private async Task<Funding?> FindAsync(string paymentId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.TopUps
            .Where(t => t.PaymentId == paymentId && (t.State == TopUpState.Succeeded || t.State == TopUpState.AwaitingPayout))
            .Select(t => new Funding(t.MerchantId, t.Id))
            .SingleOrDefaultAsync(ct);
    }

    private sealed record Funding(MerchantId Merchant, TopUpId TopUp);

    [LoggerMessage(LogLevel.Information, "Refund {Refund} of merchant {Merchant}, payment {Payment}, is {State}.")]
    private static partial void Recorded(ILogger log, string refund, long merchant, string payment, CardRefundState state);
}

/// <summary>What came of writing a refund down: a closed set.</summary>
public abstract record RecordRefundOutcome
{
    private RecordRefundOutcome()
    {
    }

    public sealed record Recorded(MerchantId Merchant, CardRefundState State) : RecordRefundOutcome;

    public sealed record NotOurs(string Reason) : RecordRefundOutcome;

    public sealed record TryLater(string Reason) : RecordRefundOutcome;
}
