using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components;

namespace OneBalance.Web.Features.Labels;

/// <summary>The options while they are being typed.</summary>
public sealed class OptionsInput
{
    public bool Signature { get; set; }

    /// <summary>Coverage as typed; empty for what the service includes.</summary>
    public string CoverageText { get; set; } = "";

    public string Reference { get; set; } = "";

    /// <summary>Null when nothing was typed; zero when it cannot be read.</summary>
    public Money? Coverage(Language language) =>
        CoverageText.Trim().Length == 0 ? null : AmountText.Read(CoverageText, language) ?? Money.Zero;

    public static OptionsInput From(LabelDraft draft, Formats formats) => new()
    {
        Signature = draft.Signature,
        CoverageText = draft.Coverage is { IsPositive: true } coverage ? formats.Money(coverage).Trim('$', ' ', '\u00A0') : "",
        Reference = draft.Reference,
    };
}
