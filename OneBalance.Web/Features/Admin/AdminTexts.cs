namespace OneBalance.Web.Features.Admin;

/// <summary>Marks the texts beside it.</summary>
public sealed class AdminTexts;
