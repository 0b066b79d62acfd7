namespace OneBalance.Web.Components.Forms;

/// <summary>Texts of the address form, English and French.</summary>
public sealed class AddressFormTexts;

/// <summary>Names of countries, provinces and states, English and French; kept here so that they do not depend on the machine.</summary>
public sealed class PlaceTexts;
