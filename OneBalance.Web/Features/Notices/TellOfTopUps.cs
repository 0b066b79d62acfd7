using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Notices;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Notices;

/// <summary>
/// Writes to a merchant's users that a top-up has come to its end. The end that was told is stored on the top-up in the
/// transaction that stores the mails: a crash leaves both or neither, and of two nodes one finds nothing left to tell.
/// </summary>
public sealed class TellOfTopUps(
    IDbContextFactory<AppDbContext> contexts,
    BalanceQueries queries,
    NoticeWriter writer,
    FundingWords words,
    IStringLocalizer<NoticeTexts> texts)
{
    private const int Most = 100;

    /// <returns>How many ends were told.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.TopUps.AsNoTracking()
            .Where(t => t.EndedAt != null && (t.NoticedState == null || t.NoticedState != t.State))
            .OrderBy(t => t.EndedAt)
            .Take(Most)
            .Select(t => new { t.MerchantId, t.Id })
            .ToListAsync(ct);
        return await writer.TellEachAsync(due, topUp => $"the end of top-up {topUp.Id}", async topUp => await TellAsync(topUp.MerchantId, topUp.Id, ct) ? 1 : 0);
    }

    private async Task<bool> TellAsync(MerchantId merchant, TopUpId id, CancellationToken ct)
    {
        if (await queries.TopUpAsync(MerchantAccess.OfProduct(merchant), id, ct) is not { EndedAt: not null } topUp)
        {
            return false;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        int mine = await db.TopUps
            .Where(t => t.MerchantId == merchant && t.Id == id && t.State == topUp.State && (t.NoticedState == null || t.NoticedState != topUp.State))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.NoticedState, topUp.State), ct);
        if (mine == 0)
        {
            return false;
        }

        var kind = topUp.State == TopUpState.Failed ? NoticeKind.FundingFailed : NoticeKind.FundingSucceeded;
        await writer.AddAsync(db, merchant, kind, formats => Phrase(topUp, formats), onlyUser: null, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private NoticeWords Phrase(TopUpView topUp, Formats formats)
    {
        string amount = formats.Money(topUp.Amount);
        string card = words.Card(topUp.CardBrand, topUp.CardLastFour);
        string receipt = $"/balance/top-ups/{topUp.Id}";
        return topUp.State switch
        {
            TopUpState.Succeeded => new NoticeWords(
                texts["Succeeded.Subject", amount],
                [
                    texts[topUp.Automatic ? "Succeeded.ByAuto" : "Succeeded.ByHand", amount, card],
                    .. topUp.BalanceAfter is { } after ? [texts["Succeeded.Available", formats.Money(after)].Value] : Array.Empty<string>(),
                    texts["Succeeded.Statement", topUp.Descriptor],
                ],
                texts["Succeeded.Link"],
                receipt),
            TopUpState.AwaitingPayout => new NoticeWords(
                texts["AwaitingPayout.Subject", amount], [texts["AwaitingPayout.Text", amount, card], words.NotCharged(topUp.FailureCode)], texts["Succeeded.Link"], receipt),
            TopUpState.Failed => new NoticeWords(
                texts["Failed.Subject", amount],
                [texts[topUp.Automatic ? "Failed.ByAuto" : "Failed.ByHand", amount, card], words.NotCharged(topUp.FailureCode)],
                texts["Failed.Link"],
                receipt),
            TopUpState.Requested or TopUpState.Charging or TopUpState.RequiresAction or TopUpState.Processing =>
                throw new InvalidOperationException($"Top-up {topUp.Id} has not come to its end."),
            _ => throw new ArgumentOutOfRangeException(nameof(topUp), topUp.State, null),
        };
    }
}
