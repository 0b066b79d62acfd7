namespace OneBalance.Web.Features.Audit;

/// <summary>Marks the texts beside it.</summary>
public sealed class AuditTexts;
