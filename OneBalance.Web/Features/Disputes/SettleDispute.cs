using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Features.Disputes;

/// <summary>
/// Brings a dispute to where the processor has it: what its balance transactions took is debited, what they gave back is
/// credited, each once. Events may come twice and in any order; each run books whatever is not booked yet.
/// </summary>
public sealed partial class SettleDispute(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    SettleTopUp settleTopUp,
    LedgerBook ledger,
    BalanceFeed feed,
    TimeProvider time,
    ILogger<SettleDispute> log)
{
    /// <param name="disputeId">The processor's id, e.g. from a webhook.</param>
    public async Task<SettleDisputeOutcome> RunAsync(string disputeId, CancellationToken ct)
    {
        switch (await processor.ReadDisputeAsync(disputeId, ct))
        {
            case ProcessorReply<ProcessorDispute>.Confirmed(var dispute):
                return await ApplyAsync(dispute, ct);
            case ProcessorReply<ProcessorDispute>.Refused refusal:
                return refusal.UnknownId ? new SettleDisputeOutcome.NotOurs(refusal.Code) : new SettleDisputeOutcome.TryLater(refusal.Code);
            case ProcessorReply<ProcessorDispute>.Unreachable(var reason):
                return new SettleDisputeOutcome.TryLater(reason);
            case ProcessorReply<ProcessorDispute>.Unknown(var reason):
                return new SettleDisputeOutcome.TryLater(reason);
            default:
                throw new InvalidOperationException($"Unexpected reply for dispute {disputeId}.");
        }
    }

    private async Task<SettleDisputeOutcome> ApplyAsync(ProcessorDispute dispute, CancellationToken ct)
    {
        if (await FindAsync(dispute.PaymentId, ct) is not { } funding)
        {
            // The news of the dispute may be faster than that of the payment: its funding is booked first.
            switch (await settleTopUp.RunAsync(dispute.PaymentId, ct))
            {
                case SettleOutcome.Settled:
                    break;
                case SettleOutcome.NotOurs(var reason):
                    NotOurs(log, dispute.Id, dispute.PaymentId);
                    return new SettleDisputeOutcome.NotOurs(reason);
                case SettleOutcome.TryLater(var reason):
                    return new SettleDisputeOutcome.TryLater(reason);
                default:
                    throw new InvalidOperationException($"Unexpected outcome for payment {dispute.PaymentId}.");
            }

            if (await FindAsync(dispute.PaymentId, ct) is not { } found)
            {
                return new SettleDisputeOutcome.TryLater("the funding is not booked yet");
            }

            funding = found;
        }

        // The money first: when we die after it, the event is worked again, and the ledger replays.
        // A payment that came too late for a closed account was credited too, to its payout.
        foreach (var movement in dispute.Movements)
        {
            await BookAsync(funding.Merchant, dispute.Id, movement, ct);
        }

        var state = await SaveAsync(funding, dispute, ct);
        return new SettleDisputeOutcome.Settled(funding.Merchant, dispute.Id, state);
    }

    private async Task BookAsync(MerchantId merchant, string dispute, ProcessorMovement movement, CancellationToken ct)
    {
        LedgerCommand? command = movement.Amount switch
        {
            { IsNegative: true } => new Dispute(merchant, LedgerKeys.Dispute(movement.Id), -movement.Amount),
            { IsPositive: true } => new Reinstate(merchant, LedgerKeys.Reinstate(movement.Id), movement.Amount),
            _ => null,
        };
        if (command is not null && await ledger.SubmitAsync(command, ct) is LedgerReply.Refused(var reason))
        {
            throw new InvalidOperationException($"The ledger refused movement {movement.Id} of dispute {dispute} of merchant {merchant}: {reason}.");
        }
    }

    /// <summary>The funding that the payment credited; null while it is not settled.</summary>
    private async Task<Funding?> FindAsync(string paymentId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.TopUps
            .Where(t => t.PaymentId == paymentId && (t.State == TopUpState.Succeeded || t.State == TopUpState.AwaitingPayout))
            .Select(t => new Funding(t.MerchantId, t.Id, t.CardId))
            .SingleOrDefaultAsync(ct);
    }

    private async Task<CardDisputeState> SaveAsync(Funding funding, ProcessorDispute dispute, CancellationToken ct)
    {
        var state = dispute.State switch
        {
            DisputeState.Open => CardDisputeState.Open,
            DisputeState.Won => CardDisputeState.Won,
            DisputeState.Lost => CardDisputeState.Lost,
            _ => throw new InvalidOperationException($"Unknown state {dispute.State} of dispute {dispute.Id}."),
        };
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var now = time.GetUtcNow();
            var row = await db.CardDisputes.SingleOrDefaultAsync(d => d.MerchantId == funding.Merchant && d.Id == dispute.Id, ct);
            if (row is null)
            {
                row = new CardDispute
                {
                    MerchantId = funding.Merchant,
                    Id = dispute.Id,
                    TopUpId = funding.TopUp,
                    CardId = funding.Card,
                    PaymentId = dispute.PaymentId,
                    Reason = dispute.Reason,
                    OpenedAt = dispute.OpenedAt,
                };
                db.CardDisputes.Add(row);
            }
            else if (row.State != CardDisputeState.Open && state == CardDisputeState.Open)
            {
                // Read before the end and saved after it by a slower runner: an end stays.
                return row.State;
            }

            // What moved stays moved: a slower runner may have read fewer movements than are booked.
            var taken = Money.Max(row.Taken, dispute.Movements.Where(m => m.Amount.IsNegative).Sum(m => -m.Amount));
            var returned = Money.Max(row.Returned, dispute.Movements.Where(m => m.Amount.IsPositive).Sum(m => m.Amount));
            var dueBy = state == CardDisputeState.Open ? dispute.EvidenceDueBy : null;
            if (row.State == state && row.Amount == dispute.Amount && row.Taken == taken && row.Returned == returned && row.EvidenceDueBy == dueBy)
            {
                return state;
            }

            row.State = state;
            row.Amount = dispute.Amount;
            row.Taken = taken;
            row.Returned = returned;
            row.EvidenceDueBy = dueBy;
            row.EndedAt = state == CardDisputeState.Open ? null : row.EndedAt ?? now;
            row.UpdatedAt = now;
            row.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                await feed.PublishAsync(db, funding.Merchant, ct);
                Settled(log, dispute.Id, funding.Merchant.Value, funding.TopUp.ToString(), state);
                return state;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another event of the same dispute was worked in between: look again at what it left.
            }
            catch (DbUpdateException) when (!ct.IsCancellationRequested)
            {
                // Both wrote the first row; anything else is a bug and shows.
                await using var again = await contexts.CreateDbContextAsync(ct);
                if (!await again.CardDisputes.AnyAsync(d => d.MerchantId == funding.Merchant && d.Id == dispute.Id, ct))
                {
                    throw;
                }
            }
        }
    }

    private sealed record Funding(MerchantId Merchant, TopUpId TopUp, CardId Card);

    [LoggerMessage(LogLevel.Information, "Dispute {Dispute} of merchant {Merchant}, top-up {TopUp}, is {State}.")]
    private static partial void Settled(ILogger log, string dispute, long merchant, string topUp, CardDisputeState state);

    [LoggerMessage(LogLevel.Warning, "Dispute {Dispute} is of payment {Payment}, which no top-up here made.")]
    private static partial void NotOurs(ILogger log, string dispute, string payment);
}

/// <summary>What came of settling a dispute: a closed set.</summary>
public abstract record SettleDisputeOutcome
{
    private SettleDisputeOutcome()
    {
    }

    public sealed record Settled(MerchantId Merchant, string Dispute, CardDisputeState State) : SettleDisputeOutcome;

    /// <summary>The disputed payment is none of ours: nothing to do, now or later.</summary>
    public sealed record NotOurs(string Reason) : SettleDisputeOutcome;

    /// <summary>The processor gave no usable answer: settle again later.</summary>
    public sealed record TryLater(string Reason) : SettleDisputeOutcome;
}
