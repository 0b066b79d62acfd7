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
    string UsDeclarationId);
