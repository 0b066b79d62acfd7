using OneBalance.Core.Tax;

namespace OneBalance.Web.Features.Statements;

/// <summary>Configuration section <c>Tax</c>: who sells, as printed on tax papers.</summary>
public sealed class TaxOptions
{
    public const string Section = "Tax";

    public string SupplierName { get; set; } = "OneBalance";

    public string SupplierAddress { get; set; } = "";

    /// <summary>E.g. <c>123456789 RT0001</c>. In Production no tax paper is issued before it is configured: it must be on each from 100.00.</summary>
    public string GstHstNumber { get; set; } = "";

    /// <summary>Quebec's registration; empty when there is none.</summary>
    public string QstNumber { get; set; } = "";

    public TaxSupplier Supplier => new(SupplierName, SupplierAddress, GstHstNumber, QstNumber);
}
