using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Balance;

/// <summary>The one draft of a merchant's set-up.</summary>
internal static class SetUpDraftRow
{
    /// <summary>The stored draft, or a new one begun from what was given at sign-up; tracked, not yet saved.</summary>
    public static async Task<SetUpDraft> LoadAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        if (await db.SetUpDrafts.SingleOrDefaultAsync(d => d.MerchantId == merchant, ct) is { } stored)
        {
            return stored;
        }

        var account = await db.Merchants.AsNoTracking().SingleAsync(m => m.Id == merchant, ct);
        var draft = new SetUpDraft
        {
            MerchantId = merchant,
            BusinessName = account.BusinessName,
            BillingAddress = PostalAddress.From(account.Address.ToAddress()),
        };
        if (draft.BillingAddress.Company.Length == 0)
        {
            draft.BillingAddress.Company = account.BusinessName;
        }

        db.SetUpDrafts.Add(draft);
        return draft;
    }
}
