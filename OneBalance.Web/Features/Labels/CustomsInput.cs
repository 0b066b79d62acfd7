using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components;

namespace OneBalance.Web.Features.Labels;

/// <summary>A customs form while it is being typed.</summary>
public sealed class CustomsInput
{
    public ReasonForExport Reason { get; set; } = ReasonForExport.SaleOfGoods;

    public string OtherReason { get; set; } = "";

    public NonDelivery NonDelivery { get; set; } = NonDelivery.ReturnAtSendersExpense;

    public string UsDeclarationId { get; set; } = "";

    public string Currency { get; set; } = Currencies.Canadian;

    /// <summary>As typed: units of the currency for one CAD.</summary>
    public string UnitsForOneCad { get; set; } = "";

    /// <summary>In which the items' weights are typed.</summary>
    public Units Units { get; private set; } = Units.Metric;

    public List<CustomsItemInput> Items { get; } = [];

    /// <summary>Turns the items' weights into the other units, as the parcel's are: what is declared stays the same.</summary>
    public void Use(Units units)
    {
        if (units != Units)
        {
            Items.ForEach(item => item.Convert(Units, units));
            Units = units;
        }
    }

    public Customs ToCustoms() =>
        new(Reason, OtherReason, NonDelivery, [.. Items.Select(item => item.ToItem(Units))], UsDeclarationId)
        {
            Currency = Currency,
            UnitsForOneCad = Currency == Currencies.Canadian ? null : Currencies.ReadRate(UnitsForOneCad),
        };

    public static CustomsInput From(Customs customs, Units units, Formats formats)
    {
        var input = new CustomsInput
        {
            Reason = customs.Reason,
            OtherReason = customs.OtherReason,
            NonDelivery = customs.NonDelivery,
            UsDeclarationId = customs.UsDeclarationId,
            Units = units,
            Currency = customs.Currency,
            UnitsForOneCad = customs.UnitsForOneCad?.ToString("0.######", CultureInfo.CurrentUICulture) ?? "",
        };
        input.Items.AddRange(customs.Items.Select(item => CustomsItemInput.From(item, units, formats)));
        return input;
    }
}

/// <summary>A line of the form while it is being typed.</summary>
public sealed class CustomsItemInput
{
    /// <summary>Tells lines apart while they come and go.</summary>
    public object Key { get; } = new();

    public string Quantity { get; set; } = "1";

    public string Description { get; set; } = "";

    public string UnitWeight { get; set; } = "";

    public string UnitValue { get; set; } = "";

    public string HsCode { get; set; } = "";

    public string CountryOfOrigin { get; set; } = "CA";

    public string ProvinceOfOrigin { get; set; } = "";

    /// <summary>Nothing but a description was typed yet.</summary>
    public bool OnlyDescribed => UnitWeight.Length == 0 && UnitValue.Length == 0 && HsCode.Length == 0;

    /// <summary>Takes over what was declared of the same goods before; the quantity stays.</summary>
    public void Fill(CustomsItem item, Units units, Formats formats)
    {
        var known = From(item, units, formats);
        (Description, UnitWeight, UnitValue) = (known.Description, known.UnitWeight, known.UnitValue);
        (HsCode, CountryOfOrigin, ProvinceOfOrigin) = (known.HsCode, known.CountryOfOrigin, known.ProvinceOfOrigin);
    }

    /// <summary>A weight that cannot be read stays as it was typed.</summary>
    public void Convert(Units from, Units to) => UnitWeight = Grams(from) is { } grams ? Write(grams, to) : UnitWeight;

    public CustomsItem ToItem(Units units) => new(
        int.TryParse(Quantity.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int quantity) ? quantity : 0,
        Description,
        Grams(units) ?? 0,
        AmountText.Read(UnitValue, Languages.FromCultureName(CultureInfo.CurrentUICulture.Name)) ?? Money.Zero,
        HsCode,
        CountryOfOrigin,
        ProvinceOfOrigin);

    public static CustomsItemInput From(CustomsItem item, Units units, Formats formats) => new()
    {
        Quantity = item.Quantity > 0 ? item.Quantity.ToString(CultureInfo.InvariantCulture) : "",
        Description = item.Description,
        UnitWeight = Write(item.UnitWeightGrams, units),
        UnitValue = item.UnitValue.IsPositive ? formats.Money(item.UnitValue).Trim('$', ' ', '\u00A0') : "",
        HsCode = item.HsCode,
        CountryOfOrigin = item.CountryOfOrigin,
        ProvinceOfOrigin = item.ProvinceOfOrigin,
    };

    private int? Grams(Units units) => Measures.Read(UnitWeight) is { } weight ? Measures.ToGrams(weight, units) : null;

    private static string Write(int grams, Units units) => Measures.TypedFromGrams(grams, units)?.ToString("0.###", CultureInfo.CurrentUICulture) ?? "";
}
