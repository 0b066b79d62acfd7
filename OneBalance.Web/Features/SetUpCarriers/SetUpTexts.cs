namespace OneBalance.Web.Features.SetUpCarriers;

/// <summary>Texts of the Set up carriers wizard, English and French.</summary>
public sealed class SetUpTexts;
