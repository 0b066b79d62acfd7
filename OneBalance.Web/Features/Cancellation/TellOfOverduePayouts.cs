using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Notices;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Reminds support by mail of parts of payouts whose last day has passed, to cards too: once a part, one mail for all of a round.</summary>
public sealed class TellOfOverduePayouts(IDbContextFactory<AppDbContext> contexts, SupportMails support, IStringLocalizer<CancellationTexts> texts, TimeProvider time) : ISweep
{
    private const int AtMost = 500;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var today = EasternDay.Of(now);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var overdue = await db.PayoutLots
            .Where(lot => lot.DueBy < today && lot.OverdueToldAt == null && lot.Route != PayoutRoute.Owed
                && (lot.State == PayoutLotState.Planned || lot.State == PayoutLotState.Sending || lot.State == PayoutLotState.Sent || lot.State == PayoutLotState.Returning))
            .OrderBy(lot => lot.DueBy).ThenBy(lot => lot.Id)
            .Take(AtMost)
            .ToListAsync(ct);
        if (overdue.Count == 0
            || !await support.AddAsync(
                db,
                formats => new SupportWords(texts["Mail.Overdue.Subject", overdue.Count], texts.Count("Mail.Overdue.Text", overdue.Count, formats.Date(overdue[0].DueBy)), texts["Mail.Overdue.Link"]),
                CancellationWords.DeskPath,
                ct))
        {
            return 0;
        }

        // The cancellation's version counts its parts' changes too: of two nodes one tells.
        var ids = overdue.Select(lot => lot.ClosingId).Distinct().ToList();
        foreach (var closing in await db.AccountClosings.Where(closing => ids.Contains(closing.Id)).ToListAsync(ct))
        {
            closing.Version++;
        }

        overdue.ForEach(lot => lot.OverdueToldAt = now);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // One of them moved on, or another node told of it, at this moment: the next round tells of the rest.
            return 0;
        }

        support.Wake();
        return overdue.Count;
    }
}
