using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Core.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>What support asks for: a closed set.</summary>
public abstract record ActOrder
{
    private ActOrder()
    {
    }

    /// <summary>A credit at the platform's cost.</summary>
    public sealed record Goodwill(Money Amount) : ActOrder;

    /// <summary>The exact reverse of a transfer, named by its number in the merchant's book.</summary>
    public sealed record Correction(long Sequence) : ActOrder;

    public sealed record PauseBuying : ActOrder;

    public sealed record ResumeBuying : ActOrder;
}

/// <summary>
/// Support acts on an account through the ledger, with a reason. Who asks for what and why is stored before the ledger is asked,
/// under an id chosen before: pressing twice has one effect, and a sweep ends what a crash left behind. The trail gets its line,
/// with the balance before and after, together with the end.
/// </summary>
public sealed class ActOnAccount(IDbContextFactory<AppDbContext> contexts, LedgerBook ledger, AuditTrail trail, TimeProvider time)
{
    /// <param name="id">Chosen when the form was opened. The database holds one of a kind under way for an account, and one reversal of a transfer.</param>
    public async Task<ActOutcome> RunAsync(MerchantId merchant, Guid id, ActOrder order, string reason, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        if (!SupportActionRules.IsReason(reason))
        {
            return new ActOutcome.ReasonNeeded();
        }

        if (order is ActOrder.Goodwill(var amount) && !SupportActionRules.IsGoodwill(amount))
        {
            return new ActOutcome.AmountOutOfBounds(SupportActionRules.MostGoodwill);
        }

        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (!await db.Merchants.AnyAsync(row => row.Id == merchant, ct))
            {
                return new ActOutcome.NotFound();
            }

            var kind = KindOf(order);
            string? reversed = null;
            if (order is ActOrder.Correction(var sequence))
            {
                var named = await db.LedgerTransfers.Where(row => row.MerchantId == merchant && row.Sequence == sequence)
                    .Select(row => new { row.Key, row.Kind }).SingleOrDefaultAsync(ct);
                if (named is null || !SupportActionRules.Reversible.Contains(named.Kind))
                {
                    return new ActOutcome.NotReversible();
                }

                reversed = named.Key;
            }

            var asked = new SupportAction
            {
                MerchantId = merchant,
                Id = id,
                Kind = kind,
                State = SupportActionState.Asked,
                Amount = (order as ActOrder.Goodwill)?.Amount,
                Reversed = reversed,
                Reason = reason.Trim(),
                UserId = actor.UserId,
                Email = actor.Email,
                Address = actor.Address,
                AskedAt = time.GetUtcNow(),
            };
            db.Add(asked);
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException) when (!ct.IsCancellationRequested)
            {
                // Pressed before: what was asked then counts. Or the same came from another form, and may have ended by now. Anything else is a bug and shows.
                await using var again = await contexts.CreateDbContextAsync(ct);
                if (await again.SupportActions.AsNoTracking().SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct) is not { } first)
                {
                    if (await again.SupportActions.AnyAsync(
                        row => row.MerchantId == merchant && row.Kind == kind && row.Reversed == reversed && (row.State == SupportActionState.Asked || row.EndedAt >= asked.AskedAt), ct))
                    {
                        return new ActOutcome.AnotherUnderWay();
                    }

                    throw;
                }

                if ((first.Kind, first.Amount, first.Reversed, first.Reason) != (asked.Kind, asked.Amount, asked.Reversed, asked.Reason))
                {
                    return new ActOutcome.Differs();
                }
            }
        }

        try
        {
            return await ResumeAsync(merchant, id, CancellationToken.None);
        }
        catch (LedgerUnavailableException)
        {
            return new ActOutcome.UnderWay();
        }
    }

    /// <summary>Brings a stored action to its end; any number of runners may.</summary>
    public async Task<ActOutcome> ResumeAsync(MerchantId merchant, Guid id, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            if (await db.SupportActions.SingleOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct) is not { } action)
            {
                return new ActOutcome.NotFound();
            }

            if (action.State != SupportActionState.Asked)
            {
                return OutcomeOf(action);
            }

            var reply = await IsTooLateAsync(db, action, ct) ? new LedgerReply.Refused(new LedgerRefusal.AccountClosed()) : await ledger.SubmitAsync(CommandOf(action), ct);

            // As the book says of the transfer itself: it may have been made before a crash, and others around it since.
            long last = (reply as LedgerReply.Accepted)?.Sequence
                ?? await db.LedgerBooks.Where(book => book.MerchantId == merchant).Select(book => book.Sequence).SingleOrDefaultAsync(ct);
            var before = await StandAsync(db, merchant, reply is LedgerReply.Accepted ? last - 1 : last, ct);
            var after = await StandAsync(db, merchant, last, ct);
            action.State = reply is LedgerReply.Accepted ? SupportActionState.Done : SupportActionState.Refused;
            action.Refusal = (reply as LedgerReply.Refused)?.Reason.GetType().Name;
            action.EndedAt = time.GetUtcNow();
            action.Version++;
            trail.Add(
                db,
                new Actor(action.UserId, action.Email, action.Address),
                reply is LedgerReply.Accepted ? AuditActionOf(action.Kind) : AuditAction.ActionRefused,
                merchant,
                action.Reversed is { } reversed ? $"transfer/{reversed}" : $"support/{id:N}",
                action.Reason,
                before,
                new { after.Available, after.Owed, after.Paused, action.Amount, action.Refusal });
            try
            {
                await db.SaveChangesAsync(ct);
                return OutcomeOf(action);
            }
            catch (DbUpdateConcurrencyException)
            {
                // The sweep and the page met: the other one ended it.
            }
        }
    }

    /// <summary>Whether it would add to a book that is closed. What the ledger has done before a crash stays done, and is asked for again.</summary>
    private static async Task<bool> IsTooLateAsync(AppDbContext db, SupportAction action, CancellationToken ct)
    {
        var reversed = action.Reversed is not { } key
            ? null
            : await db.LedgerTransfers.Where(row => row.MerchantId == action.MerchantId && row.Key == key).Select(row => (LedgerTransferKind?)row.Kind).SingleOrDefaultAsync(ct);
        string own = LedgerKeys.Support(action.Id);
        return SupportActionRules.Adds(action.Kind, reversed)
            && await db.LedgerBooks.AnyAsync(book => book.MerchantId == action.MerchantId && book.Status == LedgerBookStatus.Closed, ct)
            && !await db.LedgerTransfers.AnyAsync(row => row.MerchantId == action.MerchantId && row.Key == own, ct);
    }

    private static SupportActionKind KindOf(ActOrder order) => order switch
    {
        ActOrder.Goodwill => SupportActionKind.Goodwill,
        ActOrder.Correction => SupportActionKind.Correction,
        ActOrder.PauseBuying => SupportActionKind.Pause,
        ActOrder.ResumeBuying => SupportActionKind.Resume,
        _ => throw new InvalidOperationException($"Unknown order {order}."),
    };

    private static LedgerCommand CommandOf(SupportAction action) => action.Kind switch
    {
        SupportActionKind.Goodwill => new Credit(action.MerchantId, LedgerKeys.Support(action.Id), action.Amount!.Value),
        SupportActionKind.Correction => new Correct(action.MerchantId, LedgerKeys.Support(action.Id), action.Reversed!),
        SupportActionKind.Pause => new Pause(action.MerchantId, LedgerKeys.Support(action.Id)),
        SupportActionKind.Resume => new Resume(action.MerchantId, LedgerKeys.Support(action.Id)),
        _ => throw new InvalidOperationException($"Unknown kind {action.Kind}."),
    };

    private static AuditAction AuditActionOf(SupportActionKind kind) => kind switch
    {
        SupportActionKind.Goodwill => AuditAction.GoodwillCredited,
        SupportActionKind.Correction => AuditAction.TransferCorrected,
        SupportActionKind.Pause => AuditAction.BuyingPaused,
        SupportActionKind.Resume => AuditAction.BuyingResumed,
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };

    private static ActOutcome OutcomeOf(SupportAction action) =>
        action.State == SupportActionState.Done ? new ActOutcome.Done() : new ActOutcome.Refused(action.Refusal ?? "");

    /// <summary>How the account stood after that transfer of its book.</summary>
    private static async Task<Stand> StandAsync(AppDbContext db, MerchantId merchant, long sequence, CancellationToken ct) => new(
        new Money(await db.LedgerTransfers.Where(row => row.MerchantId == merchant && row.Sequence == sequence).Select(row => row.AvailableAfter).SingleOrDefaultAsync(ct)),
        new Money(await db.LedgerEntries.Where(row => row.MerchantId == merchant && row.Account == Account.Receivable && row.Sequence <= sequence).SumAsync(row => row.Amount, ct)),
        await db.LedgerTransfers
            .Where(row => row.MerchantId == merchant && row.Sequence <= sequence && (row.Kind == LedgerTransferKind.Pause || row.Kind == LedgerTransferKind.Resume))
            .OrderByDescending(row => row.Sequence).Select(row => row.Kind).FirstOrDefaultAsync(ct) == LedgerTransferKind.Pause);

    private sealed record Stand(Money Available, Money Owed, bool Paused);
}

/// <summary>What came of acting on an account: a closed set.</summary>
public abstract record ActOutcome
{
    private ActOutcome()
    {
    }

    public sealed record Done : ActOutcome;

    /// <summary>Stored; the ledger does not answer just now, and a sweep will end it.</summary>
    public sealed record UnderWay : ActOutcome;

    /// <summary>The same is asked for already and not ended: by somebody else, or from another form.</summary>
    public sealed record AnotherUnderWay : ActOutcome;

    /// <summary>This form asked for something else before, which counts.</summary>
    public sealed record Differs : ActOutcome;

    /// <param name="Refusal">Name of the ledger's refusal, e.g. <c>AlreadyReversed</c>.</param>
    public sealed record Refused(string Refusal) : ActOutcome;

    public sealed record ReasonNeeded : ActOutcome;

    /// <param name="Most">From 0.01 to this.</param>
    public sealed record AmountOutOfBounds(Money Most) : ActOutcome;

    /// <summary>There is no such transfer, or it is not one that support reverses.</summary>
    public sealed record NotReversible : ActOutcome;

    public sealed record NotFound : ActOutcome;
}

/// <summary>Ends what a crash left between asking and the ledger's answer.</summary>
public sealed partial class SupportActionSweep(IDbContextFactory<AppDbContext> contexts, ActOnAccount act, TimeProvider time, ILogger<SupportActionSweep> logger) : ISweep
{
    /// <summary>Younger ones are being worked by the page that asked.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - Grace;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var left = await db.SupportActions.Where(row => row.State == SupportActionState.Asked && row.AskedAt <= before)
            .OrderBy(row => row.AskedAt).Take(100).Select(row => new { row.MerchantId, row.Id }).ToListAsync(ct);
        foreach (var action in left)
        {
            try
            {
                await act.ResumeAsync(action.MerchantId, action.Id, ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Failed(failure, action.Id, action.MerchantId);
            }
        }

        return left.Count;
    }

    [LoggerMessage(LogLevel.Error, "Action {Action} of support on merchant {Merchant} could not be ended; it stays asked for.")]
    private partial void Failed(Exception failure, Guid action, MerchantId merchant);
}
