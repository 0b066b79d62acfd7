namespace OneBalance.Web.Features.Printing;

/// <summary>Marks the texts beside it.</summary>
public sealed class PrintingTexts;
