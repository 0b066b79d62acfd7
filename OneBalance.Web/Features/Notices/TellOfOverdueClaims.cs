using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core.Refunds;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Notices;

/// <summary>Reminds support by mail of refund claims that the carrier has not decided in time: once a claim, one mail for all of a round.</summary>
public sealed class TellOfOverdueClaims(
    IDbContextFactory<AppDbContext> contexts,
    Outbox outbox,
    SiteAddress site,
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

        foreach (var claim in overdue)
        {
            claim.OverdueToldAt = now;
            claim.Version++;
        }

        string[] roles = [Roles.Support, Roles.Supervisor];
        var readers = await db.Users.AsNoTracking()
            .Where(user => user.EmailConfirmed && db.UserRoles.Any(link => link.UserId == user.Id && db.Roles.Any(role => role.Id == link.RoleId && roles.Contains(role.Name!))))
            .ToListAsync(ct);
        foreach (var reader in readers)
        {
            using var spoken = new SpokenIn(reader.Language);
            outbox.Add(db, null, reader.Email!, new MailText(
                reader.Language,
                texts["Overdue.Subject", overdue.Count],
                [texts["Overdue.Text", overdue.Count, SpokenIn.Formats.Date(overdue[0].ExpectedBy!.Value)]],
                new MailLink(texts["Overdue.Link"], site.To("/admin/refund-claims")),
                []));
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

        outbox.Wake();
        return overdue.Count;
    }
}
