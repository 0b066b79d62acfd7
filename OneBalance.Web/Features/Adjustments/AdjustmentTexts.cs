namespace OneBalance.Web.Features.Adjustments;

/// <summary>Marks the texts beside it.</summary>
public sealed class AdjustmentTexts;
