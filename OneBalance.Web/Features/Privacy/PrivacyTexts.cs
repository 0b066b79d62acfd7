namespace OneBalance.Web.Features.Privacy;

/// <summary>Texts of erasing a person, English and French.</summary>
public sealed class PrivacyTexts;
