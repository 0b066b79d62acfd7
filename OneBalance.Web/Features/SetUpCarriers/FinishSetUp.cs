using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>
/// Finish Setup: records the accepted terms and opens the account for buying. Rule 3. However often it is pressed, and from
/// however many tabs, it has one effect: all of it is saved at once, and the first to save wins.
/// </summary>
public sealed class FinishSetUp(IDbContextFactory<AppDbContext> contexts, PublishedTerms published, TimeProvider time)
{
    /// <param name="shown">The text the merchant had before them when they accepted.</param>
    public async Task<FinishSetUpOutcome> RunAsync(MerchantAccess access, string userId, bool accepted, TermsText shown, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var account = await db.Merchants.SingleAsync(m => m.Id == merchant, ct);
        var draft = await SetUpDraftRow.LoadAsync(db, merchant, ct);
        if (account.SetUpFinishedAt is not null)
        {
            return new FinishSetUpOutcome.Finished();
        }

        if (AddressRules.CheckSender(draft.BillingAddress.ToAddress()).Count > 0)
        {
            return new FinishSetUpOutcome.BillingIncomplete();
        }

        if (!await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.RemovedAt == null, ct))
        {
            return new FinishSetUpOutcome.NoCard();
        }

        if (!accepted)
        {
            return new FinishSetUpOutcome.TermsNotAccepted();
        }

        if (shown != published.InForce(shown.Language, time.GetUtcNow()))
        {
            return new FinishSetUpOutcome.TermsChanged();
        }

        var now = time.GetUtcNow();
        if (!await db.TermsAcceptances.AnyAsync(a => a.MerchantId == merchant && a.Version == shown.Version, ct))
        {
            db.TermsAcceptances.Add(new TermsAcceptance
            {
                MerchantId = merchant,
                Version = shown.Version,
                Language = shown.Language,
                TextHash = shown.Hash,
                AcceptedAt = now,
                UserId = userId,
            });
        }

        var address = AddressRules.Normalize(draft.BillingAddress.ToAddress());
        account.Address = PostalAddress.From(address);
        account.BusinessName = address.Company;
        account.SetUpFinishedAt = now;
        account.Version++;
        draft.Step = SetUpStep.AutoFunding;
        draft.TermsTicked = true;
        draft.UpdatedAt = now;
        draft.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            return new FinishSetUpOutcome.Finished();
        }
        catch (DbUpdateException failure) when (failure.IsCollision())
        {
            // Pressed in two tabs at once: when the other one finished, so is this one.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.Merchants.AnyAsync(m => m.Id == merchant && m.SetUpFinishedAt != null, ct))
            {
                return new FinishSetUpOutcome.Finished();
            }

            return new FinishSetUpOutcome.ChangedMeanwhile();
        }
    }
}

/// <summary>What came of Finish Setup: a closed set.</summary>
public abstract record FinishSetUpOutcome
{
    private FinishSetUpOutcome()
    {
    }

    /// <summary>Set up, now or by an earlier press.</summary>
    public sealed record Finished : FinishSetUpOutcome;

    public sealed record BillingIncomplete : FinishSetUpOutcome;

    public sealed record NoCard : FinishSetUpOutcome;

    public sealed record TermsNotAccepted : FinishSetUpOutcome;

    /// <summary>A newer text came into force while the page was open: it must be read and accepted.</summary>
    public sealed record TermsChanged : FinishSetUpOutcome;

    /// <summary>Another tab changed the draft in the same moment: press again.</summary>
    public sealed record ChangedMeanwhile : FinishSetUpOutcome;
}
