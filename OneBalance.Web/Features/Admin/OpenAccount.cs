using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>
/// Support opens an account at the desk: the merchant is told that this leaves a line, and it does. A page is made twice, for the
/// first paint and for what follows, and read again after each press: within a minute that is one opening.
/// </summary>
public sealed class OpenAccount(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, TimeProvider time)
{
    private static readonly TimeSpan Once = TimeSpan.FromMinutes(1);

    /// <returns>False when there is no such account: then there is no line either.</returns>
    public async Task<bool> RunAsync(MerchantId merchant, SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (!await db.Merchants.AnyAsync(row => row.Id == merchant, ct))
        {
            return false;
        }

        var since = time.GetUtcNow() - Once;
        if (!await db.AuditEntries.AnyAsync(line => line.MerchantId == merchant && line.UserId == actor.UserId && line.Action == AuditAction.AccountViewed && line.At > since, ct))
        {
            trail.Add(db, actor, AuditAction.AccountViewed, merchant, $"account/{merchant}", null);
            await db.SaveChangesAsync(ct);
        }

        return true;
    }
}
