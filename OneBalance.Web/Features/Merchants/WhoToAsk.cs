using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Merchants;

/// <summary>Whom somebody without a right can ask for it: the owner of the account.</summary>
public sealed class WhoToAsk(IDbContextFactory<AppDbContext> contexts)
{
    /// <returns>The owner's e-mail address; null when there is none.</returns>
    public async Task<string?> OwnerAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Memberships.Where(row => row.MerchantId == merchant && row.IsOwner)
            .Join(db.Users, row => row.UserId, user => user.Id, (_, user) => user.Email)
            .SingleOrDefaultAsync(ct);
    }
}
