using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>What a merchant asks for when adding funds.</summary>
/// <param name="Id">Chosen before the button is pressed: pressed twice, it is one top-up.</param>
/// <param name="Card">Null for the default card.</param>
/// <param name="Origin">The product's own address as the browser sees it, e.g. <c>https://host/</c>: the bank's page returns there.</param>
/// <param name="ReturnPath">Where the merchant is; a path of ours.</param>
public sealed record AddFundsOrder(TopUpId Id, Money Amount, CardId? Card, string Origin, string? ReturnPath, string UserId);

/// <summary>Charges a card on file and adds the amount to the balance. Rules 4, 5 and the bounds of a top-up.</summary>
public sealed class AddFunds(
    IDbContextFactory<AppDbContext> contexts,
    ResumeTopUp resume,
    LedgerBook ledger,
    IOptions<FundingOptions> options,
    TimeProvider time)
{
    public async Task<AddFundsOutcome> RunAsync(MerchantAccess access, AddFundsOrder order, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        if (await StoreAsync(merchant, order, ct) is { } refusal)
        {
            return refusal;
        }

        // From here on the intent is stored: the person closing the page does not stop it.
        var topUp = await resume.RunAsync(MerchantAccess.OfProduct(merchant), order.Id, CancellationToken.None)
            ?? throw new InvalidOperationException($"Top-up {order.Id} was stored and is gone.");
        return await OutcomeAsync(merchant, topUp, ct);
    }

    /// <summary>What became of a top-up, in the words of this use case.</summary>
    private async Task<AddFundsOutcome> OutcomeAsync(MerchantId merchant, ResumedTopUp topUp, CancellationToken ct) => topUp.State switch
    {
        TopUpState.Succeeded => new AddFundsOutcome.Added(topUp.Id, topUp.Amount, (await ledger.BalanceAsync(merchant, ct)).Available),
        TopUpState.RequiresAction when topUp.RedirectUrl is { } url => new AddFundsOutcome.ConfirmAtBank(topUp.Id, url),
        TopUpState.Failed => new AddFundsOutcome.NotCharged(topUp.Id, topUp.FailureCode ?? FailureCodes.Declined),
        TopUpState.Requested or TopUpState.Charging or TopUpState.RequiresAction or TopUpState.Processing or TopUpState.AwaitingPayout =>
            new AddFundsOutcome.Pending(topUp.Id),
        _ => throw new InvalidOperationException($"Top-up {topUp.Id} is in no known state."),
    };

    /// <summary>Stores the request; null when it is stored, now or by an earlier press.</summary>
    private async Task<AddFundsOutcome?> StoreAsync(MerchantId merchant, AddFundsOrder order, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.TopUps.AsNoTracking().SingleOrDefaultAsync(t => t.MerchantId == merchant && t.Id == order.Id, ct) is { } stored)
        {
            return IsSame(stored, order) ? null : new AddFundsOutcome.OtherAsked(stored.Id, stored.Amount);
        }

        switch (options.Value.Policy.Decide(order.Amount))
        {
            case TopUpAmountDecision.TooSmall(var minimum):
                return new AddFundsOutcome.AmountTooSmall(minimum);
            case TopUpAmountDecision.TooLarge(var maximum):
                return new AddFundsOutcome.AmountTooLarge(maximum);
            default:
                break;
        }

        var account = await FundingAccount.LoadAsync(db, merchant, ct);
        if (!account.SetUp)
        {
            return new AddFundsOutcome.NotSetUp();
        }

        if (!account.Open)
        {
            return new AddFundsOutcome.AccountClosing();
        }

        var card = await db.Cards
            .Where(c => c.MerchantId == merchant && c.RemovedAt == null && (order.Card == null ? c.IsDefault : c.Id == order.Card))
            .SingleOrDefaultAsync(ct);
        if (card is null)
        {
            return new AddFundsOutcome.NoCard();
        }

        var now = time.GetUtcNow();
        if (new Card(card.Brand, card.LastFour, card.ExpiryMonth, card.ExpiryYear).IsExpired(EasternDay.Of(now)))
        {
            return new AddFundsOutcome.CardExpired(card.LastFour);
        }

        db.TopUps.Add(new TopUp
        {
            MerchantId = merchant,
            Id = order.Id,
            State = TopUpState.Requested,
            Amount = order.Amount,
            CardId = card.Id,
            CardBrand = card.Brand,
            CardLastFour = card.LastFour,
            ReturnPath = LocalPath.OrNull(order.ReturnPath),
            ReturnUrl = $"{order.Origin.TrimEnd('/')}/balance/top-ups/{order.Id}/return",
            RequestedBy = order.UserId,
            RequestedAt = now,
            UpdatedAt = now,
            NextAttemptAt = now + TopUpFlow.Wait(0),
        });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // A second press of the same button stored it first; anything else is a bug and shows below.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.TopUps.AsNoTracking().SingleOrDefaultAsync(t => t.MerchantId == merchant && t.Id == order.Id, ct) is not { } first)
            {
                throw;
            }

            return IsSame(first, order) ? null : new AddFundsOutcome.OtherAsked(first.Id, first.Amount);
        }

        return null;
    }

    private static bool IsSame(TopUp stored, AddFundsOrder order) => stored.Amount == order.Amount && (order.Card is null || stored.CardId == order.Card);
}

/// <summary>What came of adding funds: a closed set.</summary>
public abstract record AddFundsOutcome
{
    private AddFundsOutcome()
    {
    }

    /// <summary>Charged, and the ledger has the credit.</summary>
    public sealed record Added(TopUpId TopUp, Money Amount, Money Available) : AddFundsOutcome;

    /// <summary>The cardholder must confirm on the bank's page, which returns to where the merchant was.</summary>
    public sealed record ConfirmAtBank(TopUpId TopUp, string Url) : AddFundsOutcome;

    /// <summary>Asked for, not decided yet: it resumes by itself.</summary>
    public sealed record Pending(TopUpId TopUp) : AddFundsOutcome;

    /// <summary>Nothing was charged: a decline, or the processor could not be reached.</summary>
    /// <param name="Code">The processor's decline code or one of <see cref="FailureCodes"/>.</param>
    public sealed record NotCharged(TopUpId TopUp, string Code) : AddFundsOutcome;

    /// <summary>Under this id another amount or card was asked for before, and goes on. Nothing came of this order: give it an id of its own.</summary>
    public sealed record OtherAsked(TopUpId TopUp, Money Amount) : AddFundsOutcome;

    public sealed record AmountTooSmall(Money Minimum) : AddFundsOutcome;

    public sealed record AmountTooLarge(Money Maximum) : AddFundsOutcome;

    public sealed record NotSetUp : AddFundsOutcome;

    public sealed record NoCard : AddFundsOutcome;

    public sealed record CardExpired(string LastFour) : AddFundsOutcome;

    public sealed record AccountClosing : AddFundsOutcome;
}
