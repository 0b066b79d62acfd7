using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Follows each user's limit along the merchant's book, transfer by transfer, and writes once a crossing. How far it got and
/// the mail are stored together.
/// </summary>
public sealed partial class FollowBalances(IDbContextFactory<AppDbContext> contexts, NoticeWriter writer, IStringLocalizer<NoticeTexts> texts, ILogger<FollowBalances> log)
{
    /// <summary>Of one user in one round; the next round goes on from there.</summary>
    private const int MostTransfers = 10_000;

    /// <returns>How many mails were written.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var behind = await db.Users
            .Where(user => user.MerchantId != null && user.EmailConfirmed)
            .Where(user => db.LedgerBooks.Any(book => book.MerchantId == user.MerchantId
                && book.Sequence > (db.NoticePreferences.Where(p => p.MerchantId == book.MerchantId && p.UserId == user.Id).Select(p => (long?)p.LowBalanceSequence).FirstOrDefault() ?? 0)))
            .Select(user => new { Merchant = user.MerchantId!.Value, user.Id })
            .ToListAsync(ct);
        int told = 0;
        foreach (var user in behind)
        {
            try
            {
                told += await FollowAsync(user.Merchant, user.Id, ct) ? 1 : 0;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One user's trouble must not keep the others waiting.
                NotFollowed(log, failure, user.Merchant.Value);
            }
        }

        if (told > 0)
        {
            writer.Wake();
        }

        return told;
    }

    [LoggerMessage(LogLevel.Error, "The balance of merchant {Merchant} could not be followed for one of its users.")]
    private static partial void NotFollowed(ILogger log, Exception failure, long merchant);

    private async Task<bool> FollowAsync(MerchantId merchant, string userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.NoticePreferences.SingleOrDefaultAsync(p => p.MerchantId == merchant && p.UserId == userId, ct);
        if (row is null)
        {
            row = new NoticePreferences { MerchantId = merchant, UserId = userId };
            db.NoticePreferences.Add(row);
        }

        long after = row.LowBalanceSequence;
        var balances = await db.LedgerTransfers.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Sequence > after)
            .OrderBy(t => t.Sequence)
            .Take(MostTransfers)
            .Select(t => new { t.Sequence, t.AvailableAfter })
            .ToListAsync(ct);
        if (balances.Count == 0)
        {
            return false;
        }

        var (armed, tell) = LowBalance.Follow(row.LowBalanceArmed, row.LowBalanceBelow, balances.Select(b => new Money(b.AvailableAfter)));
        row.LowBalanceArmed = armed;
        row.LowBalanceSequence = balances[^1].Sequence;
        row.Version++;
        // Who closes the account can add no funds, and its closing takes the whole balance.
        tell &= row.LowBalance && !await db.LedgerBooks.AnyAsync(b => b.MerchantId == merchant && b.Status != LedgerBookStatus.Open, ct);
        if (tell)
        {
            var (available, below) = (new Money(balances[^1].AvailableAfter), row.LowBalanceBelow);
            await writer.AddAsync(
                db,
                merchant,
                NoticeKind.LowBalance,
                formats => new NoticeWords(
                    texts["Low.Subject", formats.Money(available)],
                    [texts["Low.Text", formats.Money(available), formats.Money(below)], texts["Low.Next"]],
                    texts["Low.Link"],
                    "/balance?addFunds=true"),
                userId,
                ct);
        }

        try
        {
            await db.SaveChangesAsync(ct);
            return tell;
        }
        catch (DbUpdateException)
        {
            // Another node, or the user's own change of limit, saved in between: the next round sees what it left.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.NoticePreferences.AnyAsync(p => p.MerchantId == merchant && p.UserId == userId && p.Version >= row.Version, ct))
            {
                return false;
            }

            throw;
        }
    }
}
