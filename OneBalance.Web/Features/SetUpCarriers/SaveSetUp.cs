using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>
/// Saves the wizard as it is typed and left, so that a refresh, another tab, a restarted server or an expired circuit lose
/// nothing. Two tabs: the later save of a field wins.
/// </summary>
public sealed class SaveSetUp(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>The billing address as typed, complete or not.</summary>
    /// <returns>False when a field is longer than any address may be: nothing is saved.</returns>
    public async Task<bool> BillingAsync(MerchantAccess access, Address typed, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        if (AddressRules.CheckSender(typed).Any(finding => finding.Problem == AddressProblem.TooLong) || typed.Country.Length > 2)
        {
            return false;
        }

        await ChangeAsync(
            merchant,
            draft =>
            {
                draft.BillingAddress = PostalAddress.From(typed);
                draft.BusinessName = typed.Company;
            },
            ct);
        return true;
    }

    public async Task GoToAsync(MerchantAccess access, WizardStep step, CancellationToken ct) =>
        await ChangeAsync(await access.DemandAsync(MerchantRight.ManageBilling, ct), draft => draft.Step = Stored(step), ct);

    public async Task TickTermsAsync(MerchantAccess access, bool ticked, CancellationToken ct) =>
        await ChangeAsync(await access.DemandAsync(MerchantRight.ManageBilling, ct), draft => draft.TermsTicked = ticked, ct);

    /// <summary>Where to go when the wizard is done; a path that is not ours is ignored.</summary>
    public async Task ReturnToAsync(MerchantAccess access, string? path, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        if (LocalPath.OrNull(path) is { } ours)
        {
            await ChangeAsync(merchant, draft => draft.ReturnPath = ours, ct);
        }
    }

    internal static SetUpStep Stored(WizardStep step) => step switch
    {
        WizardStep.Billing => SetUpStep.Billing,
        WizardStep.Payment => SetUpStep.Payment,
        WizardStep.Terms => SetUpStep.Terms,
        WizardStep.AutoFunding => SetUpStep.AutoFunding,
        WizardStep.Done => SetUpStep.Done,
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, null),
    };

    private async Task ChangeAsync(MerchantId merchant, Action<SetUpDraft> change, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var draft = await SetUpDraftRow.LoadAsync(db, merchant, ct);
            change(draft);
            draft.UpdatedAt = time.GetUtcNow();
            draft.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException failure) when (failure.IsCollision() && attempt < 5)
            {
                // Another tab saved, or both began the draft at once: put this change on top of what it left.
            }
        }
    }
}
