using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Refunds;
using OneBalance.Web.Components;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Notices;

/// <summary>Reminds support by mail of refund claims that the carrier has not decided in time: once a claim, one mail for all of a round.</summary>
public sealed class TellOfOverdueClaims(
    IDbContextFactory<AppDbContext> contexts,
    SupportMails support,
    IStringLocalizer<NoticeTexts> texts,
    TimeProvider time) : ISweep
{
    private const int AtMost = 500;

    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var overdue = await db.RefundRequests
            .Where(row => row.State == RefundState.ClaimOpen && row.ExpectedBy < now && row.OverdueToldAt == null)
            .OrderBy(row => row.ExpectedBy)
            .Take(AtMost)
            .ToListAsync(ct);
        if (overdue.Count == 0)
        {
            return 0;
        }

        // Told only when somebody is: a claim stays in the next rounds until there is a reader.
        if (!await support.AddAsync(
            db,
            formats => new SupportWords(texts["Overdue.Subject", overdue.Count], texts.Count("Overdue.Text", overdue.Count, formats.Date(overdue[0].ExpectedBy!.Value)), texts["Overdue.Link"]),
            "/admin/refund-claims",
            ct))
        {
            return 0;
        }

        foreach (var claim in overdue)
        {
            claim.OverdueToldAt = now;
            claim.Version++;
        }

        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            // One of them was decided, or told of by another node, at this moment: the next round tells of the rest.
            return 0;
        }

        support.Wake();
        return overdue.Count;
    }
}
