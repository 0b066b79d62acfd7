using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Web.Data.Model;

/// <summary>How a merchant prints and measures, and when their day closes. A merchant without a row has the values of a new one.</summary>
public sealed class LabelSettings
{
    public MerchantId MerchantId { get; set; }

    /// <summary>In which format new labels are bought.</summary>
    public LabelFormat Format { get; set; } = LabelFormat.ThermalPdf;

    /// <summary>In which units weights and sizes are written; null until chosen.</summary>
    public Units? Units { get; set; }

    public bool CloseAutomatically { get; set; }

    /// <summary>Minutes after midnight, 0 to 1439, in <see cref="CloseZone"/>.</summary>
    public int CloseMinute { get; set; } = ClosingTime.DefaultMinute;

    /// <summary>One of <see cref="ClosingTime.Zones"/>.</summary>
    public string CloseZone { get; set; } = ClosingTime.Eastern;

    /// <summary>When the day closes next; null while that is by hand.</summary>
    public DateTimeOffset? NextCloseAt { get; set; }

    public int Version { get; set; }
}

/// <summary>Labels chosen to be printed together: kept for a day, so that a reload or another node serves the same file.</summary>
public sealed class PrintJob
{
    public MerchantId MerchantId { get; set; }

    public PrintJobId Id { get; set; }

    /// <summary>JSON list of label ids in the order in which they are printed; at most 500.</summary>
    public required string LabelsJson { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
