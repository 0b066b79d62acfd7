using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Team;

/// <param name="Invitations">Open and expired ones, the newest first: the others have become members or are over.</param>
public sealed record TeamView(IReadOnlyList<MemberRow> Members, IReadOnlyList<InvitationRow> Invitations);

/// <param name="Name">Empty for an owner.</param>
/// <param name="Version">Of the row, for saving what was read.</param>
public sealed record MemberRow(string UserId, string Email, string Name, bool IsOwner, MerchantRight Rights, DateTimeOffset Since, int Version);

public sealed record InvitationRow(Guid Id, string Email, MerchantRight Rights, InvitationState State, DateTimeOffset SentAt, DateTimeOffset ExpiresAt);

/// <summary>Who acts for a merchant. Every member may see the team; changing it needs the right.</summary>
public sealed class TeamQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public async Task<TeamView> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var members = await db.Memberships.AsNoTracking()
            .Where(row => row.MerchantId == merchant)
            .Join(db.Users, row => row.UserId, user => user.Id, (row, user) => new MemberRow(user.Id, user.Email!, row.Name, row.IsOwner, row.Rights, row.AddedAt, row.Version))
            .ToListAsync(ct);
        var invitations = await db.Invitations.AsNoTracking()
            .Where(row => row.MerchantId == merchant && row.AcceptedAt == null && row.WithdrawnAt == null)
            .OrderByDescending(row => row.SentAt)
            .ToListAsync(ct);
        var now = time.GetUtcNow();
        return new TeamView(
            [.. members.OrderByDescending(row => row.IsOwner).ThenBy(row => row.Since).ThenBy(row => row.Email, StringComparer.Ordinal)],
            [.. invitations.Select(row => new InvitationRow(
                row.Id, row.Email, row.Rights, InvitationRules.StateOf(row.ExpiresAt, row.AcceptedAt, row.WithdrawnAt, now), row.SentAt, row.ExpiresAt))]);
    }
}
