using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Merchants;

/// <summary>What the navigation needs to know of a merchant. Once set-up is done it stays done, so it is asked until then.</summary>
public sealed class NavState(IDbContextFactory<AppDbContext> contexts)
{
    private MerchantId? _done;

    /// <summary>Whether Finish Setup has had its effect.</summary>
    public async Task<bool> SetUpIsDoneAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        if (_done == merchant)
        {
            return true;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        bool done = await db.Merchants.AnyAsync(m => m.Id == merchant && m.SetUpFinishedAt != null, ct);
        _done = done ? merchant : null;
        return done;
    }
}
