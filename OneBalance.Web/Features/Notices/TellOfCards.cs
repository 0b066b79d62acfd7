using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Writes to a merchant's users that a card on file ends: once when 30 days are left, once when 7 are. A card added when fewer
/// are left is told of once, with the nearer of the two. Not while the account closes, nor after: no card is charged then.
/// </summary>
public sealed class TellOfCards(
    IDbContextFactory<AppDbContext> contexts,
    NoticeWriter writer,
    FundingWords words,
    IStringLocalizer<NoticeTexts> texts,
    TimeProvider time)
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var today = EasternDay.Of(time.GetUtcNow());
        var later = today.AddDays(30);
        int first = (today.Year * 12) + today.Month;
        int last = (later.Year * 12) + later.Month;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var cards = await db.Cards.AsNoTracking()
            .Where(c => c.RemovedAt == null && (c.ExpiryYear * 12) + c.ExpiryMonth >= first && (c.ExpiryYear * 12) + c.ExpiryMonth <= last)
            .Where(c => !db.LedgerBooks.Any(b => b.MerchantId == c.MerchantId && b.Status != LedgerBookStatus.Open))
            .ToListAsync(ct);
        return await writer.TellEachAsync(cards, card => $"card {card.Id}", async card => await TellAsync(card, today, ct) ? 1 : 0);
    }

    private async Task<bool> TellAsync(CardOnFile row, DateOnly today, CancellationToken ct)
    {
        var card = new Card(row.Brand, row.LastFour, row.ExpiryMonth, row.ExpiryYear);
        int? days = card.ExpiryOn(today) switch
        {
            CardExpiry.Soon => 30,
            CardExpiry.VerySoon => 7,
            CardExpiry.Good or CardExpiry.Expired => null,
            var other => throw new InvalidOperationException($"Unknown expiry {other}."),
        };
        if (days is null)
        {
            return false;
        }

        string key = string.Create(CultureInfo.InvariantCulture, $"card/{row.Id}/{card.LastDay:yyyy-MM}/{days}");
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.NoticesWritten.AnyAsync(n => n.MerchantId == row.MerchantId && n.Key == key, ct))
        {
            return false;
        }

        db.NoticesWritten.Add(new NoticeWritten { MerchantId = row.MerchantId, Key = key, Kind = NoticeKind.CardExpiring, WrittenAt = time.GetUtcNow() });
        await writer.AddAsync(
            db,
            row.MerchantId,
            NoticeKind.CardExpiring,
            formats => new NoticeWords(
                texts["Card.Subject", words.Card(card), formats.Date(card.LastDay)],
                [texts["Card.Text", words.Card(card), formats.Date(card.LastDay)], texts["Card.Next"]],
                texts["Card.Link"],
                "/balance#payment-methods"),
            onlyUser: null,
            ct);
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            // Another node wrote it in between: its key is taken, and none of ours is stored.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.NoticesWritten.AnyAsync(n => n.MerchantId == row.MerchantId && n.Key == key, ct))
            {
                return false;
            }

            throw;
        }
    }
}
