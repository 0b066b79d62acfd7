namespace OneBalance.Web.Features.AddressBook;

/// <summary>Texts of the address book and the parcel presets, English and French.</summary>
public sealed class AddressBookTexts;
