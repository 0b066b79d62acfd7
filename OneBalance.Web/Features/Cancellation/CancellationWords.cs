using Microsoft.Extensions.Localization;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Web.Components.Parts;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>How a cancellation and the parts of its payout are called.</summary>
public sealed class CancellationWords(IStringLocalizer<CancellationTexts> texts)
{
    public const string MerchantPath = "/account/cancel";

    public const string DeskPath = "/admin/cancellations";

    public string State(ClosingState state) => texts[$"State.{state}"];

    public string Lot(LotView lot) => lot switch
    {
        { WaitsForApproval: true } => texts["Lot.WaitsForApproval"],
        { State: PayoutLotState.Planned, Route: PayoutRoute.Bank } => texts["Lot.ToSend"],
        _ => texts[$"Lot.{lot.State}"],
    };

    public string Way(LotView lot) => lot switch
    {
        { Route: PayoutRoute.Card } => texts["Way.Card", lot.CardLastFour ?? ""],
        { Route: PayoutRoute.Owed } => texts["Way.Owed"],
        { Means: { } means } => texts[$"Way.{means}"],
        _ => texts["Way.Bank"],
    };

    public static Tone ToneOf(ClosingState state) => state switch
    {
        ClosingState.Requested or ClosingState.Opening or ClosingState.Withdrawing => Tone.Info,
        ClosingState.Closing => Tone.Warning,
        ClosingState.Approved or ClosingState.PayingOut => Tone.Info,
        ClosingState.Paid => Tone.Success,
        ClosingState.Withdrawn => Tone.Neutral,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static Tone ToneOf(PayoutLotState state) => state switch
    {
        PayoutLotState.Planned or PayoutLotState.Replaced => Tone.Neutral,
        PayoutLotState.Sending or PayoutLotState.Sent or PayoutLotState.Returning => Tone.Info,
        PayoutLotState.Paid => Tone.Success,
        PayoutLotState.Failed => Tone.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
