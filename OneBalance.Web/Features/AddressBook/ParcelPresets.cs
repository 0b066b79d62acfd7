using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.AddressBook;

public sealed record PresetView(ParcelPresetId Id, string Name, Parcel Parcel, Units Units, bool IsDefault);

/// <summary>The merchant's parcel presets, by name.</summary>
public sealed class PresetQueries(IDbContextFactory<AppDbContext> contexts)
{
    public async Task<IReadOnlyList<PresetView>> ListAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.ParcelPresets.AsNoTracking()
            .Where(row => row.MerchantId == merchant)
            .OrderBy(row => row.NameKey)
            .Select(row => new PresetView(row.Id, row.Name, new Parcel(row.WeightGrams, row.LengthMm, row.WidthMm, row.HeightMm), row.Units, row.IsDefault))
            .ToListAsync(ct);
    }
}

/// <summary>Keeps a parcel's weight and size under a name, or corrects them.</summary>
public sealed class SavePreset(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public const int NameLength = 40;

    /// <summary>More than a list can usefully show.</summary>
    public const int AtMost = 100;

    /// <param name="id">The preset to correct; null to add one.</param>
    public async Task<SavePresetOutcome> RunAsync(MerchantAccess access, ParcelPresetId? id, string name, Parcel parcel, Units units, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        string given = name.Trim();
        if (given.Length is 0 or > NameLength)
        {
            return new SavePresetOutcome.NameRefused();
        }

        // A preset is made before its destination is known: the widest limits count.
        if (ParcelRules.Check(parcel, Region.Domestic) is { Count: > 0 } findings)
        {
            return new SavePresetOutcome.ParcelRefused(findings);
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        string key = given.ToLowerInvariant();
        if (await db.ParcelPresets.AnyAsync(row => row.MerchantId == merchant && row.NameKey == key && row.Id != id, ct))
        {
            return new SavePresetOutcome.NameTaken();
        }

        var now = time.GetUtcNow();
        ParcelPreset? preset;
        if (id is { } known)
        {
            preset = await db.ParcelPresets.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == known, ct);
            if (preset is null)
            {
                return new SavePresetOutcome.NotFound();
            }
        }
        else
        {
            if (await db.ParcelPresets.CountAsync(row => row.MerchantId == merchant, ct) >= AtMost)
            {
                return new SavePresetOutcome.TooMany();
            }

            preset = new ParcelPreset { MerchantId = merchant, Id = new ParcelPresetId(Guid.CreateVersion7(now)), Name = given, NameKey = key };
            db.Add(preset);
        }

        preset.Name = given;
        preset.NameKey = key;
        preset.WeightGrams = parcel.WeightGrams;
        preset.LengthMm = parcel.LengthMm;
        preset.WidthMm = parcel.WidthMm;
        preset.HeightMm = parcel.HeightMm;
        preset.Units = units;
        preset.UpdatedAt = now;
        preset.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new SavePresetOutcome.NotFound();
        }
        catch (DbUpdateException)
        {
            // Another tab took the name between the look and the save; anything else is a bug.
            if (await db.ParcelPresets.AnyAsync(row => row.MerchantId == merchant && row.NameKey == key && row.Id != preset.Id, ct))
            {
                return new SavePresetOutcome.NameTaken();
            }

            throw;
        }

        return new SavePresetOutcome.Saved(preset.Id);
    }
}

/// <summary>What came of saving a preset: a closed set.</summary>
public abstract record SavePresetOutcome
{
    private SavePresetOutcome()
    {
    }

    public sealed record Saved(ParcelPresetId Id) : SavePresetOutcome;

    /// <summary>Empty, or more than 40 characters.</summary>
    public sealed record NameRefused : SavePresetOutcome;

    public sealed record NameTaken : SavePresetOutcome;

    public sealed record ParcelRefused(IReadOnlyList<ParcelFinding> Findings) : SavePresetOutcome;

    public sealed record TooMany : SavePresetOutcome;

    public sealed record NotFound : SavePresetOutcome;
}

public sealed class RemovePreset(IDbContextFactory<AppDbContext> contexts)
{
    /// <summary>False when there is no such preset of this merchant.</summary>
    public async Task<bool> RunAsync(MerchantAccess access, ParcelPresetId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.ParcelPresets.Where(row => row.MerchantId == merchant && row.Id == id).ExecuteDeleteAsync(ct) == 1;
    }
}

/// <summary>Makes a preset the parcel of new labels. There is one such preset or none.</summary>
public sealed class SetDefaultPreset(IDbContextFactory<AppDbContext> contexts)
{
    /// <returns>False when there is no such preset of this merchant.</returns>
    public async Task<bool> RunAsync(MerchantAccess access, ParcelPresetId id, bool isDefault, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var presets = db.ParcelPresets.Where(row => row.MerchantId == merchant);
        if (!await presets.AnyAsync(row => row.Id == id, ct))
        {
            return false;
        }

        await presets.Where(row => row.IsDefault && (row.Id != id || !isDefault))
            .ExecuteUpdateAsync(row => row.SetProperty(preset => preset.IsDefault, false).SetProperty(preset => preset.Version, preset => preset.Version + 1), ct);
        if (isDefault)
        {
            await presets.Where(row => row.Id == id && !row.IsDefault)
                .ExecuteUpdateAsync(row => row.SetProperty(preset => preset.IsDefault, true).SetProperty(preset => preset.Version, preset => preset.Version + 1), ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }
}
