using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Balance;

/// <summary>All that auto-funding of one merchant is decided from.</summary>
/// <param name="Card">The card that would be charged; null when none can be.</param>
/// <param name="UnderWay">The automatic top-up that is running; null when none is.</param>
/// <param name="Day">The Eastern calendar day, <c>2026-11-23</c>.</param>
internal sealed record AutoFundingState(AutoFundingPlan Plan, AutoFundingFacts Facts, CardOnFile? Card, RunningTopUp? UnderWay, string Day)
{
    /// <summary>Null while nothing was ever stored.</summary>
    /// <remarks>
    /// The order of reading matters where several runners look at once: the slots of the day first, the balance last. A
    /// funding that came to its end in between is then seen in the balance, or has taken the slot.
    /// </remarks>
    /// <param name="waiting">The price of a purchase that waits; zero when none does.</param>
    public static async Task<AutoFundingState?> LoadAsync(AppDbContext db, LedgerBook ledger, MerchantId merchant, Money waiting, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.AutoFunding.AsNoTracking().SingleOrDefaultAsync(a => a.MerchantId == merchant, ct) is not { } settings)
        {
            return null;
        }

        var today = EasternDay.Of(now);
        string day = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        int fundedToday = await db.TopUps.CountAsync(t => t.MerchantId == merchant && t.AutomaticSlot != null && t.AutomaticSlot.StartsWith(day + "/"), ct);
        var underWay = await db.TopUps
            .Where(t => t.MerchantId == merchant && t.Automatic
                && (t.State == TopUpState.Requested || t.State == TopUpState.Charging || t.State == TopUpState.RequiresAction || t.State == TopUpState.Processing))
            .Select(t => new RunningTopUp(t.Id, t.Amount))
            .FirstOrDefaultAsync(ct);
        var account = await FundingAccount.LoadAsync(db, merchant, ct);
        var card = (await AutoFundingCards.UsableAsync(db, merchant, today, ct))
            .OrderByDescending(c => settings.Failures % 2 == 1 ? c.IsBackup : c.IsDefault)
            .FirstOrDefault();
        var balance = await ledger.BalanceAsync(merchant, ct);
        var facts = new AutoFundingFacts(
            balance.Available,
            underWay is not null,
            fundedToday,
            settings.CoolDownUntil,
            card is not null,
            account is { SetUp: true, Open: true })
        {
            Owed = balance.Owed,
            Waiting = waiting,
        };
        return new AutoFundingState(PlanOf(settings), facts, card, underWay, day);
    }

    public static AutoFundingPlan PlanOf(AutoFundingSettings settings) =>
        new(settings.Enabled, settings.Threshold, settings.Amount, settings.MostPerDay, settings.Mode);
}

/// <summary>An automatic top-up that has not come to its end.</summary>
internal sealed record RunningTopUp(TopUpId Id, Money Amount);

internal static class AutoFundingCards
{
    /// <summary>
    /// The default and the backup card, unless expired, or disputed: a card whose holder disputes a payment is not charged
    /// without asking, until the bank has decided for the merchant.
    /// </summary>
    public static async Task<IReadOnlyList<CardOnFile>> UsableAsync(AppDbContext db, MerchantId merchant, DateOnly today, CancellationToken ct)
    {
        var cards = await db.Cards.AsNoTracking()
            .Where(c => c.MerchantId == merchant && c.RemovedAt == null && (c.IsDefault || c.IsBackup)
                && !db.CardDisputes.Any(d => d.MerchantId == merchant && d.CardId == c.Id && d.State != CardDisputeState.Won))
            .ToListAsync(ct);
        return [.. cards.Where(c => !new Card(c.Brand, c.LastFour, c.ExpiryMonth, c.ExpiryYear).IsExpired(today))];
    }
}
