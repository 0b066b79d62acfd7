namespace OneBalance.Web.Features.Reconciliation;

/// <summary>Marks the texts beside it.</summary>
public sealed class ReconciliationTexts;
