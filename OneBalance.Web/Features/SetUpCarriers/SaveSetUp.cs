using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>
/// Saves the wizard as it is typed and left, so that a refresh, another tab, a restarted server or an expired circuit lose
/// nothing. Two tabs: the later save of a field wins.
/// </summary>
public sealed class SaveSetUp(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>The billing address as typed, complete or not.</summary>
    /// <returns>False when a field is longer than any address may be: nothing is saved.</returns>
    public async Task<bool> BillingAsync(MerchantId merchant, Address typed, CancellationToken ct)
    {
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

    public Task GoToAsync(MerchantId merchant, WizardStep step, CancellationToken ct) => ChangeAsync(merchant, draft => draft.Step = Stored(step), ct);

    public Task TickTermsAsync(MerchantId merchant, bool ticked, CancellationToken ct) => ChangeAsync(merchant, draft => draft.TermsTicked = ticked, ct);

    /// <summary>Where to go when the wizard is done; a path that is not ours is ignored.</summary>
    public Task ReturnToAsync(MerchantId merchant, string? path, CancellationToken ct) =>
        LocalPath.OrNull(path) is { } ours ? ChangeAsync(merchant, draft => draft.ReturnPath = ours, ct) : Task.CompletedTask;

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
            catch (DbUpdateException) when (attempt < 5)
            {
                // Another tab saved, or both began the draft at once: put this change on top of what it left.
            }
        }
    }
}
