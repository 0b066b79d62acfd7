namespace OneBalance.Web.Features.Disputes;

/// <summary>Marks the texts beside it.</summary>
public sealed class DisputeTexts;
