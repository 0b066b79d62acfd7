using Microsoft.Extensions.Localization;
using OneBalance.Core.Billing;
using OneBalance.Web.Components.Parts;

namespace OneBalance.Web.Features.Disputes;

/// <summary>Phrases of disputes, in the reader's language.</summary>
public sealed class DisputeWords(IStringLocalizer<DisputeTexts> texts)
{
    public string State(CardDisputeState state) => texts[$"State.{state}"];

    public static Tone ToneOf(CardDisputeState state) => state switch
    {
        CardDisputeState.Open => Tone.Warning,
        CardDisputeState.Won => Tone.Success,
        CardDisputeState.Lost => Tone.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>The cardholder's reason as the processor sorts it.</summary>
    public string Reason(string reason) => texts[$"Reason.{reason}"] is { ResourceNotFound: false } known ? known : texts["Reason.other"];
}
