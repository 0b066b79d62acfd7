using OneBalance.Core;
using OneBalance.Core.Tax;

namespace OneBalance.Web.Data.Model;

/// <summary>A tax invoice or credit note, as it was issued. Rows are added and never changed.</summary>
public sealed class TaxPaper
{
    public MerchantId MerchantId { get; set; }

    public TaxPaperKind Kind { get; set; }

    /// <summary>From 1 in the merchant's series of this kind, without gaps.</summary>
    public int Number { get; set; }

    public LabelId LabelId { get; set; }

    /// <summary>The transfer of the merchant's book that caused it.</summary>
    public long LedgerSequence { get; set; }

    /// <summary>When that transfer was recorded: the day of supply, or of the refund.</summary>
    public DateTimeOffset IssuedAt { get; set; }

    public required string ServiceName { get; set; }

    public Money BeforeTax { get; set; }

    public Money Total { get; set; }

    /// <summary>JSON of <see cref="TaxPaperContent"/>.</summary>
    public required string ContentJson { get; set; }
}

/// <summary>How far a merchant's book has been papered, and the last number of each series. Saved together with the papers.</summary>
public sealed class TaxPaperSeries
{
    public MerchantId MerchantId { get; set; }

    public long LedgerSequence { get; set; }

    public int Invoices { get; set; }

    public int CreditNotes { get; set; }

    public int Version { get; set; }
}
