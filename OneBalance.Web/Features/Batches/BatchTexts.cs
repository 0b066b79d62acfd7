namespace OneBalance.Web.Features.Batches;

/// <summary>Texts of batches, English and French.</summary>
public sealed class BatchTexts;
