namespace OneBalance.Web.Features.Home;

/// <summary>Marks the texts beside it.</summary>
public sealed class HomeTexts;
