using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Brings a top-up to where the processor's payment is. The answer to the charge, the return from the bank's page, a
/// webhook and the sweep all come through here and submit the same <see cref="Fund"/> command, keyed by the payment:
/// whoever comes first moves the money, the others replay.
/// </summary>
public sealed partial class SettleTopUp(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    LedgerBook ledger,
    TimeProvider time,
    ILogger<SettleTopUp> log)
{
    /// <summary>Reads the payment's present state and settles the top-up it was made for.</summary>
    /// <param name="paymentId">The processor's id of the payment, e.g. from a webhook.</param>
    public async Task<SettleOutcome> RunAsync(string paymentId, CancellationToken ct)
    {
        switch (await processor.ReadPaymentAsync(paymentId, ct))
        {
            case ProcessorReply<Payment>.Confirmed(var payment):
                return await ApplyAsync(payment, ct);
            case ProcessorReply<Payment>.Refused refusal:
                return refusal.UnknownId ? new SettleOutcome.NotOurs(refusal.Code) : new SettleOutcome.TryLater(refusal.Code);
            case ProcessorReply<Payment>.Unreachable(var reason):
                return new SettleOutcome.TryLater(reason);
            case ProcessorReply<Payment>.Unknown(var reason):
                return new SettleOutcome.TryLater(reason);
            default:
                throw new InvalidOperationException($"Unexpected reply for payment {paymentId}.");
        }
    }

    /// <summary>Settles by a payment as the processor has just described it.</summary>
    public async Task<SettleOutcome> ApplyAsync(Payment payment, CancellationToken ct)
    {
        if (payment.TopUp is not { } topUpId)
        {
            return new SettleOutcome.NotOurs("no_top_up");
        }

        MerchantId merchant;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            var owner = await db.Merchants.Where(m => m.ProcessorCustomerId == payment.CustomerId).Select(m => (MerchantId?)m.Id).SingleOrDefaultAsync(ct);
            if (owner is not { } found || !await db.TopUps.AnyAsync(t => t.MerchantId == found && t.Id == topUpId, ct))
            {
                NotOurs(log, payment.Id, topUpId.ToString());
                return new SettleOutcome.NotOurs("unknown_top_up");
            }

            merchant = found;
        }

        // The money first: when we die after it, the row still says that the payment is to be read, and the ledger replays.
        var funded = payment.State == PaymentState.Succeeded
            ? await ledger.SubmitAsync(new Fund(merchant, LedgerKeys.Fund(payment.Id), payment.Amount), ct)
            : null;
        if (funded is LedgerReply.Refused(LedgerRefusal.AccountClosed or LedgerRefusal.KeyConflict)
            && await ledger.SubmitAsync(new ReceiveLate(merchant, LedgerKeys.Fund(payment.Id), payment.Amount), ct) is LedgerReply.Accepted)
        {
            // Closed meanwhile: the money goes back with the payout. Settled again, the key is taken by what was received late.
            funded = new LedgerReply.Refused(new LedgerRefusal.AccountClosed());
        }

        var state = await SaveAsync(merchant, topUpId, payment, funded, ct);
        return new SettleOutcome.Settled(merchant, topUpId, state);
    }

    private async Task<TopUpState> SaveAsync(MerchantId merchant, TopUpId id, Payment payment, LedgerReply? funded, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var topUp = await db.TopUps.SingleAsync(t => t.MerchantId == merchant && t.Id == id, ct);
            if (!Advance(topUp, payment, funded))
            {
                return topUp.State;
            }

            topUp.UpdatedAt = time.GetUtcNow();
            topUp.Version++;
            try
            {
                await AutoFundingOutcome.CountAsync(db, topUp, topUp.UpdatedAt, ct);
                await db.SaveChangesAsync(ct);
                Settled(log, id.ToString(), merchant.Value, topUp.State, payment.Id);
                return topUp.State;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another runner (webhook, sweep, the page) saved in between: look again at what it left.
            }
        }
    }

    /// <summary>Writes the payment's state into the row; false when the row already says so or something stronger.</summary>
    private bool Advance(TopUp topUp, Payment payment, LedgerReply? funded)
    {
        var (state, code, message) = (payment.State, funded) switch
        {
            (PaymentState.Succeeded, LedgerReply.Accepted) => (TopUpState.Succeeded, null, null),
            (PaymentState.Succeeded, LedgerReply.Refused(LedgerRefusal.AccountClosed)) => (TopUpState.AwaitingPayout, "account_closed", null),
            (PaymentState.Succeeded, _) => throw new InvalidOperationException($"The ledger refused the funds of payment {payment.Id}: {funded}."),
            // Nobody is there to confirm: an automatic payment that the bank wants confirmed has failed.
            (PaymentState.RequiresAction, _) when topUp.Automatic => (TopUpState.Failed, FailureCodes.AuthenticationRequired, payment.DeclineMessage),
            (PaymentState.RequiresAction, _) => (TopUpState.RequiresAction, null, null),
            (PaymentState.Processing, _) => (TopUpState.Processing, (string?)null, (string?)null),
            (PaymentState.Declined, _) => (TopUpState.Failed, payment.DeclineCode ?? FailureCodes.Declined, payment.DeclineMessage),
            (PaymentState.Cancelled, _) => (TopUpState.Failed, payment.DeclineCode ?? FailureCodes.Cancelled, payment.DeclineMessage),
            _ => throw new InvalidOperationException($"Unknown state {payment.State} of payment {payment.Id}."),
        };

        bool ended = topUp.State is TopUpState.Succeeded or TopUpState.AwaitingPayout
            || (topUp.State == TopUpState.Failed && state is not (TopUpState.Succeeded or TopUpState.AwaitingPayout));
        bool same = topUp.State == state && topUp.PaymentId == payment.Id && topUp.RedirectUrl == RedirectOf(state, payment);
        if (ended || same)
        {
            return false;
        }

        topUp.State = state;
        topUp.PaymentId = payment.Id;
        topUp.StatementDescriptor = payment.StatementDescriptor ?? topUp.StatementDescriptor;
        topUp.RedirectUrl = RedirectOf(state, payment);
        topUp.FailureCode = code;
        topUp.FailureMessage = message;
        topUp.EndedAt = state is TopUpState.Succeeded or TopUpState.Failed or TopUpState.AwaitingPayout ? time.GetUtcNow() : null;
        return true;
    }

    private static string? RedirectOf(TopUpState state, Payment payment) => state == TopUpState.RequiresAction ? payment.RedirectUrl : null;

    [LoggerMessage(LogLevel.Information, "Top-up {TopUp} of merchant {Merchant} is {State} (payment {Payment}).")]
    private static partial void Settled(ILogger log, string topUp, long merchant, TopUpState state, string payment);

    [LoggerMessage(LogLevel.Warning, "Payment {Payment} names top-up {TopUp}, which is not stored here.")]
    private static partial void NotOurs(ILogger log, string payment, string topUp);
}

/// <summary>What came of settling: a closed set.</summary>
public abstract record SettleOutcome
{
    private SettleOutcome()
    {
    }

    /// <summary>The top-up is where the processor's payment is.</summary>
    public sealed record Settled(MerchantId Merchant, TopUpId TopUp, TopUpState State) : SettleOutcome;

    /// <summary>The payment is none of ours: nothing to do, now or later.</summary>
    public sealed record NotOurs(string Reason) : SettleOutcome;

    /// <summary>The processor gave no usable answer: settle again later.</summary>
    public sealed record TryLater(string Reason) : SettleOutcome;
}

/// <summary>Reasons of failure that are ours, beside the processor's decline codes.</summary>
public static class FailureCodes
{
    public const string AuthenticationRequired = "authentication_required";
    public const string Declined = "card_declined";
    public const string Cancelled = "cancelled";

    /// <summary>The processor never made a payment for the top-up: nothing was charged.</summary>
    public const string NeverCharged = "never_charged";

    /// <summary>The card was removed before it was charged.</summary>
    public const string CardRemoved = "card_removed";

    /// <summary>The account began to close before the processor was asked: nothing was charged.</summary>
    public const string AccountClosing = "account_closing";

    /// <summary>The processor refused the request itself.</summary>
    public const string Refused = "refused";

    /// <summary>The processor could not be reached, and so nothing was charged.</summary>
    public const string Unreachable = "unreachable";
}
