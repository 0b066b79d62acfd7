using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Data.Model;

/// <summary>
/// A file of parcels on its way to labels. Open -> Rating -> Open -> Buying -> Finished; Buying stops at Paused when funds or
/// permission are missing. Persisted: values are frozen.
/// </summary>
public enum BatchState
{
    /// <summary>Being checked and corrected by the merchant; nothing runs.</summary>
    Open = 1,

    /// <summary>Prices are being asked for in the background.</summary>
    Rating = 2,

    /// <summary>Labels are being bought in the background.</summary>
    Buying = 3,

    /// <summary>Buying stopped before its end; see <see cref="Batch.Stop"/>.</summary>
    Paused = 4,

    /// <summary>Every line asked for was bought, declined or cancelled.</summary>
    Finished = 5,
}

/// <summary>Why buying stopped. Persisted: values are frozen.</summary>
public enum BatchStop
{
    /// <summary>The balance does not cover the next label.</summary>
    Funds = 1,

    /// <summary>Money is owed.</summary>
    Owing = 2,

    /// <summary>The account is paused, closing or closed.</summary>
    Account = 3,

    /// <summary>Billing is not set up.</summary>
    SetUp = 4,

    /// <summary>A service notice stops some lines: they are priced and have no label. All others were bought.</summary>
    Notice = 5,
}

/// <summary>How far a line is. From <see cref="Chosen"/> on its label tells. Persisted: values are frozen.</summary>
public enum BatchLineState
{
    /// <summary>Something in it must be corrected.</summary>
    Wrong = 1,

    /// <summary>Correct; no price yet.</summary>
    Ready = 2,

    /// <summary>Priced, with a service chosen by the batch's rule.</summary>
    Rated = 3,

    /// <summary>The carrier gave no price; see <see cref="BatchLine.ErrorsJson"/>.</summary>
    NotRated = 4,

    /// <summary>To be bought: its label's id is stored here, and the label's row is there.</summary>
    Chosen = 5,

    /// <summary>Left out by the merchant.</summary>
    LeftOut = 6,

    /// <summary>The price rose above the one agreed to, so that nothing was bought; the new one is stored.</summary>
    PriceRose = 7,
}

/// <summary>An imported file; its key is the merchant's and its own.</summary>
public sealed class Batch
{
    public MerchantId MerchantId { get; set; }

    public BatchId Id { get; set; }

    /// <summary>The file's name; at most 100 characters.</summary>
    public required string Name { get; set; }

    public BatchState State { get; set; }

    /// <summary>In which language the file writes amounts. Told from its headers, and changed by the merchant's word alone.</summary>
    public Language Language { get; set; } = Language.English;

    /// <summary>In which the carrier's words come back: that of whoever imported it or, later, asked for its purchase; null: the file's.</summary>
    public Language? ReaderLanguage { get; set; }

    /// <summary>The user who imported it; at most 64 characters.</summary>
    public required string CreatedBy { get; set; }

    /// <summary>JSON list of the file's columns: header, and which field it is for.</summary>
    public required string ColumnsJson { get; set; }

    /// <summary>Of weights and sizes that name no unit.</summary>
    public Units Units { get; set; } = Units.Metric;

    /// <summary>Where all parcels of the batch come from.</summary>
    public required PostalAddress From { get; set; }

    /// <summary>JSON of the <see cref="Parcel"/> of lines that give no weight or size; null for none.</summary>
    public string? ParcelJson { get; set; }

    public ServiceChoice Choice { get; set; } = ServiceChoice.Cheapest;

    /// <summary>For <see cref="ServiceChoice.Named"/>.</summary>
    public string? ServiceCode { get; set; }

    /// <summary>Who asked for the purchase.</summary>
    public string? RequestedBy { get; set; }

    public DateTimeOffset? RequestedAt { get; set; }

    /// <summary>When the rest was cancelled; null when it was not.</summary>
    public DateTimeOffset? CancelledAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When the recipients of lines without a label were erased; null while they are kept.</summary>
    public DateTimeOffset? RecipientsErasedAt { get; set; }

    public BatchStop? Stop { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>While it runs: until when its runner has it. Past that time any node takes it up. Null when nothing runs.</summary>
    public DateTimeOffset? NextRunAt { get; set; }

    public int Version { get; set; }
}

/// <summary>A line of an imported file.</summary>
public sealed class BatchLine
{
    public MerchantId MerchantId { get; set; }

    public BatchId BatchId { get; set; }

    /// <summary>Its place in the file, from 1; the header does not count.</summary>
    public int Number { get; set; }

    public BatchLineState State { get; set; }

    /// <summary>JSON list of the cells as they were in the file.</summary>
    public required string CellsJson { get; set; }

    /// <summary>JSON object of what the line says, by <see cref="LineField"/>; corrected in the page.</summary>
    public required string FieldsJson { get; set; }

    /// <summary>Corrected by hand: another choice of columns leaves it as it is.</summary>
    public bool Edited { get; set; }

    /// <summary>JSON list of the carrier's <see cref="Rate"/>s.</summary>
    public string? RatesJson { get; set; }

    /// <summary>Fingerprint of what <see cref="RatesJson"/> prices.</summary>
    public string? RatesFor { get; set; }

    public DateTimeOffset? RatedAt { get; set; }

    /// <summary>The chosen service.</summary>
    public string? ServiceCode { get; set; }

    public string? ServiceName { get; set; }

    /// <summary>The chosen service's price: agreed to when the batch is bought.</summary>
    public Money? Total { get; set; }

    /// <summary>The batch's named service is not offered for this line: the cheapest took its place.</summary>
    public bool InsteadOfNamed { get; set; }

    /// <summary>JSON list of the carrier's errors, when it gave no price.</summary>
    public string? ErrorsJson { get; set; }

    /// <summary>Chosen and stored before the purchase is asked for, together with the label's row.</summary>
    public LabelId? LabelId { get; set; }

    public int Version { get; set; }
}
