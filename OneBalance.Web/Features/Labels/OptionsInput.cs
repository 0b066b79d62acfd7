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

    public ProofOfAge Age { get; set; }

    public Handover Handover { get; set; }

    public string PostOffice { get; set; } = "";

    public string Email { get; set; } = "";

    public DeliveryWishes Delivery => new(Age, Handover, PostOffice, Email);

    /// <summary>Null when nothing was typed; zero when it cannot be read.</summary>
    public Money? Coverage(Language language) =>
        CoverageText.Trim().Length == 0 ? null : AmountText.Read(CoverageText, language) ?? Money.Zero;

    /// <summary>The draft with these options.</summary>
    public LabelDraft ApplyTo(LabelDraft draft, Language language) => draft with
    {
        Signature = Signature,
        Coverage = Coverage(language),
        Reference = Reference,
        Delivery = Delivery,
    };

    public static OptionsInput From(LabelDraft draft, Formats formats) => new()
    {
        Signature = draft.Signature,
        CoverageText = draft.Coverage is { IsPositive: true } coverage ? formats.Money(coverage).Trim('$', ' ', '\u00A0') : "",
        Reference = draft.Reference,
        Age = draft.Delivery.Age,
        Handover = draft.Delivery.Handover,
        PostOffice = draft.Delivery.PostOffice,
        Email = draft.Delivery.Email,
    };
}
