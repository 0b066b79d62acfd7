using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>Stores how a merchant wants auto-funding, and switches it on or off by hand.</summary>
public sealed class SaveAutoFunding(IDbContextFactory<AppDbContext> contexts, IOptions<FundingOptions> options, TimeProvider time)
{
    public async Task<SaveAutoFundingOutcome> RunAsync(MerchantAccess access, AutoFundingPlan plan, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        // Switching off is never refused: the bounds may have changed since the plan was stored.
        if (plan.Enabled && AutoFundingPolicy.Check(plan, options.Value.Policy) is { Count: > 0 } problems)
        {
            return new SaveAutoFundingOutcome.Refused(problems);
        }

        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            await using var transaction = await CardChange.BeginAsync(db, merchant, ct);
            if (plan.Enabled)
            {
                var account = await FundingAccount.LoadAsync(db, merchant, ct);
                if (!account.Open)
                {
                    return new SaveAutoFundingOutcome.AccountClosing();
                }

                if (!account.SetUp || !await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.RemovedAt == null, ct))
                {
                    return new SaveAutoFundingOutcome.NoCard();
                }
            }

            var settings = await db.AutoFunding.SingleOrDefaultAsync(a => a.MerchantId == merchant, ct);
            if (settings is null)
            {
                settings = new AutoFundingSettings { MerchantId = merchant };
                db.AutoFunding.Add(settings);
            }

            var kind = settings.Enabled == plan.Enabled ? AutoFundingEventKind.Changed
                : plan.Enabled ? AutoFundingEventKind.TurnedOn
                : AutoFundingEventKind.TurnedOff;
            settings.Enabled = plan.Enabled;
            settings.Mode = plan.Mode;
            settings.Threshold = plan.Threshold;
            settings.Amount = plan.Amount;
            settings.MostPerDay = plan.MostPerDay;
            // By hand: what an earlier failure switched off begins anew.
            settings.Failures = 0;
            settings.CoolDownUntil = null;
            settings.StoppedFor = null;
            settings.UpdatedAt = time.GetUtcNow();
            settings.Version++;
            db.AutoFundingEvents.Add(new AutoFundingEvent
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(settings.UpdatedAt),
                Kind = kind,
                OccurredAt = settings.UpdatedAt,
            });
            try
            {
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
                return new SaveAutoFundingOutcome.Saved();
            }
            catch (DbUpdateException)
            {
                if (!await ExistsNewerAsync(merchant, settings.Version, ct))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Another tab stored its settings in between: this one is stored after it.</summary>
    private async Task<bool> ExistsNewerAsync(MerchantId merchant, int version, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.AutoFunding.AnyAsync(a => a.MerchantId == merchant && a.Version >= version, ct);
    }
}

/// <summary>What came of storing the settings: a closed set.</summary>
public abstract record SaveAutoFundingOutcome
{
    private SaveAutoFundingOutcome()
    {
    }

    public sealed record Saved : SaveAutoFundingOutcome;

    public sealed record Refused(IReadOnlyList<AutoFundingProblem> Problems) : SaveAutoFundingOutcome;

    public sealed record NoCard : SaveAutoFundingOutcome;

    public sealed record AccountClosing : SaveAutoFundingOutcome;
}
