using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Batches;

/// <summary>Asks for the prices of every correct line that has none, or whose price rose while it was bought. The work itself runs in the background; see <see cref="BatchRun"/>.</summary>
public sealed class RateBatch(IDbContextFactory<AppDbContext> contexts, BatchRunner runner, ICarrier carrier, TimeProvider time)
{
    /// <param name="anew">Prices there are already are asked for again.</param>
    public async Task<RateBatchOutcome> RunAsync(MerchantAccess access, BatchId id, bool anew, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var batch = await db.Batches.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            if (batch is null)
            {
                return new RateBatchOutcome.NotFound();
            }

            if (batch.State is BatchState.Rating or BatchState.Buying)
            {
                return new RateBatchOutcome.Runs();
            }

            if (AddressRules.CheckSender(batch.From.ToAddress()) is { Count: > 0 } findings)
            {
                return new RateBatchOutcome.ShipFromIncomplete(findings);
            }

            var again = await db.BatchLines
                .Where(line => line.MerchantId == merchant && line.BatchId == id
                    && (line.State == BatchLineState.NotRated || line.State == BatchLineState.PriceRose || (anew && line.State == BatchLineState.Rated)))
                .ToListAsync(ct);
            var terms = batch.Terms(carrier);
            again.ForEach(line => line.Say(line.Fields(), terms));
            if (again.Count == 0 && !await db.BatchLines.AnyAsync(line => line.MerchantId == merchant && line.BatchId == id && line.State == BatchLineState.Ready, ct))
            {
                return new RateBatchOutcome.NothingToRate();
            }

            batch.State = BatchState.Rating;
            batch.Begin(time.GetUtcNow());
            try
            {
                await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateConcurrencyException)
            {
                continue;
            }

            runner.Wake(merchant, id);
            return new RateBatchOutcome.Started();
        }
    }
}

/// <summary>What came of asking for prices: a closed set.</summary>
public abstract record RateBatchOutcome
{
    private RateBatchOutcome()
    {
    }

    public sealed record Started : RateBatchOutcome;

    /// <summary>It runs already.</summary>
    public sealed record Runs : RateBatchOutcome;

    public sealed record ShipFromIncomplete(IReadOnlyList<AddressFinding> Findings) : RateBatchOutcome;

    public sealed record NothingToRate : RateBatchOutcome;

    public sealed record NotFound : RateBatchOutcome;
}
