using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Batches;

/// <summary>
/// One batch, from the file's columns to its labels. What runs, runs in the background: this page shows how it stands, looks
/// again every second while it does, and may be left at any time.
/// </summary>
public sealed partial class BatchPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _left = new();
    private SignedInMerchant _merchant = null!;
    private BatchId _batch;
    private BatchView? _view;
    private IReadOnlyList<ServiceOffer> _services = [];
    private IDisposable? _following;
    private Money? _available;
    private Money _owed;
    private bool _loaded;
    private bool _watching;
    private bool _columnsKnown;
    private string? _problem;
    private TopUpId? _pending;

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>The top-up whose bank's page was just left, in 32 hex digits.</summary>
    [SupplyParameterFromQuery]
    public string? TopUp { get; set; }

    /// <summary>What the return from the card page said.</summary>
    [SupplyParameterFromQuery]
    public string? Card { get; set; }

    [Inject]
    private SignedIn SignedIn { get; set; } = null!;

    [Inject]
    private BatchQueries Queries { get; set; } = null!;

    [Inject]
    private ChangeBatch Change { get; set; } = null!;

    [Inject]
    private RateBatch Rating { get; set; } = null!;

    [Inject]
    private BuyBatch Buying { get; set; } = null!;

    [Inject]
    private CancelBatch Cancelling { get; set; } = null!;

    [Inject]
    private BalanceWatch Balance { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Path => $"/batches/{_batch.Value}";

    private Money Missing => _view is { } view && _available is { } available ? Money.Max(_owed + view.Total - available, Money.Zero) : Money.Zero;

    /// <summary>Lines of the purchase under way, and those before it.</summary>
    private int InPurchase => _view!.Count(BatchLineStatus.Waiting, BatchLineStatus.Buying, BatchLineStatus.Settling, BatchLineStatus.Bought, BatchLineStatus.Voided, BatchLineStatus.Declined);

    private int Settled => _view!.Count(BatchLineStatus.Bought, BatchLineStatus.Voided, BatchLineStatus.Declined);

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded && _batch.Value == Id)
        {
            return;
        }

        _batch = new BatchId(Id);
        _merchant = await SignedIn.MerchantAsync();
        _following ??= Balance.Follow(_merchant.Merchant, () => InvokeAsync(async () =>
        {
            await LoadBalanceAsync();
            StateHasChanged();
        }));
        await LoadAsync();
        _columnsKnown = _view is null || _view.Columns.Any(column => column.Field == BatchField.Line1) && _view.Columns.Any(column => column.Field == BatchField.PostalCode);
    }

    public void Dispose()
    {
        _following?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    private static double Share(int done, int of) => of == 0 ? 0 : 100d * done / of;

    /// <summary>With one more kind of goods than the columns tell of.</summary>
    private static IReadOnlyList<LineField> Fields(BatchView view) =>
        [.. LineField.All(Math.Min(view.Columns.Max(column => column.Field?.Item ?? 1) + 1, LineField.MostItems))];

    private static string RuleValue(BatchView view) => view.Choice == ServiceChoice.Named ? view.ServiceCode ?? "" : view.Choice.ToString();

    private async Task LoadAsync()
    {
        bool ran = _view?.Runs ?? false;
        _view = await Queries.ReadAsync(_merchant.Merchant, _batch, _left.Token);
        if (!_loaded || !ran || _view is { Runs: false })
        {
            await LoadBalanceAsync();
        }

        if (_view is { Runs: false, ToBuy: > 0 })
        {
            _services = await Queries.ServicesAsync(_merchant.Merchant, _batch, _left.Token);
        }

        _loaded = true;
        if (_view is { Runs: true } && !_watching)
        {
            _watching = true;
            _ = WatchAsync();
        }
    }

    /// <summary>Nothing for whoever may not see the balance: buying then says whether it is enough.</summary>
    private async Task LoadBalanceAsync()
    {
        if (!(await _merchant.Merchant.NowAsync(_left.Token)).Allow(MerchantRight.SeeBalance))
        {
            _available = null;
            return;
        }

        var balance = await Balance.NowAsync(_merchant.Merchant, _left.Token);
        (_available, _owed) = (balance.Available, balance.Owed);
    }

    private async Task WatchAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Watch);
            while (await timer.WaitForNextTickAsync(_left.Token))
            {
                await InvokeAsync(async () =>
                {
                    await LoadAsync();
                    StateHasChanged();
                });
                if (_view is not { Runs: true })
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left; the work goes on without it.
        }
        finally
        {
            _watching = false;
        }
    }

    private async Task RateAsync(bool anew)
    {
        _problem = null;
        switch (await Rating.RunAsync(_merchant.Merchant, _batch, anew, _left.Token))
        {
            case RateBatchOutcome.Started or RateBatchOutcome.Runs or RateBatchOutcome.NotFound:
                break;
            case RateBatchOutcome.NothingToRate:
                _problem = Texts["NothingToRate"];
                break;
            case RateBatchOutcome.ShipFromIncomplete:
                _problem = Texts["ShipFrom.Incomplete"];
                break;
            case var other:
                throw new InvalidOperationException($"Unknown outcome {other}.");
        }

        await LoadAsync();
    }

    private async Task BuyAsync()
    {
        _problem = null;
        var language = Languages.FromCultureName(CultureInfo.CurrentUICulture.Name);
        switch (await Buying.RunAsync(_merchant.Merchant, _batch, _view!.Total, _merchant.UserId, language, _left.Token))
        {
            case BuyBatchOutcome.Started or BuyBatchOutcome.Runs or BuyBatchOutcome.NotFound:
                break;
            case BuyBatchOutcome.Short shortOf:
                _problem = _available is null ? Texts["Buy.NotCovered"] : Texts["Buy.Short", Formats.Money(shortOf.Missing)];
                break;
            case BuyBatchOutcome.PricesMustBeAskedAgain:
                await RateAsync(anew: true);
                _problem = Texts["Buy.NewPrices"];
                break;
            case BuyBatchOutcome.StoppedByNotice(var notice):
                var words = notice.In(language);
                _problem = Texts["Buy.Notice", $"{words.Title}. {words.Text}"];
                break;
            case BuyBatchOutcome.NothingToBuy:
                _problem = Texts["Buy.Nothing"];
                break;
            case BuyBatchOutcome.SetUpNeeded:
                Navigation.NavigateTo($"/set-up?returnPath={Uri.EscapeDataString(Path)}");
                return;
            case var other:
                throw new InvalidOperationException($"Unknown outcome {other}.");
        }

        await LoadAsync();
    }

    private async Task AddFundsAsync()
    {
        _pending = (await AddFundsDialog.ShowAsync(Dialogs, Missing, Path) as AddFundsResult.Pending)?.TopUp ?? _pending;
        await LoadAsync();
    }

    private async Task CancelAsync()
    {
        await Cancelling.RunAsync(_merchant.Merchant, _batch, _left.Token);
        await LoadAsync();
    }

    private async Task DeclinedAgainAsync() => await TakeAsync(await Change.DeclinedAgainAsync(_merchant.Merchant, _batch, _left.Token));

    private async Task DiscardAsync()
    {
        if (await Change.DiscardAsync(_merchant.Merchant, _batch, _left.Token) is ChangeOutcome.NotNow)
        {
            await TakeAsync(ChangeOutcome.NotNow);
            return;
        }

        Navigation.NavigateTo("/batches");
    }

    private async Task RuleAsync(ChangeEventArgs change)
    {
        string rule = change.Value?.ToString() ?? "";
        var choice = rule switch
        {
            nameof(ServiceChoice.Cheapest) => ServiceChoice.Cheapest,
            nameof(ServiceChoice.Fastest) => ServiceChoice.Fastest,
            _ => ServiceChoice.Named,
        };
        await TakeAsync(await Change.RuleAsync(_merchant.Merchant, _batch, choice, rule, _left.Token));
    }

    private async Task ColumnAsync(int index, ChangeEventArgs change)
    {
        var field = LineField.Read(change.Value?.ToString());

        // The field goes to the column just chosen: another one that had it is not used any more.
        IReadOnlyList<LineField?> fields = [.. _view!.Columns.Select((column, at) => at == index ? field : column.Field == field ? null : column.Field)];
        await TakeAsync(await Change.ColumnsAsync(_merchant.Merchant, _batch, fields, _left.Token));
    }

    private async Task TermsAsync((Address From, Units Units, Parcel? Parcel, Language Amounts) terms) =>
        await TakeAsync(await Change.TermsAsync(_merchant.Merchant, _batch, terms.From, terms.Units, terms.Parcel, terms.Amounts, _left.Token));

    private async Task<bool> CorrectAsync(int number, IReadOnlyDictionary<LineField, string> fields)
    {
        var outcome = await Change.LineAsync(_merchant.Merchant, _batch, number, fields, _left.Token);
        await TakeAsync(outcome);
        StateHasChanged();
        return outcome == ChangeOutcome.Done && _view?.Rows.FirstOrDefault(row => row.Number == number) is not { Status: BatchLineStatus.Wrong };
    }

    private async Task LeaveOutAsync((int Number, bool Out) line) =>
        await TakeAsync(await Change.LeaveOutAsync(_merchant.Merchant, _batch, line.Number, line.Out, _left.Token));

    private async Task AgainAsync(int number) => await TakeAsync(await Change.LineAsync(_merchant.Merchant, _batch, number, null, _left.Token));

    private async Task TakeAsync(ChangeOutcome outcome)
    {
        _problem = outcome switch
        {
            ChangeOutcome.Done or ChangeOutcome.NotFound => null,
            ChangeOutcome.NotNow => Texts["NotNow"].Value,
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
        await LoadAsync();
    }
}
