using System.Globalization;

namespace OneBalance.Core.Shipping;

/// <summary>Why goods leave Canada, the carrier's codes. Persisted: values are frozen.</summary>
public enum ReasonForExport
{
    SaleOfGoods = 1,
    Documents = 2,
    Sample = 3,
    RepairOrWarranty = 4,
    Other = 5,
}

/// <summary>What the carrier does with a parcel it cannot deliver abroad: RASE, RTS or ABAN. Persisted: values are frozen.</summary>
public enum NonDelivery
{
    ReturnAtSendersExpense = 1,
    ReturnToSender = 2,
    Abandon = 3,
}

/// <summary>A line of the customs form.</summary>
/// <param name="Quantity">1 to 9,999.</param>
/// <param name="Description">1 to 45 characters.</param>
/// <param name="UnitValue">CAD per unit, above zero.</param>
/// <param name="HsCode"><c>dddd[.dd[.dd[.dd]]]</c> or empty.</param>
/// <param name="CountryOfOrigin">ISO alpha-2 or empty.</param>
/// <param name="ProvinceOfOrigin">Two letters, required when the origin is CA.</param>
public sealed record CustomsItem(
    int Quantity,
    string Description,
    int UnitWeightGrams,
    Money UnitValue,
    string HsCode,
    string CountryOfOrigin,
    string ProvinceOfOrigin);

/// <summary>The customs declaration of a parcel that leaves Canada.</summary>
/// <param name="OtherReason">4 to 44 characters when <see cref="ReasonForExport.Other"/>.</param>
/// <param name="UsDeclarationId">A prepaid-duty declaration for a US parcel, up to 30 characters; empty to use the account's key.</param>
public sealed record Customs(
    ReasonForExport Reason,
    string OtherReason,
    NonDelivery NonDelivery,
    IReadOnlyList<CustomsItem> Items,
    string UsDeclarationId)
{
    /// <summary>ISO 4217 code of what the recipient was invoiced in; values are declared in CAD either way.</summary>
    public string Currency { get; init; } = Currencies.Canadian;

    /// <summary>Units of <see cref="Currency"/> for one CAD, up to 9,999.999999; null for CAD itself.</summary>
    public decimal? UnitsForOneCad { get; init; }
}

/// <summary>Currencies an invoice may be in.</summary>
public static class Currencies
{
    public const string Canadian = "CAD";

    /// <summary>CAD first, then those merchants invoice in, by code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Canadian, "USD", "EUR", "GBP", "AUD", "CHF", "CNY", "DKK", "HKD", "ILS", "INR", "JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "SEK", "SGD", "THB", "ZAR",
    ];

    /// <summary>Units for one CAD as people type them: digits with a point or a comma before the decimals; null when it is no such number.</summary>
    public static decimal? ReadRate(string typed) =>
        decimal.TryParse(typed.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal rate) ? rate : null;
}
