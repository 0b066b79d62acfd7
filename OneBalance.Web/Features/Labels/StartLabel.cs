using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Settings;

namespace OneBalance.Web.Features.Labels;

/// <summary>Starts a label: its id, chosen here, stays the same through every step, so that buying twice is buying once.</summary>
public sealed class StartLabel(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>A new draft, with the merchant's default ship-from and parcel.</summary>
    public async Task<LabelId> RunAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        var from = await ShipFromAsync(access, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var units = await db.UnitsOfAsync(merchant, ct);
        var preset = await db.ParcelPresets.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.IsDefault, ct);
        return await AddAsync(db, merchant, label =>
        {
            label.From = PostalAddress.From(from);
            label.Units = preset?.Units ?? units;
            label.WeightGrams = preset?.WeightGrams ?? 0;
            label.LengthMm = preset?.LengthMm ?? 0;
            label.WidthMm = preset?.WidthMm ?? 0;
            label.HeightMm = preset?.HeightMm ?? 0;
        }, ct);
    }

    /// <summary>Where a new label comes from: the default of the address book, else where the last one came from, else the business address.</summary>
    public async Task<Address> ShipFromAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var from = await db.SavedAddresses.AsNoTracking().Where(row => row.MerchantId == merchant && row.IsDefault).Select(row => row.Address).FirstOrDefaultAsync(ct)
            ?? await db.Labels.AsNoTracking()
                .Where(label => label.MerchantId == merchant)
                .OrderByDescending(label => label.CreatedAt)
                .Select(label => label.From)
                .FirstOrDefaultAsync(ct)
            ?? await db.Merchants.AsNoTracking().Where(row => row.Id == merchant).Select(row => row.Address).FirstAsync(ct);
        return from.ToAddress();
    }

    /// <summary>
    /// The draft that takes up what a declined label had, made on the first call and the same ever after; null when there is
    /// no such declined label of this merchant, and for a line of a file: it is corrected and bought again there, or it could be
    /// bought here and there.
    /// </summary>
    public async Task<LabelId?> AgainAsync(MerchantAccess access, LabelId declined, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var old = await db.Labels.FirstOrDefaultAsync(label => label.MerchantId == merchant && label.Id == declined, ct);
            if (old is not { State: LabelState.Declined, BatchId: null })
            {
                return null;
            }

            if (old.SuccessorId is { } successor)
            {
                return successor;
            }

            try
            {
                return await AddAsync(db, merchant, label =>
                {
                    label.Apply(old.Draft());
                    label.ServiceCode = old.ServiceCode;
                    label.Version = 1;
                    old.SuccessorId = label.Id;
                    old.Version++;
                }, ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another tab was quicker: its successor is the one.
            }
        }
    }

    private async Task<LabelId> AddAsync(AppDbContext db, MerchantId merchant, Action<Label> fill, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var label = new Label
        {
            MerchantId = merchant,
            Id = new LabelId(Guid.CreateVersion7(now)),
            State = LabelState.Draft,
            From = new PostalAddress(),
            To = new PostalAddress(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        fill(label);
        db.Labels.Add(label);
        await db.SaveChangesAsync(ct);
        return label.Id;
    }
}
