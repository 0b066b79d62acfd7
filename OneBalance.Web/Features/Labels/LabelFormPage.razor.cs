using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Help;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Web.Features.Labels;

/// <summary>
/// Create label: addresses, parcel, rates, Buy label, preview. Every field is saved as it is left; what happens after
/// Buy label belongs to the purchase, and this page only watches it.
/// </summary>
public sealed partial class LabelFormPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(6);

    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly CancellationTokenSource _left = new();

    private SignedInMerchant _merchant = null!;
    private LabelId _label;
    private LabelForm? _form;
    private bool _loaded;
    private bool _documentStored;

    private AddressInput _from = new();
    private AddressInput _to = new();
    private ParcelInput _parcel = new();
    private OptionsInput _options = new();
    private CustomsInput _customs = new();
    private bool _fromOpen;

    private IReadOnlyList<CustomsItem> _goods = [];

    private IReadOnlyList<Rate> _rates = [];
    private LabelDraft? _ratedFor;
    private string? _service;
    private RateSort _sort;

    private bool _rating;
    private bool _buying;
    private string? _returned;
    private DateTimeOffset? _savedAt;
    private Problem? _problem;

    private AddressForm? _fromForm;
    private AddressForm? _toForm;
    private ParcelForm? _parcelForm;
    private OptionsForm? _optionsForm;
    private CustomsForm? _customsForm;

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>The top-up whose bank's page was just left, in 32 hex digits.</summary>
    [SupplyParameterFromQuery]
    public string? TopUp { get; set; }

    /// <summary>The service whose purchase waits for that top-up.</summary>
    [SupplyParameterFromQuery]
    public string? Buy { get; set; }

    /// <summary>The price seen when it was pressed, in cents.</summary>
    [SupplyParameterFromQuery]
    public long? Price { get; set; }

    /// <summary>What the return from the card page said.</summary>
    [SupplyParameterFromQuery]
    public string? Card { get; set; }

    [Inject]
    private SignedIn SignedIn { get; set; } = null!;

    [Inject]
    private LabelQueries Queries { get; set; } = null!;

    [Inject]
    private StartLabel StartLabel { get; set; } = null!;

    [Inject]
    private SaveLabelDraft SaveDraft { get; set; } = null!;

    [Inject]
    private GetRates Rating { get; set; } = null!;

    [Inject]
    private ICarrier Carrier { get; set; } = null!;

    [Inject]
    private RememberedGoods Goods { get; set; } = null!;

    [Inject]
    private BuyLabel Buying { get; set; } = null!;

    [Inject]
    private FundPurchase Funding { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private FieldFocus Focus { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private ILogger<LabelFormPage> Log { get; set; } = null!;

    private Region Region => Regions.Of(_to.Country);

    private Dictionary<string, object?> ChangeFrom => new() { ["aria-label"] = Texts["ChangeShipFrom"].Value };

    private Language Language => Languages.FromCultureName(CultureInfo.CurrentUICulture.Name);

    private LabelDraft Draft => new(
        _from.ToAddress(),
        _to.ToAddress(),
        _parcel.ToParcel(),
        _parcel.Units,
        _options.Signature,
        _options.Coverage(Language),
        _options.Reference,
        _customs.ToCustoms())
    {
        Delivery = _options.Delivery,
    };

    private bool RatesStand => _rates.Count > 0 && _ratedFor is { } rated && LabelDraftRules.SamePrice(rated, Draft);

    /// <summary>The parcel as far as it is known, for the notices that concern it.</summary>
    private NoticeParcel Concerned => ServiceNoticeRows.Parcel(Draft, RatesStand ? _service : null);

    private Rate? Chosen => _rates.FirstOrDefault(rate => rate.ServiceCode == _service);

    protected override async Task OnParametersSetAsync()
    {
        // Going on drops it from the address; the page still says what became of it.
        _returned = TopUp ?? _returned;
        if (_loaded && _label.Value == Id)
        {
            return;
        }

        _returned = TopUp;
        _label = new LabelId(Id);
        _merchant = await SignedIn.MerchantAsync();
        await LoadAsync();
    }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
        _saving.Dispose();
    }

    private async Task LoadAsync()
    {
        _form = await Queries.FormAsync(_merchant.Merchant, _label, _left.Token);
        _loaded = true;
        switch (_form?.State)
        {
            case LabelState.Draft:
                _goods = await Goods.ListAsync(_merchant.Merchant, _left.Token);
                Show(_form);
                break;
            case LabelState.Reserved or LabelState.Attempting or LabelState.Unknown:
                WatchPurchase();
                break;
            case LabelState.Purchased or LabelState.Voided:
                await ShowDocumentAsync();
                break;
            case LabelState.Declined:
                await TryAgainAsync();
                break;
            case null:
                break;
            default:
                throw new InvalidOperationException($"Unknown state {_form.State}.");
        }
    }

    private void Show(LabelForm form)
    {
        var draft = form.Draft;
        _from = AddressInput.From(draft.From);
        _to = AddressInput.From(draft.To);
        _parcel = ParcelInput.From(draft.Parcel, draft.Units);
        _options = OptionsInput.From(draft, Formats);
        _customs = CustomsInput.From(draft.Customs, draft.Units, Formats);
        _fromOpen = AddressRules.CheckSender(draft.From).Count > 0;
        Quote(form.Rates, draft, form.ServiceCode);
        _problem = form.Setback is { } setback ? Declined(setback.Reason, setback.Errors) : null;
    }

    private void Quote(IReadOnlyList<Rate> rates, LabelDraft draft, string? service)
    {
        _rates = rates;
        _ratedFor = draft;
        _service = rates.Any(rate => rate.ServiceCode == service) ? service : RateOrder.Cheapest(rates);
    }

    private Task PickFromAsync(Address address)
    {
        _from = AddressInput.From(address);
        return ChangedAsync();
    }

    private Task PickToAsync(Address address)
    {
        _to = AddressInput.From(address);
        return ChangedAsync();
    }

    private Task PickParcelAsync(PresetView preset)
    {
        _parcel = ParcelInput.From(preset.Parcel, preset.Units);
        return ChangedAsync();
    }

    private Task ChangedAsync()
    {
        _problem = null;
        return TryAsync(SaveAsync, "Save.FailedNext");
    }

    /// <summary>Whatever fails on our side, what was typed stays on the page.</summary>
    /// <param name="next">The text that says what to do then.</param>
    private async Task TryAsync(Func<Task> work, string next)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or NotAllowedException))
        {
            string reference = _label.ToString();
            LogFailed(Log, failure, _label);
            _problem = new Problem(Texts["Buy.Failed", reference], [], Texts[next]);
        }
    }

    /// <summary>One save at a time, the last state wins; false when this is no longer a draft.</summary>
    private async Task<bool> SaveAsync()
    {
        await _saving.WaitAsync(_left.Token);
        try
        {
            var outcome = await SaveDraft.RunAsync(_merchant.Merchant, _label, Draft, _left.Token);
            if (outcome == SaveDraftOutcome.Saved)
            {
                _savedAt = Clock.GetUtcNow();
                return true;
            }
        }
        finally
        {
            _saving.Release();
        }

        // Bought or thrown away in another tab: show what it is now.
        await LoadAsync();
        return false;
    }

    private Task GetRatesAsync() => TryAsync(AskForRatesAsync, "Rates.FailedNext");

    private async Task AskForRatesAsync()
    {
        _problem = null;
        var findings = LabelDraftRules.CheckForRates(Draft);
        if (!findings.IsEmpty)
        {
            await ComplainAsync(findings);
            return;
        }

        _rating = true;
        StateHasChanged();
        try
        {
            if (!await SaveAsync())
            {
                return;
            }

            var asked = Draft;
            switch (await Rating.RunAsync(_merchant.Merchant, _label, Language, _left.Token))
            {
                case RatesOutcome.Quoted(var rates, _):
                    Quote(rates, asked, _service);
                    break;
                case RatesOutcome.NoService:
                    _problem = new Problem(Texts["Rates.NoService"], [], Texts["Rates.NoServiceNext"], HelpTopics.NoRates);
                    break;
                case RatesOutcome.Incomplete(var incomplete):
                    await ComplainAsync(incomplete);
                    break;
                case RatesOutcome.Refused(var errors):
                    _problem = new Problem(Texts["Rates.Refused"], Words(errors), Texts["CorrectAndRetry"], HelpTopics.NoRates);
                    break;
                case RatesOutcome.Unreachable(var retryAfter):
                    _problem = new Problem(Texts["Rates.Unreachable"], [], WaitWords(retryAfter), HelpTopics.CarrierUnavailable);
                    break;
                case RatesOutcome.DraftChanged:
                    _problem = new Problem(Texts["Rates.DraftChanged"], [], "", HelpTopics.NoRates);
                    break;
                case RatesOutcome.NoLongerADraft or RatesOutcome.NotFound:
                    await LoadAsync();
                    break;
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other}.");
            }
        }
        finally
        {
            _rating = false;
        }
    }

    private async Task BuyAsync()
    {
        if (Chosen is not { } rate || _buying)
        {
            return;
        }

        _problem = null;
        _buying = true;
        StateHasChanged();
        try
        {
            var findings = LabelDraftRules.CheckForPurchase(Draft, Carrier.Terms.UsDutiesPrepaid);
            if (!findings.IsEmpty)
            {
                await ComplainAsync(findings);
                return;
            }

            // Should the purchase have begun before something fails, asking again joins it.
            await TryAsync(
                async () =>
                {
                    if (await SaveAsync())
                    {
                        await BuyAsync(rate);
                    }
                },
                "Buy.FailedNext");
        }
        finally
        {
            _buying = false;
        }
    }

    private async Task BuyAsync(Rate rate)
    {
        bool funded = false;
        while (true)
        {
            var order = new BuyRequest(_merchant.Merchant, _label, rate.ServiceCode, rate.Price.Total, _merchant.UserId, Language);
            switch (await Buying.RunAsync(order, _left.Token))
            {
                case BuyOutcome.InsufficientFunds or BuyOutcome.Owing when !funded && await Funding.RunAsync(_merchant.Merchant, rate.Price.Total, _left.Token):
                    // Auto-funding has paid for it, once a press: whatever is short now is the merchant's to decide.
                    funded = true;
                    continue;
                case BuyOutcome.InsufficientFunds shortOf:
                    if (await AddFundsAsync(rate, shortOf.Missing))
                    {
                        continue;
                    }

                    _problem = new Problem(Texts["Buy.Short", Formats.Money(shortOf.Missing)], [], Texts["Buy.ShortNext"], HelpTopics.ShortOfFunds);
                    return;
                case BuyOutcome.Owing(var owed):
                    if (await AddFundsAsync(rate, owed + rate.Price.Total))
                    {
                        continue;
                    }

                    _problem = new Problem(Texts["Buy.Owing", Formats.Money(owed)], [], Texts["Buy.ShortNext"], HelpTopics.BuyingStopped);
                    return;
                case BuyOutcome.SetUpNeeded:
                    Navigation.NavigateTo($"/set-up?returnPath={Uri.EscapeDataString($"/labels/new/{_label}")}");
                    return;
                case BuyOutcome.Incomplete(var findings):
                    await ComplainAsync(findings);
                    return;
                case BuyOutcome.PriceMustBeAskedAgain:
                    await AskForRatesAsync();
                    _problem ??= new Problem(Texts["Buy.NewPrices"], [], Texts["Buy.NewPricesNext"], HelpTopics.NoRates);
                    return;
                case BuyOutcome.StoppedByNotice(var notice):
                    var words = notice.In(Language);
                    _problem = new Problem(
                        words.Title,
                        [words.Text],
                        notice.Terms.End is { } end ? Texts["Buy.NoticeUntil", Formats.DateTime(end)] : Texts["Buy.Notice"],
                        HelpTopics.ServiceNotices);
                    return;
                case BuyOutcome.BuyingStopped:
                    _problem = new Problem(Texts["Buy.Stopped"], [], Texts["Buy.StoppedNext"], HelpTopics.BuyingStopped);
                    return;
                case BuyOutcome.Bought or BuyOutcome.StillAsking or BuyOutcome.Declined or BuyOutcome.NotFound:
                    await LoadAsync();
                    return;
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other}.");
            }
        }
    }

    private async Task ForgetGoodsAsync(string description)
    {
        await Goods.ForgetAsync(_merchant.Merchant, description, _left.Token);
        _goods = await Goods.ListAsync(_merchant.Merchant, _left.Token);
    }

    /// <summary>True when enough was added for the purchase to go on.</summary>
    private async Task<bool> AddFundsAsync(Rate rate, Money missing)
    {
        switch (await AddFundsDialog.ShowAsync(Dialogs, missing, PathToGoOn(rate)))
        {
            case AddFundsResult.Added:
                return true;
            case AddFundsResult.Pending(var topUp):
                _returned = topUp.ToString();
                return false;
            default:
                return false;
        }
    }

    /// <summary>Where the bank's page returns to: this draft, and what was to be bought at which price.</summary>
    private string PathToGoOn(Rate rate) => PathToGoOn(rate.ServiceCode, rate.Price.Total.Cents);

    private string PathToGoOn(string service, long cents) =>
        string.Create(CultureInfo.InvariantCulture, $"/labels/new/{_label}?buy={Uri.EscapeDataString(service)}&price={cents}");

    /// <summary>
    /// The top-up that a purchase waited for is credited: the purchase goes on, as it was pressed. Only when the top-up was
    /// made for it and the price still stands; the address forgets it first, so that looking at the page again buys nothing.
    /// </summary>
    private async Task GoOnAsync(TopUpView topUp)
    {
        if (Buy is not { } service || Price is not { } cents)
        {
            return;
        }

        Navigation.NavigateTo($"/labels/new/{_label}", replace: true);
        if (topUp.ReturnPath == PathToGoOn(service, cents) && RatesStand && _rates.Any(rate => rate.ServiceCode == service && rate.Price.Total.Cents == cents))
        {
            _service = service;
            await BuyAsync();
        }
    }

    /// <summary>Nothing was bought: a draft with everything in it takes over, and says why.</summary>
    private async Task TryAgainAsync()
    {
        if (await StartLabel.AgainAsync(_merchant.Merchant, _label, _left.Token) is { } successor)
        {
            Navigation.NavigateTo($"/labels/new/{successor}", replace: true);
        }
    }

    private async Task ShowDocumentAsync()
    {
        _documentStored = (await Queries.ReadAsync(_merchant.Merchant, _label, _left.Token))?.DocumentStored == true;
        if (!_documentStored)
        {
            WatchPurchase();
        }
    }

    /// <summary>Looks every two seconds how the purchase stands, and while the buyer waits asks it to go on.</summary>
    private void WatchPurchase()
    {
        var askedAt = Clock.GetUtcNow();
        _ = Watching.UntilAsync(Watch, LookAsync, DispatchExceptionAsync, Log, Clock, _left.Token);

        async Task<bool> LookAsync()
        {
            if (Clock.GetUtcNow() - askedAt >= AskAgain)
            {
                askedAt = Clock.GetUtcNow();
                await Buying.WatchAsync(_merchant.Merchant, _label);
                await InvokeAsync(RefreshAskingAsync);
            }

            var details = await Queries.ReadAsync(_merchant.Merchant, _label, _left.Token);
            bool settled = details is null
                || details.State is LabelState.Draft or LabelState.Declined
                || (details.State is LabelState.Purchased or LabelState.Voided && (details.DocumentStored || _form?.State != details.State));
            if (settled)
            {
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
                    StateHasChanged();
                });
            }

            return settled;
        }
    }

    /// <summary>While it is asked, the page says how long the carrier wants to be left alone.</summary>
    private async Task RefreshAskingAsync()
    {
        if (await Queries.FormAsync(_merchant.Merchant, _label, _left.Token) is { State: LabelState.Reserved or LabelState.Attempting or LabelState.Unknown } now)
        {
            _form = now;
            StateHasChanged();
        }
    }

    private async Task ComplainAsync(DraftFindings findings)
    {
        _fromOpen |= findings.From.Count > 0;

        // A field out of use would not take the focus.
        _buying = false;
        StateHasChanged();
        await Task.Yield();
        bool from = findings.From.Count == 0 || _fromForm?.Validate() != false;
        bool to = findings.To.Count == 0 || _toForm?.Validate() != false;
        bool parcel = findings.Parcel.Count == 0 || _parcelForm?.Validate() != false;
        bool options = findings.Options.Count == 0 || _optionsForm?.Validate() != false;
        bool customs = findings.Customs.Count == 0 || _customsForm?.Validate() != false;
        _problem = new Problem(Texts["Incomplete"], [], Texts["IncompleteNext"], from && to ? null : HelpTopics.AddressRefused);
        StateHasChanged();
        if (!from)
        {
            await _fromForm!.FocusFirstProblemAsync();
        }
        else if (!to)
        {
            await _toForm!.FocusFirstProblemAsync();
        }
        else if ((!parcel ? _parcelForm!.FirstProblem : !options ? _optionsForm!.FirstProblem : !customs ? _customsForm!.FirstProblem : null) is { } field)
        {
            await Focus.OnAsync(field);
        }
    }

    private Problem Declined(DeclineReason reason, IReadOnlyList<CarrierError> errors) => reason switch
    {
        DeclineReason.CarrierRefused => new Problem(Texts["Declined.CarrierRefused"], Words(errors), Texts["Declined.CarrierRefusedNext"], HelpTopics.LabelRefused),
        DeclineReason.Unreachable => new Problem(Texts["Declined.Unreachable"], [], Texts["Declined.UnreachableNext"], HelpTopics.CarrierUnavailable),
        DeclineReason.NeverArrived => new Problem(Texts["Declined.NeverArrived"], [], Texts["Declined.NeverArrivedNext"], HelpTopics.CarrierUnavailable),
        DeclineReason.Interrupted => new Problem(Texts["Declined.Interrupted"], [], Texts["Declined.NeverArrivedNext"], HelpTopics.PurchaseSettling),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    private static IReadOnlyList<string> Words(IReadOnlyList<CarrierError> errors) =>
        [.. errors.Select(error => error.InWords())];

    private string WaitWords(TimeSpan? retryAfter) => retryAfter is { TotalSeconds: > 1 } wait
        ? Texts["TryAgainIn", (int)Math.Ceiling(wait.TotalSeconds)]
        : Texts["TryAgainSoon"];

    [LoggerMessage(LogLevel.Error, "What was asked for label {Label} failed")]
    private static partial void LogFailed(ILogger log, Exception failure, LabelId label);

    /// <summary>What happened, the carrier's own words, what to do next, and the help entry that says more.</summary>
    private sealed record Problem(string What, IReadOnlyList<string> Details, string Next, string? Help = null);
}
