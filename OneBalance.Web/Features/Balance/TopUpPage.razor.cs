using Microsoft.AspNetCore.Components;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Components.Parts;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>A top-up's receipt, or where it stands; follows it until its end.</summary>
public sealed partial class TopUpPage : ComponentBase, IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _left = new();
    private TopUpView? _topUp;
    private bool _missing;

    /// <summary>32 hex digits.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private BalanceQueries Queries { get; set; } = null!;

    [Inject]
    private ResumeTopUp Resume { get; set; } = null!;

    [Inject]
    private SignedIn SignedIn { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        var merchant = await SignedIn.MerchantAsync();
        if (_topUp is { State: TopUpState.RequiresAction or TopUpState.Processing } && merchant.Rights.Allow(MerchantRight.ManageBilling))
        {
            // Come back without the bank's button: ask the processor at once instead of waiting for the sweep.
            await Resume.RunAsync(merchant.Merchant, _topUp.Id, CancellationToken.None);
            await ReadAsync();
            StateHasChanged();
        }

        try
        {
            while (_topUp is { IsUnfinished: true })
            {
                await Task.Delay(LookAgain, Time, _left.Token);
                await ReadAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    /// <summary>What is known of the words on the card statement beside those announced.</summary>
    private string ComparedDescriptor(TopUpView topUp) =>
        topUp.ReportedDescriptor is not { } reported ? Texts["TopUp.StatementExpected"]
        : reported == Queries.Descriptor ? Texts["TopUp.StatementReported"]
        : Texts["TopUp.StatementDiffers", Queries.Descriptor];

    private static Tone ToneOf(TopUpState state) => state switch
    {
        TopUpState.Succeeded => Tone.Success,
        TopUpState.Failed => Tone.Error,
        TopUpState.Requested or TopUpState.Charging or TopUpState.RequiresAction or TopUpState.Processing or TopUpState.AwaitingPayout => Tone.Warning,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private async Task ReadAsync()
    {
        _topUp = Guid.TryParseExact(Id, "N", out var id)
            ? await Queries.TopUpAsync((await SignedIn.MerchantAsync()).Merchant, new TopUpId(id), CancellationToken.None)
            : null;
        _missing = _topUp is null;
    }
}
