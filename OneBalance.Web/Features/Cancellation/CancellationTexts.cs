namespace OneBalance.Web.Features.Cancellation;

/// <summary>Marks the texts beside it.</summary>
public sealed class CancellationTexts;
