namespace OneBalance.Web.Features.Help;

/// <summary>Marks the texts beside it.</summary>
public sealed class HelpTexts;
