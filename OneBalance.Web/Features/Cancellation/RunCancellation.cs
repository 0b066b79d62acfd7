using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>
/// Takes a cancellation as far as it goes by itself. Every step stores its intent first, acts under a key that derives from
/// the cancellation's or the part's id, and saves what came of it if nobody else has: so it may die between any two
/// steps, and any number of runners may be at it.
/// </summary>
public sealed partial class RunCancellation(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    RecordRefund recordRefund,
    LedgerBook ledger,
    StoredFundings fundings,
    CancellationMails mails,
    IOptions<CancellationOptions> options,
    TimeProvider time,
    ILogger<RunCancellation> log)
{
    /// <summary>In one go; more than any plan has, so that a mistake ends and is seen.</summary>
    private const int MostSteps = 2_000;

    public async Task RunAsync(Guid closing, CancellationToken ct)
    {
        for (int step = 0; step < MostSteps; step++)
        {
            if (await LoadAsync(closing, ct) is not { } stored)
            {
                return;
            }

            var next = ClosingFlow.Next(stored.Closing.State, stored.Facts, stored.Money);
            if (next is ClosingStep.Wait || !await TakeAsync(stored, next, ct))
            {
                return;
            }

            mails.Wake();
        }

        throw new InvalidOperationException($"Cancellation {closing} does not come to rest.");
    }

    /// <returns>False when nothing more is to be done now.</returns>
    private Task<bool> TakeAsync(Stored stored, ClosingStep step, CancellationToken ct) => step switch
    {
        ClosingStep.Begin => BeginAsync(stored, ct),
        ClosingStep.Reopen => ReopenAsync(stored, ct),
        ClosingStep.Close => CloseAsync(stored, ct),
        ClosingStep.Plan(var amount, var owed) => PlanAsync(stored, amount, owed, ct),
        ClosingStep.Replace(var lot) => ReplaceAsync(stored, stored.Lot(lot), ct),
        ClosingStep.Send(var lot) => SendAsync(stored, stored.Lot(lot), ct),
        ClosingStep.Find(var lot) => FindAsync(stored, stored.Lot(lot), ct),
        ClosingStep.Ask(var lot) => AskAsync(stored, stored.Lot(lot), ct),
        ClosingStep.Settle(var lot) => SaveAsync(stored, (_, _, lots) =>
        {
            var row = lots.Single(l => l.Id == lot);
            row.State = PayoutLotState.Paid;
            row.EndedAt = time.GetUtcNow();
            return Task.CompletedTask;
        }, ct),
        ClosingStep.Return(var lot) => ReturnAsync(stored, stored.Lot(lot), ct),
        ClosingStep.Finish => SaveAsync(stored, async (db, closing, _) =>
        {
            closing.State = ClosingState.Paid;
            closing.PaidAt = time.GetUtcNow();
            await mails.PaidAsync(db, closing, ct);
        }, ct),
        _ => throw new InvalidOperationException($"Nothing is done for {step}."),
    };

    private async Task<bool> BeginAsync(Stored stored, CancellationToken ct)
    {
        await RequireAsync(new BeginClose(stored.Merchant, LedgerKeys.BeginClose(stored.Id)), ct);
        return await SaveAsync(stored, async (db, closing, _) =>
        {
            closing.State = ClosingState.Closing;
            await mails.OpenedAsync(db, closing, ct);
        }, ct);
    }

    private async Task<bool> ReopenAsync(Stored stored, CancellationToken ct)
    {
        // Begun first, always: a runner that is late with it then finds it done, and cannot stop buying after this.
        await RequireAsync(new BeginClose(stored.Merchant, LedgerKeys.BeginClose(stored.Id)), ct);
        await RequireAsync(new Reopen(stored.Merchant, LedgerKeys.Reopen(stored.Id)), ct);
        return await SaveAsync(stored, async (db, closing, _) =>
        {
            closing.State = ClosingState.Withdrawn;
            closing.WithdrawnAt = time.GetUtcNow();
            await mails.WithdrawnAsync(db, closing, ct);
        }, ct);
    }

    private async Task<bool> CloseAsync(Stored stored, CancellationToken ct)
    {
        string key = LedgerKeys.Close(stored.Id);
        switch (await ledger.SubmitAsync(new Close(stored.Merchant, key, stored.Closing.ApprovedAmount), ct))
        {
            case LedgerReply.Accepted:
                break;
            case LedgerReply.Refused(LedgerRefusal.FundsPending or LedgerRefusal.Owing or LedgerRefusal.RemainderChanged):
                // Something came in between, e.g. a credit or a dispute: nobody has approved what is left now.
                return await VoidApprovalAsync(stored, key, ct);
            case LedgerReply.Refused(var reason):
                throw new InvalidOperationException($"The ledger refused to close cancellation {stored.Id}: {reason}.");
            default:
                throw new InvalidOperationException($"Unexpected reply for cancellation {stored.Id}.");
        }

        return await SaveAsync(stored, async (db, closing, _) =>
        {
            long remainder = await db.LedgerTransfers.Where(t => t.MerchantId == stored.Merchant && t.Key == key).Select(t => t.Amount).SingleAsync(ct);
            closing.State = ClosingState.PayingOut;
            closing.Remainder = new Money(remainder);
            closing.ClosedAt = time.GetUtcNow();
            await mails.ApprovedAsync(db, closing, ct);
        }, ct);
    }

    private async Task<bool> VoidApprovalAsync(Stored stored, string key, CancellationToken ct)
    {
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            // Another runner came when the remainder was right, and closed: then that is what happened.
            if (await db.LedgerTransfers.AnyAsync(t => t.MerchantId == stored.Merchant && t.Key == key, ct))
            {
                return true;
            }
        }

        ApprovalVoid(log, stored.Id, stored.Merchant.Value);
        return await SaveAsync(stored, (_, closing, _) =>
        {
            closing.State = ClosingState.Closing;
            closing.VoidedAt = time.GetUtcNow();
            closing.VoidedAmount = closing.ApprovedAmount;
            closing.ApprovedBy = closing.ApprovalNote = null;
            closing.ApprovedAt = null;
            closing.ApprovedAmount = closing.ApprovalLimit = null;
            closing.DueFrom = closing.DueBy = null;
            return Task.CompletedTask;
        }, ct);
    }

    private Task<bool> PlanAsync(Stored stored, Money amount, Money owed, CancellationToken ct) => SaveAsync(stored, async (db, closing, lots) =>
    {
        var now = time.GetUtcNow();
        var charges = await fundings.ChargesAsync(db, stored.Merchant, ct);
        int number = lots.Count;

        // What was promised and did not leave keeps its days and its approval; what came in since is promised from today.
        var failed = lots.Where(l => l is { State: PayoutLotState.Failed or PayoutLotState.Replaced, Replanned: false }).ToList();
        IEnumerable<(Promise Promise, Money Amount)> promised = lots.Count == 0
            ? [(new Promise(closing.DueFrom!.Value, closing.DueBy!.Value), closing.Remainder!.Value)]
            : failed.Select(l => (Promise.Of(l), l.Amount));
        foreach (var parts in promised.GroupBy(part => part.Promise, part => part.Amount))
        {
            Take(parts.Sum(), parts.Key);
        }

        if (amount is { IsPositive: true } late)
        {
            var approved = lots.Max(l => l.ApprovedAt) ?? closing.ApprovedAt;
            var since = lots
                .Where(l => l is { Supplementary: true, NeedsApproval: false, Route: not PayoutRoute.Owed, State: not (PayoutLotState.Failed or PayoutLotState.Replaced) } && l.PlannedAt >= approved)
                .Sum(l => l.Amount);
            var window = PayoutWindow.Of(EasternDay.Of(now));
            var left = Take(late, new Promise(window.From, window.By, Supplementary: true, ClosingRules.SupplementNeedsApproval(since, late, options.Value.Limit)));
            if (left.IsPositive)
            {
                await mails.SupplementaryAsync(db, closing, left, window.From, window.By, ct);
            }
        }

        failed.ForEach(l => l.Replanned = true);
        closing.State = ClosingState.PayingOut;
        closing.PaidAt = null;

        // What is owed is paid first; answers what is left to leave.
        Money Take(Money most, Promise promise)
        {
            var part = Money.Min(amount, most);
            amount -= part;
            var paying = Money.Min(owed, part);
            owed -= paying;
            if (paying.IsPositive)
            {
                Lot(paying, PayoutRoute.Owed, promise);
            }

            var plan = fundings.Plan(part - paying, charges.Values);
            foreach (var card in plan.ToCards)
            {
                var charge = charges[card.PaymentId];
                charges[card.PaymentId] = charge with { Charge = charge.Charge with { Refunded = charge.Charge.Refunded + card.Amount } };
                var lot = Lot(card.Amount, PayoutRoute.Card, promise);
                lot.TopUpId = charge.TopUp;
                lot.PaymentId = card.PaymentId;
                lot.CardBrand = charge.CardBrand;
                lot.CardLastFour = charge.CardLastFour;
            }

            if (plan.ByBank.IsPositive)
            {
                Lot(plan.ByBank, PayoutRoute.Bank, promise);
            }

            return part - paying;
        }

        PayoutLot Lot(Money part, PayoutRoute route, Promise promise)
        {
            var lot = new PayoutLot
            {
                MerchantId = stored.Merchant,
                Id = Guid.CreateVersion7(now),
                ClosingId = stored.Id,
                Number = ++number,
                Route = route,
                State = PayoutLotState.Planned,
                Amount = part,
                DueFrom = promise.DueFrom,
                DueBy = promise.DueBy,
                Supplementary = promise.Supplementary,
                NeedsApproval = promise.NeedsApproval,
                ApprovedBy = promise.ApprovedBy,
                ApprovedAt = promise.ApprovedAt,
                ApprovalNote = promise.ApprovalNote,
                PlannedAt = now,
                NextAttemptAt = now,
            };
            db.PayoutLots.Add(lot);
            return lot;
        }
    }, ct);

    private Task<bool> ReplaceAsync(Stored stored, PayoutLot lot, CancellationToken ct) => SaveLotAsync(stored, lot, row =>
    {
        row.State = PayoutLotState.Replaced;
        row.EndedAt = time.GetUtcNow();
    }, ct);

    private async Task<bool> SendAsync(Stored stored, PayoutLot lot, CancellationToken ct)
    {
        switch (lot.Route)
        {
            case PayoutRoute.Bank:
                return await SentByBankAsync(stored, lot, ct);
            case PayoutRoute.Owed:
                return await PayOwedAsync(stored, lot, ct);
            case PayoutRoute.Card:
                break;
            default:
                throw new InvalidOperationException($"Payout part {lot.Id} has no way.");
        }

        bool first = lot.State == PayoutLotState.Planned;
        bool mine = await TrySaveAsync(stored, (_, _, lots) =>
        {
            var row = lots.Single(l => l.Id == lot.Id);
            row.State = PayoutLotState.Sending;
            row.AskedAt = time.GetUtcNow();
            Postpone(row);
            return Task.CompletedTask;
        }, ct);
        if (!mine || await LoadAsync(stored.Id, ct) is not { } now)
        {
            return true;
        }

        string key = KeyOf(lot);
        if (!first)
        {
            // It may have been sent before, and the processor forgets keys: look first.
            switch (await processor.FindRefundAsync(lot.PaymentId!, key, ct))
            {
                case ProcessorReply<ProcessorRefund?>.Confirmed({ } found):
                    return await BookAsync(now, lot, found, ct);
                case ProcessorReply<ProcessorRefund?>.Confirmed:
                    break;
                default:
                    NoAnswer(log, lot.Id, stored.Id);
                    return true;
            }
        }

        switch (await processor.RefundAsync(lot.PaymentId!, lot.Amount, key, ct))
        {
            case ProcessorReply<ProcessorRefund>.Confirmed(var refund):
                return await BookAsync(now, lot, refund, ct);
            case ProcessorReply<ProcessorRefund>.Refused(var code, _):
                return await RefusedAsync(now, lot, key, code, ct);
            case ProcessorReply<ProcessorRefund>.Unreachable or ProcessorReply<ProcessorRefund>.Unknown:
                NoAnswer(log, lot.Id, stored.Id);
                return true;
            default:
                throw new InvalidOperationException($"Unexpected reply for payout part {lot.Id}.");
        }
    }

    /// <summary>A dispute came while the part was on its way: either it has left, or it stays. The refund is not asked for again.</summary>
    private async Task<bool> FindAsync(Stored stored, PayoutLot lot, CancellationToken ct)
    {
        bool mine = await TrySaveAsync(stored, (_, _, lots) =>
        {
            Postpone(lots.Single(l => l.Id == lot.Id));
            return Task.CompletedTask;
        }, ct);
        if (!mine || await LoadAsync(stored.Id, ct) is not { } now)
        {
            return true;
        }

        switch (await processor.FindRefundAsync(lot.PaymentId!, KeyOf(lot), ct))
        {
            case ProcessorReply<ProcessorRefund?>.Confirmed({ } found):
                return await BookAsync(now, lot, found, ct);
            case ProcessorReply<ProcessorRefund?>.Confirmed when time.GetUtcNow() - lot.AskedAt >= ClosingFlow.AbsenceProof:
                return await SaveLotAsync(now, lot, row => row.State = PayoutLotState.Planned, ct);
            case ProcessorReply<ProcessorRefund?>.Confirmed:
                return true;
            default:
                NoAnswer(log, lot.Id, stored.Id);
                return true;
        }
    }

    private void Postpone(PayoutLot row)
    {
        row.Attempts++;
        row.NextAttemptAt = time.GetUtcNow() + ClosingFlow.Pause(row.Attempts);
    }

    private async Task<bool> PayOwedAsync(Stored stored, PayoutLot lot, CancellationToken ct)
    {
        switch (await ledger.SubmitAsync(new PayOut(stored.Merchant, LedgerKeys.PayOut(lot.Id), lot.Amount, PayoutRoute.Owed), ct))
        {
            case LedgerReply.Accepted:
                return await SaveAsync(stored, async (db, closing, lots) =>
                {
                    var row = lots.Single(l => l.Id == lot.Id);
                    row.State = PayoutLotState.Paid;
                    row.SentAt = row.EndedAt = time.GetUtcNow();
                    await mails.OwedPaidAsync(db, closing, row, ct);
                }, ct);
            case LedgerReply.Refused(LedgerRefusal.MoreThanOwed):
                // It was given back in between.
                return await ReplaceAsync(stored, lot, ct);
            case LedgerReply.Refused(var reason):
                throw new InvalidOperationException($"The ledger refused payout part {lot.Id} of cancellation {stored.Id}: {reason}.");
            default:
                throw new InvalidOperationException($"Unexpected reply for payout part {lot.Id}.");
        }
    }

    /// <summary>The processor has the refund: the ledger follows it, and reconciliation is told which transfer it meets.</summary>
    private async Task<bool> BookAsync(Stored stored, PayoutLot lot, ProcessorRefund refund, CancellationToken ct)
    {
        string key = LedgerKeys.PayOut(lot.Id);
        await RequireAsync(new PayOut(stored.Merchant, key, lot.Amount, PayoutRoute.Card), ct);
        for (var at = stored; ;)
        {
            if (await TrySaveAsync(at, KeepAsync, ct))
            {
                return true;
            }

            // The refund's own webhook has written its row, or another runner was here: what is still to be kept is kept now, not at the next attempt.
            if (await LoadAsync(stored.Id, ct) is not { } again || again.Lot(lot.Id).State != PayoutLotState.Sending)
            {
                return true;
            }

            at = again;
        }

        async Task KeepAsync(AppDbContext db, AccountClosing closing, List<PayoutLot> lots)
        {
            var now = time.GetUtcNow();
            var row = lots.Single(l => l.Id == lot.Id);
            row.State = PayoutLotState.Sent;
            row.RefundId = refund.Id;
            row.FailureCode = null;
            row.SentAt = now;
            row.Attempts = 1;
            row.NextAttemptAt = now + ClosingFlow.Pause(1);
            var known = await db.CardRefunds.SingleOrDefaultAsync(r => r.MerchantId == stored.Merchant && r.Id == refund.Id, ct);
            if (known is null)
            {
                known = new CardRefund
                {
                    MerchantId = stored.Merchant,
                    Id = refund.Id,
                    TopUpId = lot.TopUpId!.Value,
                    PaymentId = refund.PaymentId,
                    Amount = refund.Amount,
                    State = StateOf(refund.State),
                    FailureReason = refund.FailureReason,
                    RecordedAt = now,
                };
                db.CardRefunds.Add(known);
            }

            known.TransferKey = key;
            known.UpdatedAt = now;
            known.Version++;
            await mails.SentAsync(db, closing, row, ct);
        }
    }

    /// <summary>Nothing has left. For good, the part is planned anew; otherwise it waits for its next attempt.</summary>
    private async Task<bool> RefusedAsync(Stored stored, PayoutLot lot, string key, string code, CancellationToken ct)
    {
        // Refused because an earlier attempt has done it? Then that one is found.
        switch (await processor.FindRefundAsync(lot.PaymentId!, key, ct))
        {
            case ProcessorReply<ProcessorRefund?>.Confirmed({ } found):
                return await BookAsync(stored, lot, found, ct);
            case ProcessorReply<ProcessorRefund?>.Confirmed:
                RefusedToRefund(log, lot.Id, stored.Id, code);
                return await SaveAsync(stored, async (db, _, lots) =>
                {
                    var row = lots.Single(l => l.Id == lot.Id);
                    var disputes = await db.CardDisputes.Where(d => d.MerchantId == stored.Merchant && d.PaymentId == lot.PaymentId).Select(d => d.State).ToListAsync(ct);
                    row.FailureCode = code.Length > 60 ? code[..60] : code;
                    if (RefundRefusals.IsFinal(code, disputeEnded: disputes.Count > 0 && !disputes.Contains(CardDisputeState.Open)))
                    {
                        row.State = PayoutLotState.Failed;
                        row.EndedAt = time.GetUtcNow();
                    }
                    else
                    {
                        // The processor would answer the same under this key, and has refunded nothing under it.
                        row.State = PayoutLotState.Planned;
                        row.Refusals++;
                    }
                }, ct);
            default:
                NoAnswer(log, lot.Id, stored.Id);
                return true;
        }
    }

    private async Task<bool> SentByBankAsync(Stored stored, PayoutLot lot, CancellationToken ct)
    {
        await RequireAsync(new PayOut(stored.Merchant, LedgerKeys.PayOut(lot.Id), lot.Amount, PayoutRoute.Bank), ct);
        return await SaveAsync(stored, async (db, closing, lots) =>
        {
            var row = lots.Single(l => l.Id == lot.Id);
            row.State = PayoutLotState.Paid;
            row.SentAt = row.EndedAt = time.GetUtcNow();
            await mails.SentAsync(db, closing, row, ct);
        }, ct);
    }

    private async Task<bool> AskAsync(Stored stored, PayoutLot lot, CancellationToken ct)
    {
        // The next look is stored first: whatever the answer, this does not go round.
        bool mine = await TrySaveAsync(stored, (_, _, lots) =>
        {
            Postpone(lots.Single(l => l.Id == lot.Id));
            return Task.CompletedTask;
        }, ct);
        if (mine)
        {
            await recordRefund.RunAsync(lot.RefundId!, ct);
        }

        return true;
    }

    private async Task<bool> ReturnAsync(Stored stored, PayoutLot lot, CancellationToken ct)
    {
        if (lot.State != PayoutLotState.Returning)
        {
            // A paid one pays out again from here, so that the sweep finds it whatever happens next.
            return await SaveAsync(stored, (_, closing, lots) =>
            {
                lots.Single(l => l.Id == lot.Id).State = PayoutLotState.Returning;
                closing.State = ClosingState.PayingOut;
                closing.PaidAt = null;
                return Task.CompletedTask;
            }, ct);
        }

        string key = LedgerKeys.ReturnPayOut(lot.Id);
        await RequireAsync(new Correct(stored.Merchant, key, LedgerKeys.PayOut(lot.Id)), ct);
        return await SaveAsync(stored, async (db, closing, lots) =>
        {
            var now = time.GetUtcNow();
            var row = lots.Single(l => l.Id == lot.Id);
            row.State = PayoutLotState.Failed;
            row.EndedAt = now;
            if (row.Route == PayoutRoute.Card)
            {
                var refund = await db.CardRefunds.SingleAsync(r => r.MerchantId == stored.Merchant && r.Id == lot.RefundId, ct);
                refund.FailureTransferKey = key;
                refund.UpdatedAt = now;
                refund.Version++;
                row.FailureCode = refund.FailureReason ?? "failed";
            }

            await mails.FailedAsync(db, closing, row, ct);
        }, ct);
    }

    private async Task RequireAsync(LedgerCommand command, CancellationToken ct)
    {
        if (await ledger.SubmitAsync(command, ct) is LedgerReply.Refused(var reason))
        {
            throw new InvalidOperationException($"The ledger refused {command.Key} of merchant {command.Merchant}: {reason}.");
        }
    }

    private Task<bool> SaveLotAsync(Stored stored, PayoutLot lot, Action<PayoutLot> change, CancellationToken ct) => SaveAsync(stored, (_, _, lots) =>
    {
        change(lots.Single(l => l.Id == lot.Id));
        return Task.CompletedTask;
    }, ct);

    /// <returns>Always true: whether saved or not, the next look decides from what is stored.</returns>
    private async Task<bool> SaveAsync(Stored stored, Func<AppDbContext, AccountClosing, List<PayoutLot>, Task> change, CancellationToken ct)
    {
        await TrySaveAsync(stored, change, ct);
        return true;
    }

    /// <summary>Changes the cancellation and its parts if they are still as they were loaded.</summary>
    /// <returns>False when somebody else was faster: nothing is changed.</returns>
    private async Task<bool> TrySaveAsync(Stored stored, Func<AppDbContext, AccountClosing, List<PayoutLot>, Task> change, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var closing = await db.AccountClosings.SingleAsync(c => c.MerchantId == stored.Merchant && c.Id == stored.Id, ct);
        if (closing.Version != stored.Closing.Version)
        {
            return false;
        }

        var lots = await db.PayoutLots.Where(l => l.MerchantId == stored.Merchant && l.ClosingId == stored.Id).OrderBy(l => l.Number).ToListAsync(ct);
        await change(db, closing, lots);
        closing.UpdatedAt = time.GetUtcNow();
        closing.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Another runner, a person or a webhook saved in between: the next look sees what it left.
            return false;
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // A webhook wrote the refund's first row, or another runner this plan: then the next look sees it. Anything else shows.
            await using var again = await contexts.CreateDbContextAsync(ct);
            var added = db.ChangeTracker.Entries<CardRefund>().Where(e => e.State == EntityState.Added).Select(e => e.Entity.Id).ToList();
            if (!await again.AccountClosings.AnyAsync(c => c.Id == stored.Id && c.Version != stored.Closing.Version, ct)
                && !await again.CardRefunds.AnyAsync(r => added.Contains(r.Id), ct))
            {
                throw;
            }

            return false;
        }
    }

    /// <summary>The cancellation, then its parts, then the ledger: in this order what is unplanned is never overestimated.</summary>
    private async Task<Stored?> LoadAsync(Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AccountClosings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } closing)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var lots = await db.PayoutLots.AsNoTracking().Where(l => l.MerchantId == closing.MerchantId && l.ClosingId == id).OrderBy(l => l.Number).ToListAsync(ct);
        var refunds = await db.CardRefunds.AsNoTracking().Where(r => r.MerchantId == closing.MerchantId).ToDictionaryAsync(r => r.Id, r => r.State, ct);
        var book = await db.LedgerBooks.AsNoTracking().Where(b => b.MerchantId == closing.MerchantId).Select(b => new { b.PayoutClearing, b.Receivable }).SingleOrDefaultAsync(ct);
        bool disputed = await db.CardDisputes.AnyAsync(d => d.MerchantId == closing.MerchantId && d.State == CardDisputeState.Open, ct);
        return new Stored(
            closing,
            lots,
            [.. lots.Select(l => new LotFacts(
                l.Id,
                l.State,
                l.Route,
                l.Amount,
                l.RefundId is { } refund && refunds.TryGetValue(refund, out var state) ? Standing(state) : null,
                l.NextAttemptAt <= now,
                !l.NeedsApproval || l.ApprovedBy != null))],
            new PayoutMoney(new Money(book?.PayoutClearing ?? 0), new Money(book?.Receivable ?? 0), disputed));
    }

    /// <summary>The processor's idempotency key, and the mark by which the refund is found again.</summary>
    private static string KeyOf(PayoutLot lot) => lot.Refusals == 0 ? $"payout-{lot.Id:N}" : $"payout-{lot.Id:N}-{lot.Refusals}";

    private static CardRefundState StateOf(Balance.RefundState state) => state switch
    {
        Balance.RefundState.Pending => CardRefundState.Pending,
        Balance.RefundState.Succeeded => CardRefundState.Succeeded,
        Balance.RefundState.Failed => CardRefundState.Failed,
        Balance.RefundState.Cancelled => CardRefundState.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static RefundStanding Standing(CardRefundState state) => state switch
    {
        CardRefundState.Pending => RefundStanding.Pending,
        CardRefundState.Succeeded => RefundStanding.Succeeded,
        CardRefundState.Failed or CardRefundState.Cancelled => RefundStanding.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private sealed record Stored(AccountClosing Closing, IReadOnlyList<PayoutLot> Lots, IReadOnlyList<LotFacts> Facts, PayoutMoney Money)
    {
        public MerchantId Merchant => Closing.MerchantId;

        public Guid Id => Closing.Id;

        public PayoutLot Lot(Guid id) => Lots.Single(l => l.Id == id);
    }

    /// <summary>What was promised for some money, and who approved it: it stays with the money however it leaves.</summary>
    private sealed record Promise(
        DateOnly DueFrom, DateOnly DueBy, bool Supplementary = false, bool NeedsApproval = false, string? ApprovedBy = null, DateTimeOffset? ApprovedAt = null, string? ApprovalNote = null)
    {
        public static Promise Of(PayoutLot lot) => new(lot.DueFrom, lot.DueBy, lot.Supplementary, lot.NeedsApproval, lot.ApprovedBy, lot.ApprovedAt, lot.ApprovalNote);
    }

    [LoggerMessage(LogLevel.Warning, "The approval of cancellation {Closing} of merchant {Merchant} is void: what is left is not what was approved, or something pends.")]
    private static partial void ApprovalVoid(ILogger log, Guid closing, long merchant);

    [LoggerMessage(LogLevel.Warning, "No usable answer of the processor for part {Lot} of cancellation {Closing}.")]
    private static partial void NoAnswer(ILogger log, Guid lot, Guid closing);

    [LoggerMessage(LogLevel.Warning, "The processor refused part {Lot} of cancellation {Closing}: {Code}.")]
    private static partial void RefusedToRefund(ILogger log, Guid lot, Guid closing, string code);
}

/// <summary>Takes cancellations up after a crash, when a refund's time has come, and when a credit arrives late.</summary>
public sealed partial class CancellationSweep(IDbContextFactory<AppDbContext> contexts, RunCancellation run, ILogger<CancellationSweep> log) : ISweep
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.AccountClosings
            .Where(c => c.State == ClosingState.Opening || c.State == ClosingState.Withdrawing || c.State == ClosingState.Approved || c.State == ClosingState.PayingOut
                || (c.State == ClosingState.Paid
                    && (db.LedgerBooks.Any(b => b.MerchantId == c.MerchantId && b.PayoutClearing > 0)
                        || db.PayoutLots.Any(l => l.MerchantId == c.MerchantId && l.ClosingId == c.Id && l.State == PayoutLotState.Paid
                            && db.CardRefunds.Any(r => r.MerchantId == l.MerchantId && r.Id == l.RefundId && (r.State == CardRefundState.Failed || r.State == CardRefundState.Cancelled))))))
            .OrderBy(c => c.RequestedAt)
            .Select(c => new { c.Id, c.Version })
            .ToListAsync(ct);
        int moved = 0;
        foreach (var closing in due)
        {
            try
            {
                await run.RunAsync(closing.Id, ct);
                moved += await db.AccountClosings.AnyAsync(c => c.Id == closing.Id && c.Version != closing.Version, ct) ? 1 : 0;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One broken cancellation must not keep the others waiting; it comes up again.
                Broken(log, failure, closing.Id);
            }
        }

        return moved;
    }

    [LoggerMessage(LogLevel.Error, "Cancellation {Closing} could not be moved on.")]
    private static partial void Broken(ILogger log, Exception failure, Guid closing);
}
