namespace OneBalance.Web.Features.Refunds;

/// <summary>Marks the texts beside it.</summary>
public sealed class RefundTexts;
