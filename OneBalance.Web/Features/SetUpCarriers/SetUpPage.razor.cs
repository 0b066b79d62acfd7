using Microsoft.AspNetCore.Components;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>The wizard. What it shows is what is stored, so a refresh, a second tab or a restarted server continues where it was left.</summary>
public sealed partial class SetUpPage : ComponentBase
{
    private static readonly WizardStep[] Steps = [WizardStep.Billing, WizardStep.Payment, WizardStep.Terms, WizardStep.AutoFunding, WizardStep.Done];

    private SignedInMerchant? _merchant;
    private SetUpView? _view;
    private WizardStep _step;
    private WizardStep? _focused;
    private ElementReference _heading;
    private string? _problem;

    /// <summary>Where to go when done, e.g. the label that led here; a path of ours.</summary>
    [SupplyParameterFromQuery(Name = "returnPath")]
    public string? ReturnPath { get; set; }

    /// <summary>What the return from the card page said.</summary>
    [SupplyParameterFromQuery(Name = "card")]
    public string? Card { get; set; }

    [Inject]
    private SetUpQueries Queries { get; set; } = null!;

    [Inject]
    private SaveSetUp SaveSetUp { get; set; } = null!;

    [Inject]
    private SavingTrouble Trouble { get; set; } = null!;

    [Inject]
    private AddCard AddCard { get; set; } = null!;

    [Inject]
    private SignedIn SignedIn { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _merchant = await SignedIn.MerchantAsync();
        await SaveSetUp.ReturnToAsync(_merchant.Merchant, ReturnPath, CancellationToken.None);
        await ReadAsync();
        if (_step == WizardStep.Payment && Card == "added" && _view!.Cards.Count > 0)
        {
            await GoToAsync(WizardStep.Terms);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && _step == WizardStep.Payment && Card is null or "later" && _view is { Cards.Count: 0 }
            && await AddCard.OpenPageAsync(_merchant!.Merchant, CancellationToken.None) is { } page
            && await AddCard.FinishAsync(_merchant.Merchant, page, CancellationToken.None) is FinishCardOutcome.Added)
        {
            // The card was saved on the hosted page, and the way back was not taken (a closed tab): go on from here.
            await GoToAsync(WizardStep.Terms);
            StateHasChanged();
        }

        if (_view is not null && _focused is { } before && before != _step)
        {
            await _heading.FocusAsync();
        }

        if (_view is not null)
        {
            _focused = _step;
        }
    }

    /// <summary>Until Finish Setup, earlier steps can be gone back to.</summary>
    private bool CanGoBackTo(WizardStep step) => !_view!.Finished && step < _step;

    private async Task GoToAsync(WizardStep step)
    {
        _problem = null;
        try
        {
            await SaveSetUp.GoToAsync(_merchant!.Merchant, step, CancellationToken.None);
            await ReadAsync();
        }
        catch (Exception failure) when (SavingTrouble.Covers(failure))
        {
            _problem = Trouble.Tell(failure, _merchant!.Merchant.ToString());
        }
    }

    private async Task ReadAsync()
    {
        _view = await Queries.LoadAsync(_merchant!.Merchant, CancellationToken.None);
        _step = _view.Step;
    }
}
