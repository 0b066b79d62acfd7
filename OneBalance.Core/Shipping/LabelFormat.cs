namespace OneBalance.Core.Shipping;

/// <summary>
/// How the carrier draws a label. It draws once, when the shipment is made, and hands out the same document ever after: the
/// format is chosen before buying. Persisted: values are frozen.
/// </summary>
public enum LabelFormat
{
    /// <summary>PDF of 4 by 6 inches. The one that also prints on letter paper, placed there at its own size.</summary>
    ThermalPdf = 1,

    /// <summary>PDF of 8.5 by 11 inches, the carrier's instructions beside the label.</summary>
    LetterPdf = 2,

    /// <summary>ZPL II of 4 by 6 inches, for label printers that are sent text.</summary>
    ThermalZpl = 3,
}
