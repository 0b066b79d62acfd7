namespace OneBalance.Web.Features.Statements;

/// <summary>Marks the texts beside it.</summary>
public sealed class StatementTexts;
