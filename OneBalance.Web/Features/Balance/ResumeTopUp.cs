using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Takes a stored top-up its next step, as <see cref="TopUpFlow"/> says: charge, find, read or cancel. May be run at any time, by
/// anybody, as often as wanted: the processor is asked under the top-up's own key, and the ledger books a payment once.
/// </summary>
public sealed partial class ResumeTopUp(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    SettleTopUp settle,
    TimeProvider time,
    ILogger<ResumeTopUp> log)
{
    /// <returns>The top-up after the step; null when the merchant has none of this id.</returns>
    public async Task<ResumedTopUp?> RunAsync(MerchantAccess access, TopUpId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        if (await LoadAsync(merchant, id, ct) is not { } topUp)
        {
            return null;
        }

        switch (TopUpFlow.Next(topUp.State, topUp.PaymentId is not null, topUp.ChargingSince, topUp.AbsentSince, await IsOpenAsync(merchant, ct), time.GetUtcNow()))
        {
            case TopUpStep.Charge:
                await ChargeAsync(topUp, ct);
                break;
            case TopUpStep.Find:
                await FindAsync(topUp, FailureCodes.NeverCharged, ct);
                break;
            case TopUpStep.Read:
                await settle.RunAsync(topUp.PaymentId!, ct);
                break;
            case TopUpStep.Cancel:
                await CancelAsync(topUp, ct);
                break;
            case TopUpStep.Nothing:
                break;
            default:
                throw new InvalidOperationException($"Top-up {id} has no next step.");
        }

        return await LoadAsync(merchant, id, ct) is { } after
            ? new ResumedTopUp(after.Id, after.State, after.Amount, after.FailureCode, after.RedirectUrl, after.ReturnPath)
            : null;
    }

    private async Task ChargeAsync(TopUp topUp, CancellationToken ct)
    {
        bool first = topUp.State == TopUpState.Requested;
        if (first && !await BeginChargingAsync(topUp, ct))
        {
            return;
        }

        if (await OrderAsync(topUp, ct) is not { } order)
        {
            // Never sent, it ends; sent before, only what came of that counts.
            await (first ? EndAsync(topUp, FailureCodes.CardRemoved, ct) : FindAsync(topUp, FailureCodes.CardRemoved, ct));
            return;
        }

        switch (await processor.ChargeAsync(order, ct))
        {
            case ProcessorReply<Payment>.Confirmed(var payment):
                await settle.ApplyAsync(payment, ct);
                break;
            case ProcessorReply<Payment>.Refused(var code, _):
                // Nothing happened this time; an earlier attempt under the same key may have charged, so look before giving up.
                Refused(log, topUp.Id.ToString(), code);
                await FindAsync(topUp, FailureCodes.Refused, ct);
                break;
            case ProcessorReply<Payment>.Unreachable(var reason):
                NoAnswer(log, topUp.Id.ToString(), reason);
                // Somebody at the page is told at once, and asks again. An automatic one is sent again by the sweep.
                if (first && !topUp.Automatic)
                {
                    await EndAsync(topUp, FailureCodes.Unreachable, ct);
                }

                break;
            case ProcessorReply<Payment>.Unknown(var reason):
                NoAnswer(log, topUp.Id.ToString(), reason);
                await FindAsync(topUp, FailureCodes.NeverCharged, ct);
                break;
            default:
                throw new InvalidOperationException($"Unexpected reply for top-up {topUp.Id}.");
        }
    }

    /// <summary>
    /// Stores the intent to charge; false when another runner was faster, which then does the charging, and when the account began
    /// to close since the top-up was stored, which then ends here. One that is charged while it begins ends before approval; it is
    /// looked for and not sent again.
    /// </summary>
    private async Task<bool> BeginChargingAsync(TopUp topUp, CancellationToken ct)
    {
        bool open = await IsOpenAsync(topUp.MerchantId, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        db.Attach(topUp);
        if (open)
        {
            topUp.State = TopUpState.Charging;
            topUp.ChargingSince = now;
        }
        else
        {
            topUp.State = TopUpState.Failed;
            topUp.FailureCode = FailureCodes.AccountClosing;
            topUp.EndedAt = now;
        }

        topUp.UpdatedAt = now;
        topUp.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            return open;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private async Task<bool> IsOpenAsync(MerchantId merchant, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return !await db.LedgerBooks.AnyAsync(b => b.MerchantId == merchant && b.Status != LedgerBookStatus.Open, ct);
    }

    /// <summary>Null when the card was removed after the top-up was stored: it is not charged any more.</summary>
    private async Task<ChargeOrder?> OrderAsync(TopUp topUp, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var customer = await CustomerAsync(db, topUp, ct);
        var card = await db.Cards.Where(c => c.MerchantId == topUp.MerchantId && c.Id == topUp.CardId).Select(c => new { c.ProcessorId, c.RemovedAt }).SingleAsync(ct);
        return card.RemovedAt is not null ? null : new ChargeOrder(topUp.MerchantId, topUp.Id, customer, card.ProcessorId, topUp.Amount, topUp.Automatic, topUp.ReturnUrl);
    }

    private async Task FindAsync(TopUp topUp, string codeWhenAbsent, CancellationToken ct)
    {
        string customer;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            customer = await CustomerAsync(db, topUp, ct);
        }

        switch (await processor.FindPaymentAsync(customer, topUp.Id, topUp.RequestedAt, ct))
        {
            case ProcessorReply<Payment?>.Confirmed({ } payment):
                await settle.ApplyAsync(payment, ct);
                break;
            case ProcessorReply<Payment?>.Confirmed:
                await AbsentAsync(topUp, codeWhenAbsent, ct);
                break;
            case ProcessorReply<Payment?>.Refused(var code, _):
                NoAnswer(log, topUp.Id.ToString(), code);
                break;
            case ProcessorReply<Payment?>.Unreachable(var reason):
                NoAnswer(log, topUp.Id.ToString(), reason);
                break;
            case ProcessorReply<Payment?>.Unknown(var reason):
                NoAnswer(log, topUp.Id.ToString(), reason);
                break;
            default:
                throw new InvalidOperationException($"Unexpected reply for top-up {topUp.Id}.");
        }
    }

    /// <summary>
    /// Nobody confirmed at the bank. What the processor says then counts: it may have been confirmed in this moment. The key
    /// names the attempt, because an error kept for a key would be all that is ever heard again.
    /// </summary>
    private async Task CancelAsync(TopUp topUp, CancellationToken ct)
    {
        switch (await processor.CancelPaymentAsync(topUp.PaymentId!, $"cancel-{topUp.Id}-{topUp.Attempts}", ct))
        {
            case ProcessorReply<Payment>.Confirmed(var payment):
                await settle.ApplyAsync(payment, ct);
                break;
            case ProcessorReply<Payment>.Refused or ProcessorReply<Payment>.Unknown:
                await settle.RunAsync(topUp.PaymentId!, ct);
                break;
            case ProcessorReply<Payment>.Unreachable(var reason):
                NoAnswer(log, topUp.Id.ToString(), reason);
                break;
            default:
                throw new InvalidOperationException($"Unexpected reply for top-up {topUp.Id}.");
        }
    }

    /// <summary>
    /// The processor has no payment. After a refusal that is the end. After an unknown outcome the request may still be on
    /// its way: remember when it was absent first, send nothing more, and believe it only after the proving time.
    /// </summary>
    private Task AbsentAsync(TopUp topUp, string code, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return code == FailureCodes.Refused || TopUpFlow.NeverMade(topUp.AbsentSince, now)
            ? EndAsync(topUp, code, ct)
            : UpdateAsync(topUp, row => row.AbsentSince ??= now, ct);
    }

    private Task EndAsync(TopUp topUp, string code, CancellationToken ct) => UpdateAsync(
        topUp,
        row =>
        {
            row.State = TopUpState.Failed;
            row.FailureCode = code;
            row.EndedAt = time.GetUtcNow();
        },
        ct);

    /// <summary>Changes a top-up that is still being charged; one that another runner has taken further is left as it is.</summary>
    private async Task UpdateAsync(TopUp topUp, Action<TopUp> change, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var row = await db.TopUps.SingleAsync(t => t.MerchantId == topUp.MerchantId && t.Id == topUp.Id, ct);
            if (row.State != TopUpState.Charging || row.PaymentId is not null)
            {
                return;
            }

            change(row);
            row.UpdatedAt = time.GetUtcNow();
            row.Version++;
            try
            {
                await AutoFundingOutcome.CountAsync(db, row, row.UpdatedAt, ct);
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Look again at what the other runner left.
            }
        }
    }

    private async Task<TopUp?> LoadAsync(MerchantId merchant, TopUpId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.TopUps.AsNoTracking().SingleOrDefaultAsync(t => t.MerchantId == merchant && t.Id == id, ct);
    }

    private static async Task<string> CustomerAsync(AppDbContext db, TopUp topUp, CancellationToken ct) =>
        await db.Merchants.Where(m => m.Id == topUp.MerchantId).Select(m => m.ProcessorCustomerId).SingleAsync(ct)
        ?? throw new InvalidOperationException($"Merchant {topUp.MerchantId} has a card but no customer at the processor.");

    [LoggerMessage(LogLevel.Warning, "The processor refused to charge top-up {TopUp}: {Code}.")]
    private static partial void Refused(ILogger log, string topUp, string code);

    [LoggerMessage(LogLevel.Warning, "No usable answer of the processor for top-up {TopUp}: {Reason}.")]
    private static partial void NoAnswer(ILogger log, string topUp, string reason);
}

/// <summary>A top-up after a step.</summary>
/// <param name="RedirectUrl">The bank's page, while the cardholder must confirm there.</param>
/// <param name="ReturnPath">Where the merchant was; a path of ours.</param>
public sealed record ResumedTopUp(TopUpId Id, TopUpState State, Money Amount, string? FailureCode, string? RedirectUrl, string? ReturnPath);
