namespace OneBalance.Web.Features.Labels;

/// <summary>Marks the texts beside it.</summary>
public sealed class LabelTexts;
