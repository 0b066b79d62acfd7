using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>Records that a merchant accepted a newer version of the terms. Asking twice, from two tabs, records it once.</summary>
public sealed class AcceptTerms(IDbContextFactory<AppDbContext> contexts, PublishedTerms published, TimeProvider time)
{
    /// <param name="shown">The text the merchant had before them.</param>
    public async Task<AcceptTermsOutcome> RunAsync(MerchantAccess access, string userId, TermsText shown, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        var now = time.GetUtcNow();
        if (shown != published.InForce(shown.Language, now))
        {
            return AcceptTermsOutcome.TermsChanged;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        if (!await db.Merchants.AnyAsync(row => row.Id == merchant && row.SetUpFinishedAt != null, ct))
        {
            return AcceptTermsOutcome.SetUpFirst;
        }

        if (await IsAcceptedAsync(db))
        {
            return AcceptTermsOutcome.Accepted;
        }

        db.TermsAcceptances.Add(new TermsAcceptance
        {
            MerchantId = merchant,
            Version = shown.Version,
            Language = shown.Language,
            TextHash = shown.Hash,
            AcceptedAt = now,
            UserId = userId,
        });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Accepted in another tab in the same moment.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (!await IsAcceptedAsync(again))
            {
                throw;
            }
        }

        return AcceptTermsOutcome.Accepted;

        Task<bool> IsAcceptedAsync(AppDbContext context) => context.TermsAcceptances.AnyAsync(row => row.MerchantId == merchant && row.Version == shown.Version, ct);
    }
}

/// <summary>What came of accepting the terms.</summary>
public enum AcceptTermsOutcome
{
    /// <summary>Now, or before.</summary>
    Accepted,

    /// <summary>Another text is in force by now: it must be read first.</summary>
    TermsChanged,

    /// <summary>The first acceptance belongs to Set up carriers.</summary>
    SetUpFirst,
}

/// <summary>What a merchant accepted, and what they must be asked.</summary>
/// <param name="Accepted">The newest first.</param>
/// <param name="MustAsk">A newer version than any accepted is in force.</param>
/// <param name="Coming">A version that will apply later; null when none is known.</param>
/// <param name="FrenchFirst">The business is in Quebec: the French text is given first.</param>
public sealed record TermsStanding(string InForce, bool MustAsk, string? Coming, bool FrenchFirst, IReadOnlyList<AcceptedTerms> Accepted);

public sealed record AcceptedTerms(string Version, Language Language, DateTimeOffset At);

/// <summary>Reads how a merchant stands to the terms.</summary>
public sealed class TermsQueries(IDbContextFactory<AppDbContext> contexts, PublishedTerms published, TimeProvider time)
{
    public async Task<TermsStanding> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var accepted = await db.TermsAcceptances.AsNoTracking()
            .Where(row => row.MerchantId == merchant)
            .OrderByDescending(row => row.Version)
            .Select(row => new AcceptedTerms(row.Version, row.Language, row.AcceptedAt))
            .ToListAsync(ct);
        string province = await db.Merchants.Where(row => row.Id == merchant).Select(row => row.Address.Province).SingleAsync(ct);
        var now = time.GetUtcNow();
        string inForce = published.InForce(Language.English, now).Version;
        return new TermsStanding(
            inForce,
            TermsVersions.MustAsk([.. accepted.Select(one => one.Version)], inForce),
            accepted.Count > 0 && published.Coming(now) is { } coming && accepted.TrueForAll(one => one.Version != coming) ? coming : null,
            province == "QC",
            accepted);
    }
}
