using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Notices;

/// <summary>Which optional notices a user wants.</summary>
/// <param name="LowBalanceBelow">Low is below this.</param>
public sealed record NoticeChoices(bool FundingFailed, bool CardExpiring, bool LowBalance, Money LowBalanceBelow, bool UnusedLabels = true)
{
    public static readonly NoticeChoices Default = new(true, true, true, Core.Notices.LowBalance.Offered);
}

/// <summary>What came of storing them: a closed set.</summary>
public abstract record SaveNoticesOutcome
{
    private SaveNoticesOutcome()
    {
    }

    public sealed record Saved : SaveNoticesOutcome;

    public sealed record LimitOutOfBounds(Money Least, Money Greatest) : SaveNoticesOutcome;
}

/// <summary>A user's own choice of notices.</summary>
public sealed class NoticeSettings(IDbContextFactory<AppDbContext> contexts, UnsubscribeLinks links)
{
    public async Task<NoticeChoices> LoadAsync(MerchantAccess access, string userId, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.NoticePreferences.AsNoTracking()
            .Where(p => p.MerchantId == merchant && p.UserId == userId)
            .Select(p => new NoticeChoices(p.FundingFailed, p.CardExpiring, p.LowBalance, p.LowBalanceBelow, p.UnusedLabels))
            .SingleOrDefaultAsync(ct) ?? NoticeChoices.Default;
    }

    /// <summary>A changed limit begins anew from the balance as it is: being below it already is no crossing.</summary>
    public async Task<SaveNoticesOutcome> SaveAsync(MerchantAccess access, string userId, NoticeChoices choices, CancellationToken ct)
    {
        var merchant = await access.OwnAsync(ct);
        if (!LowBalance.IsAllowed(choices.LowBalanceBelow))
        {
            return new SaveNoticesOutcome.LimitOutOfBounds(LowBalance.Least, LowBalance.Greatest);
        }

        await ChangeAsync(
            merchant,
            userId,
            row =>
            {
                row.FundingFailed = choices.FundingFailed;
                row.CardExpiring = choices.CardExpiring;
                row.LowBalance = choices.LowBalance;
                row.UnusedLabels = choices.UnusedLabels;
            },
            choices.LowBalanceBelow,
            ct);
        return new SaveNoticesOutcome.Saved();
    }

    /// <summary>Which kind a link ends; null for a link that is not ours.</summary>
    public NoticeKind? KindOf(string? token) => links.Read(token)?.Kind;

    /// <summary>Ends one kind of mail by the link in such a mail. May be repeated.</summary>
    /// <returns>False for a link that is not ours, or whose user has gone.</returns>
    public async Task<bool> UnsubscribeAsync(string? token, CancellationToken ct)
    {
        if (links.Read(token) is not { } link || !NoticeRules.IsOptional(link.Kind))
        {
            return false;
        }

        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            if (!await db.Users.AnyAsync(user => user.Id == link.UserId && user.MerchantId == link.Merchant, ct))
            {
                return false;
            }
        }

        await ChangeAsync(link.Merchant, link.UserId, row => SwitchOff(row, link.Kind), below: null, ct);
        return true;
    }

    private static void SwitchOff(NoticePreferences row, NoticeKind kind)
    {
        switch (kind)
        {
            case NoticeKind.FundingFailed:
                row.FundingFailed = false;
                break;
            case NoticeKind.CardExpiring:
                row.CardExpiring = false;
                break;
            case NoticeKind.LowBalance:
                row.LowBalance = false;
                break;
            case NoticeKind.UnusedLabels:
                row.UnusedLabels = false;
                break;
            case NoticeKind.FundingSucceeded or NoticeKind.AutoFundingOff or NoticeKind.RefundDecided or NoticeKind.AccountClosing:
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Always sent.");
        }
    }

    private async Task ChangeAsync(MerchantId merchant, string userId, Action<NoticePreferences> change, Money? below, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var row = await db.NoticePreferences.SingleOrDefaultAsync(p => p.MerchantId == merchant && p.UserId == userId, ct);
            bool isNew = row is null;
            if (row is null)
            {
                row = new NoticePreferences { MerchantId = merchant, UserId = userId };
                db.NoticePreferences.Add(row);
            }

            change(row);
            if (isNew || (below is { } limit && limit != row.LowBalanceBelow))
            {
                row.LowBalanceBelow = below ?? row.LowBalanceBelow;
                var book = await db.LedgerBooks.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantId == merchant, ct);
                row.LowBalanceSequence = book?.Sequence ?? 0;
                row.LowBalanceArmed = book is not null && new Money(book.Available - book.Pending) >= row.LowBalanceBelow;
            }

            row.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException) when (attempt < 5)
            {
                // Another tab, or the follower of balances, saved in between: change what it left.
            }
        }
    }
}
