using Microsoft.AspNetCore.Components;
using MudBlazor;
using OneBalance.Core.Team;
using OneBalance.Web.Components;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>The merchant's money: what there is, how it is added, what moved. Follows the ledger while it is open.</summary>
public sealed partial class BalancePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _left = new();
    private bool _watching;
    private SignedInMerchant? _merchant;
    private BalanceView? _view;
    private LedgerPage? _ledger;
    private LedgerFilter _filter;
    private LedgerPeriod _period;
    private AddFundsResult.Added? _added;
    private IDisposable? _feed;

    /// <summary>A <see cref="LedgerFilter"/> in lower case.</summary>
    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    /// <summary>A <see cref="LedgerPeriod"/> in lower case.</summary>
    [SupplyParameterFromQuery]
    public string? Period { get; set; }

    /// <summary>Show ledger lines below this sequence.</summary>
    [SupplyParameterFromQuery]
    public long? Before { get; set; }

    /// <summary>The top-up whose bank's page was just left.</summary>
    [SupplyParameterFromQuery(Name = "topUp")]
    public string? TopUp { get; set; }

    /// <summary>What the return from the card page said.</summary>
    [SupplyParameterFromQuery(Name = "card")]
    public string? Card { get; set; }

    /// <summary>Open the dialog at once.</summary>
    [SupplyParameterFromQuery(Name = "addFunds")]
    public bool OpenDialog { get; set; }

    [Inject]
    private BalanceQueries Queries { get; set; } = null!;

    [Inject]
    private LedgerQueries Ledger { get; set; } = null!;

    [Inject]
    private SignedIn SignedIn { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private BalanceWatch Watch { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private UserTime UserTime { get; set; } = null!;

    private bool MayFund => _merchant?.Rights.Allow(MerchantRight.ManageBilling) == true;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
        _feed?.Dispose();
        UserTime.Changed -= Render;
    }

    protected override async Task OnParametersSetAsync()
    {
        _merchant ??= await SignedIn.MerchantAsync();
        _filter = Enum.TryParse<LedgerFilter>(Kind, ignoreCase: true, out var filter) && Enum.IsDefined(filter) ? filter : LedgerFilter.All;
        _period = Enum.TryParse<LedgerPeriod>(Period, ignoreCase: true, out var period) && Enum.IsDefined(period) ? period : LedgerPeriod.All;
        await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        UserTime.Changed += Render;
        _feed = Watch.Follow((await SignedIn.MerchantAsync()).Merchant, () => _ = InvokeAsync(FollowAsync));
        _ = WatchUnfinishedAsync();
        if (OpenDialog && MayFund)
        {
            await AddFundsAsync();
        }
    }

    private async Task ReadAsync()
    {
        _view = await Queries.LoadAsync(_merchant!.Merchant, CancellationToken.None);
        _ledger = await Ledger.PageAsync(_merchant.Merchant, _filter, _period, Before, CancellationToken.None);
    }

    private async Task FollowAsync()
    {
        await ReadAsync();
        StateHasChanged();
        _ = WatchUnfinishedAsync();
    }

    /// <summary>A top-up may come to its end without any news of the ledger: while one is unfinished, it is looked at again.</summary>
    private async Task WatchUnfinishedAsync()
    {
        if (_watching || _view is not { Unfinished.Count: > 0 })
        {
            return;
        }

        _watching = true;
        try
        {
            using var timer = new PeriodicTimer(LookAgain, Time);
            while (_view is { Unfinished.Count: > 0 } && await timer.WaitForNextTickAsync(_left.Token))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception failure)
        {
            await DispatchExceptionAsync(failure);
        }
        finally
        {
            _watching = false;
        }
    }

    private void Render() => _ = InvokeAsync(StateHasChanged);

    private async Task AddFundsAsync()
    {
        _added = await AddFundsDialog.ShowAsync(Dialogs, missing: null, "/balance") as AddFundsResult.Added;
        await ReadAsync();
        StateHasChanged();
        _ = WatchUnfinishedAsync();
    }
}
