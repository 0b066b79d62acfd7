namespace OneBalance.Core.Shipping;

/// <summary>Which of the chosen labels go into which file, in the order chosen.</summary>
public static class PrintOrder
{
    /// <summary>The most labels in one file.</summary>
    public const int Most = 500;

    /// <summary>The labels in the sequence wished for.</summary>
    /// <param name="newestFirst">As the list shows them.</param>
    /// <param name="ticked">The same labels in the order in which they were chosen.</param>
    public static IReadOnlyList<LabelId> In(PrintSequence sequence, IReadOnlyList<LabelId> newestFirst, IReadOnlyList<LabelId> ticked) => sequence switch
    {
        PrintSequence.NewestFirst => newestFirst,
        PrintSequence.OldestFirst => [.. newestFirst.Reverse()],
        PrintSequence.AsTicked => [.. ticked.Where(newestFirst.Contains)],
        _ => throw new ArgumentOutOfRangeException(nameof(sequence), sequence, null),
    };

    /// <summary>The first mention of a label counts; at most <see cref="Most"/> of them.</summary>
    public static IReadOnlyList<LabelId> Of(IEnumerable<LabelId> chosen) => [.. chosen.Distinct().Take(Most)];

    /// <summary>
    /// <code>
    /// bought, its recipient erased       NotKept
    /// bought, document stored as PDF     Pdf
    /// bought, document stored as ZPL     Zpl
    /// bought, document not stored yet    NotReady
    /// voided or not bought               NotPrinted
    /// </code>
    /// </summary>
    public static PrintShelf ShelfOf(LabelState state, LabelFormat format, bool documentStored, bool erased = false) => (state, documentStored, format) switch
    {
        (LabelState.Purchased, _, _) when erased => PrintShelf.NotKept,
        (LabelState.Purchased, true, LabelFormat.ThermalZpl) => PrintShelf.Zpl,
        (LabelState.Purchased, true, _) => PrintShelf.Pdf,
        (LabelState.Purchased, false, _) => PrintShelf.NotReady,
        _ => PrintShelf.NotPrinted,
    };
}

public enum PrintShelf
{
    Pdf,
    Zpl,

    /// <summary>The carrier has not handed the document out yet.</summary>
    NotReady,

    /// <summary>There is nothing to stick on a parcel.</summary>
    NotPrinted,

    /// <summary>The document held the recipient's address and is no longer kept.</summary>
    NotKept,
}

/// <summary>In which order chosen labels are printed.</summary>
public enum PrintSequence
{
    NewestFirst,
    OldestFirst,

    /// <summary>As they were chosen, one after another.</summary>
    AsTicked,
}
