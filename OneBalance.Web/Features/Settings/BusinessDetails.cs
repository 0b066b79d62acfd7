using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Settings;

/// <param name="Version">Given back when saving: somebody else's change in between is not overwritten.</param>
public sealed record BusinessView(Core.Shipping.Address Address, string ContactEmail, int Version);

public abstract record SaveBusinessOutcome
{
    private SaveBusinessOutcome()
    {
    }

    public sealed record Saved(BusinessView Now) : SaveBusinessOutcome;

    public sealed record Refused(IReadOnlyList<AddressFinding> Findings) : SaveBusinessOutcome;

    /// <summary>Changed in another tab or by another person since it was loaded.</summary>
    public sealed record ChangedMeanwhile : SaveBusinessOutcome;
}

/// <summary>A merchant's business name and address.</summary>
public sealed class BusinessDetails(IDbContextFactory<AppDbContext> contexts)
{
    public async Task<BusinessView> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return View(await db.Merchants.AsNoTracking().SingleAsync(m => m.Id == merchant, ct));
    }

    /// <param name="version">Of the view that was changed.</param>
    public async Task<SaveBusinessOutcome> SaveAsync(MerchantAccess access, Core.Shipping.Address address, int version, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        var findings = AddressRules.CheckSender(address);
        if (findings.Count > 0)
        {
            return new SaveBusinessOutcome.Refused(findings);
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Merchants.SingleAsync(m => m.Id == merchant, ct);
        if (row.Version != version)
        {
            return new SaveBusinessOutcome.ChangedMeanwhile();
        }

        var normal = AddressRules.Normalize(address);
        row.BusinessName = normal.Company;
        row.Address = PostalAddress.From(normal);
        row.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new SaveBusinessOutcome.ChangedMeanwhile();
        }

        return new SaveBusinessOutcome.Saved(View(row));
    }

    private static BusinessView View(Merchant row)
    {
        var address = row.Address.ToAddress();
        return new BusinessView(address.Company.Length > 0 ? address : address with { Company = row.BusinessName }, row.ContactEmail, row.Version);
    }
}
