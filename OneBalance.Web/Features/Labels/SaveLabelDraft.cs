using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>Keeps what is being typed, complete or not: refresh, another tab or a restart lose nothing.</summary>
public sealed class SaveLabelDraft(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public async Task<SaveDraftOutcome> RunAsync(MerchantAccess access, LabelId id, LabelDraft draft, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var label = await db.Labels.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (label is null)
            {
                return SaveDraftOutcome.NotFound;
            }

            if (label.State != LabelState.Draft)
            {
                return SaveDraftOutcome.NoLongerADraft;
            }

            label.Apply(draft);
            label.UpdatedAt = time.GetUtcNow();
            label.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                return SaveDraftOutcome.Saved;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Saved by another tab meanwhile, or just bought: look again. The last one typing wins.
            }
        }
    }

    /// <summary>Throws away a draft. False when there is none of this merchant, or it is no longer a draft.</summary>
    public async Task<bool> DiscardAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Labels
            .Where(label => label.MerchantId == merchant && label.Id == id && label.State == LabelState.Draft)
            .ExecuteDeleteAsync(ct) == 1;
    }
}

public enum SaveDraftOutcome
{
    Saved,
    NotFound,
    NoLongerADraft,
}
