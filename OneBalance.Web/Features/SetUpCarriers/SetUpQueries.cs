using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>The wizard as it was last left.</summary>
/// <param name="Step">Where to open it.</param>
/// <param name="BillingAddress">As typed.</param>
/// <param name="Finished">Finish Setup has had its effect.</param>
/// <param name="ReturnPath">Where to go when done; a path of ours.</param>
public sealed record SetUpView(
    WizardStep Step,
    Address BillingAddress,
    IReadOnlyList<CardView> Cards,
    bool TermsTicked,
    bool Finished,
    AutoFundingView? AutoFunding,
    string? ReturnPath)
{
    /// <summary>Quebec's Charter of the French language: the French contract is given first.</summary>
    public bool FrenchFirst => BillingAddress.Province == "QC";
}

/// <summary>The wizard's steps in order.</summary>
public enum WizardStep
{
    Billing,
    Payment,
    Terms,
    AutoFunding,
    Done,
}

/// <summary>Reads the wizard's draft, and whether a merchant is set up.</summary>
public sealed class SetUpQueries(IDbContextFactory<AppDbContext> contexts, CardQueries cards, BalanceQueries balance)
{
    public async Task<SetUpView> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var account = await db.Merchants.AsNoTracking().SingleAsync(m => m.Id == merchant, ct);
        // Not saved here: only reading. A merchant without a draft begins with what was given at sign-up.
        var draft = await SetUpDraftRow.LoadAsync(db, merchant, ct);
        var onFile = await cards.ListAsync(access, ct);
        bool finished = account.SetUpFinishedAt is not null;
        return new SetUpView(
            StepOf(draft.Step, finished, onFile.Count > 0),
            draft.BillingAddress.ToAddress(),
            onFile,
            draft.TermsTicked,
            finished,
            await balance.AutoFundingAsync(access, ct),
            draft.ReturnPath);
    }

    /// <summary>Whether a merchant may buy: Finish Setup is done.</summary>
    public async Task<bool> IsFinishedAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Merchants.AnyAsync(m => m.Id == merchant && m.SetUpFinishedAt != null, ct);
    }

    /// <summary>A finished set-up does not go back before its offer, and there are no terms to finish without a card.</summary>
    private static WizardStep StepOf(SetUpStep stored, bool finished, bool hasCard) => stored switch
    {
        _ when finished && (stored is SetUpStep.Billing or SetUpStep.Payment or SetUpStep.Terms) => WizardStep.AutoFunding,
        SetUpStep.Billing => WizardStep.Billing,
        SetUpStep.Payment => WizardStep.Payment,
        SetUpStep.Terms => hasCard ? WizardStep.Terms : WizardStep.Payment,
        SetUpStep.AutoFunding => finished ? WizardStep.AutoFunding : WizardStep.Terms,
        SetUpStep.Done => finished ? WizardStep.Done : WizardStep.Terms,
        _ => throw new ArgumentOutOfRangeException(nameof(stored), stored, null),
    };
}
