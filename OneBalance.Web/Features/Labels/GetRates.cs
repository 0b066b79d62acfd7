using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>
/// Asks the carrier what the draft's parcel costs with every service, and stores the answer with the draft: the price bought
/// is the price seen.
/// </summary>
public sealed class GetRates(IDbContextFactory<AppDbContext> contexts, ICarrier carrier, TimeProvider time)
{
    public async Task<RatesOutcome> RunAsync(MerchantAccess access, LabelId id, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var label = await db.Labels.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
        if (label is null)
        {
            return new RatesOutcome.NotFound();
        }

        if (label.State != LabelState.Draft)
        {
            return new RatesOutcome.NoLongerADraft();
        }

        var draft = label.Draft();
        if (LabelDraftRules.CheckForRates(draft) is { IsEmpty: false } findings)
        {
            return new RatesOutcome.Incomplete(findings);
        }

        var request = StoredLabel.RateRequest(draft);
        switch (await carrier.GetRatesAsync(request, language, ct))
        {
            case CarrierReply<IReadOnlyList<Rate>>.Confirmed { Value.Count: 0 }:
                return new RatesOutcome.NoService();
            case CarrierReply<IReadOnlyList<Rate>>.Confirmed(var rates):
                var now = time.GetUtcNow();
                label.RatesJson = StoredLabel.Json.Write(rates);
                label.RatesFor = StoredLabel.Fingerprint(request);
                label.RatedAt = now;
                label.UpdatedAt = now;
                label.Version++;
                try
                {
                    await db.SaveChangesAsync(ct);
                }
                catch (DbUpdateConcurrencyException)
                {
                    // Typed on in another tab while the carrier answered: these rates may not fit what is there now.
                    return new RatesOutcome.DraftChanged();
                }

                return new RatesOutcome.Quoted(rates, now);
            case CarrierReply<IReadOnlyList<Rate>>.Refused(var errors):
                return new RatesOutcome.Refused(errors);
            case CarrierReply<IReadOnlyList<Rate>>.Unreachable(_, var retryAfter):
                return new RatesOutcome.Unreachable(retryAfter);
            case CarrierReply<IReadOnlyList<Rate>>.Unknown:
                return new RatesOutcome.Unreachable(null);
            case var other:
                throw new InvalidOperationException($"Unexpected answer {other.GetType().Name}.");
        }
    }
}

public abstract record RatesOutcome
{
    private RatesOutcome()
    {
    }

    public sealed record Quoted(IReadOnlyList<Rate> Rates, DateTimeOffset RatedAt) : RatesOutcome;

    /// <summary>The carrier offers nothing for this parcel to that place.</summary>
    public sealed record NoService : RatesOutcome;

    /// <summary>Something is missing or outside the limits; the carrier was not asked.</summary>
    public sealed record Incomplete(DraftFindings Findings) : RatesOutcome;

    /// <summary>The carrier said no, in its own words.</summary>
    public sealed record Refused(IReadOnlyList<CarrierError> Errors) : RatesOutcome;

    public sealed record Unreachable(TimeSpan? RetryAfter) : RatesOutcome;

    /// <summary>The draft was changed while the carrier answered: ask again.</summary>
    public sealed record DraftChanged : RatesOutcome;

    public sealed record NoLongerADraft : RatesOutcome;

    public sealed record NotFound : RatesOutcome;
}
