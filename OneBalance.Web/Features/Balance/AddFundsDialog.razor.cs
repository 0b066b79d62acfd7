using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Features.Help;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>How the dialog ended: a closed set. Closed without adding anything: null.</summary>
public abstract record AddFundsResult(TopUpId TopUp)
{
    /// <summary>Charged and credited: go on with what was waiting for the funds.</summary>
    public sealed record Added(TopUpId TopUp, Money Amount, Money Available) : AddFundsResult(TopUp);

    /// <summary>Not decided yet; the balance follows by itself.</summary>
    public sealed record Pending(TopUpId TopUp) : AddFundsResult(TopUp);
}

/// <summary>
/// Asks for an amount and charges the card on file. The top-up's id is chosen before the button can be pressed, so that a
/// double click is one top-up; a decline keeps what was typed, and the next press is a top-up of its own.
/// </summary>
public sealed partial class AddFundsDialog : ComponentBase
{
    /// <summary>Top-ups under way that are told of; the balance page has them all.</summary>
    private const int MostUnfinished = 3;

    private static readonly Money[] Usual = [new(25_00), new(50_00), new(100_00), new(200_00)];

    private TopUpId _id = NewId();
    private SignedInMerchant? _merchant;
    private BalanceView? _view;
    private IReadOnlyList<CardView> _cards = [];
    private CardId _card;
    private string _typed = "";
    private Money? _amount;
    private string? _amountProblem;
    private string? _problem;
    private string? _help;
    private TopUpId? _pending;
    private bool _busy;
    private bool _toBank;

    /// <summary>What a purchase waiting for the funds lacks; null when none waits.</summary>
    [Parameter]
    public Money? Missing { get; set; }

    /// <summary>Where the bank's page returns to; a path of ours.</summary>
    [Parameter]
    public string ReturnPath { get; set; } = "/balance";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private AddFunds AddFunds { get; set; } = null!;

    [Inject]
    private BalanceQueries Queries { get; set; } = null!;

    [Inject]
    private CardQueries Cards { get; set; } = null!;

    [Inject]
    private SignedIn SignedIn { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private ILogger<AddFundsDialog> Log { get; set; } = null!;

    private TopUpPolicy Policy => Queries.TopUps;

    private IEnumerable<Money> QuickAmounts => Usual.Where(amount => Policy.Decide(amount) is TopUpAmountDecision.Allowed);

    private bool CanAdd => _view is { SetUp: true, Open: true } && _cards.Count > 0 && _pending is null;

    /// <summary>From the card's page back to where the merchant was; on the balance page the dialog opens again by itself.</summary>
    private string ComeBackPath => ReturnPath == "/balance" ? "/balance?addFunds=true" : ReturnPath;

    private string SetUpPath => $"/set-up?returnPath={Uri.EscapeDataString(ReturnPath)}";

    /// <summary>What is owed is paid first, so it does not become available.</summary>
    private Money? NewBalance => _amount is { } amount && _view is not null
        ? _view.Balance.Available + Money.Max(amount - _view.Balance.Owed, Money.Zero)
        : null;

    /// <summary>Opens the dialog and waits for its end.</summary>
    /// <param name="missing">What a waiting purchase lacks: the amount is filled in.</param>
    /// <param name="returnPath">Where a bank's page returns to.</param>
    public static async Task<AddFundsResult?> ShowAsync(IDialogService dialogs, Money? missing, string returnPath)
    {
        var parameters = new DialogParameters<AddFundsDialog>
        {
            { dialog => dialog.Missing, missing },
            { dialog => dialog.ReturnPath, returnPath },
        };
        var options = new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true, CloseOnEscapeKey = true, BackdropClick = false };
        var dialog = await dialogs.ShowAsync<AddFundsDialog>(null, parameters, options);
        return (await dialog.Result)?.Data as AddFundsResult;
    }

    protected override async Task OnInitializedAsync()
    {
        _merchant = await SignedIn.MerchantAsync();
        if (!_merchant.Rights.Allow(MerchantRight.ManageBilling))
        {
            return;
        }

        _cards = await Cards.ListAsync(_merchant.Merchant, CancellationToken.None);
        // The default card is the first; an expired one would only be refused.
        _card = (_cards.FirstOrDefault(card => card.Expiry != CardExpiry.Expired) ?? _cards.FirstOrDefault())?.Id ?? default;
        Choose(Missing is { IsPositive: true } missing ? Policy.ToCover(missing) ?? Policy.Maximum : new Money(50_00));
        _view = await Queries.LoadAsync(_merchant.Merchant, CancellationToken.None);
    }

    private static TopUpId NewId() => new(Guid.CreateVersion7());

    private void Choose(Money amount) => Type(Formats.Money(amount).Trim('$', ' ', '\u00A0'));

    private void Type(string? text)
    {
        _typed = text ?? "";
        _amount = AmountText.Read(_typed, Languages.FromCultureName(CultureInfo.CurrentUICulture.Name));
        _amountProblem = null;
    }

    private string? CheckAmount() => _amount is not { } amount
        ? Texts["Dialog.AmountMissing", Formats.Money(new Money(50_00))].Value
        : Policy.Decide(amount) switch
        {
            TopUpAmountDecision.Allowed => null,
            TopUpAmountDecision.TooSmall(var minimum) => Texts["Dialog.AmountTooSmall", Formats.Money(minimum)].Value,
            TopUpAmountDecision.TooLarge(var maximum) => Texts["Dialog.AmountTooLarge", Formats.Money(maximum)].Value,
            _ => throw new InvalidOperationException("Unknown decision on an amount."),
        };

    private Task ConfirmOnEnterAsync(KeyboardEventArgs key) => key.Key == "Enter" ? ConfirmAsync() : Task.CompletedTask;

    private async Task ConfirmAsync()
    {
        if (_busy)
        {
            return;
        }

        _problem = null;
        _help = null;
        _amountProblem = CheckAmount();
        if (_amountProblem is not null)
        {
            return;
        }

        await BusyAsync(true);
        try
        {
            Conclude(await AddFunds.RunAsync(
                _merchant!.Merchant,
                new AddFundsOrder(_id, _amount!.Value, _card, Navigation.BaseUri, ReturnPath, _merchant.UserId),
                CancellationToken.None));
        }
        catch (Exception failure)
        {
            // The dialog stays with what was typed. The same id again: should the charge have happened, it happened once.
            string reference = _id.ToString();
            Failed(Log, failure, _id.ToString());
            _problem = Texts["UnexpectedError", reference];
            _busy = false;
        }

        if (!_busy)
        {
            await BusyAsync(false);
        }
    }

    /// <summary>While it charges, Escape does not close it either: whoever waits for the outcome would not hear of it.</summary>
    private Task BusyAsync(bool busy)
    {
        _busy = busy;
        StateHasChanged();
        return Dialog.SetOptionsAsync(Dialog.Options with { CloseOnEscapeKey = !busy });
    }

    private void Conclude(AddFundsOutcome outcome)
    {
        switch (outcome)
        {
            case AddFundsOutcome.Added(var id, var amount, var available):
                Dialog.Close(DialogResult.Ok<AddFundsResult>(new AddFundsResult.Added(id, amount, available)));
                return;
            case AddFundsOutcome.ConfirmAtBank(_, var url):
                _toBank = true;
                Navigation.NavigateTo(url, forceLoad: true);
                return;
            case AddFundsOutcome.Pending(var id):
                _pending = id;
                break;
            case AddFundsOutcome.NotCharged(_, var code):
                _problem = $"{Texts["Dialog.NotCharged"]} {Words.NotCharged(code)}";
                _help = HelpTopics.CardDeclined;
                _id = NewId();
                break;
            case AddFundsOutcome.OtherAsked(_, var before):
                _problem = Texts["Dialog.OtherAsked", Formats.Money(before)];
                _help = HelpTopics.FundsNotThere;
                _id = NewId();
                break;
            case AddFundsOutcome.AmountTooSmall(var minimum):
                _amountProblem = Texts["Dialog.AmountTooSmall", Formats.Money(minimum)];
                break;
            case AddFundsOutcome.AmountTooLarge(var maximum):
                _amountProblem = Texts["Dialog.AmountTooLarge", Formats.Money(maximum)];
                break;
            case AddFundsOutcome.NotSetUp:
                _problem = Texts["NotSetUp"];
                break;
            case AddFundsOutcome.NoCard:
                _problem = Texts["Dialog.NoCard"];
                break;
            case AddFundsOutcome.CardExpired(var lastFour):
                _problem = Texts["Dialog.CardExpired", lastFour];
                _help = HelpTopics.CardExpired;
                break;
            case AddFundsOutcome.AccountClosing:
                _problem = Texts["AccountClosing"];
                _help = HelpTopics.BuyingStopped;
                break;
            default:
                throw new InvalidOperationException("Unknown outcome of adding funds.");
        }

        _busy = false;
    }

    private void Leave()
    {
        if (_pending is { } pending)
        {
            Dialog.Close(DialogResult.Ok<AddFundsResult>(new AddFundsResult.Pending(pending)));
        }
        else
        {
            Dialog.Cancel();
        }
    }

    private string NameOf(CardId id) => _cards.FirstOrDefault(card => card.Id == id) is { } card ? Words.Card(card.Card) : "";

    [LoggerMessage(LogLevel.Error, "Adding funds failed; top-up {TopUp}.")]
    private static partial void Failed(ILogger log, Exception failure, string topUp);
}
