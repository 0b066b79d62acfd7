namespace OneBalance.Web.Features.Accounts;

/// <summary>Marks the texts beside it.</summary>
public sealed class AccountMailTexts;
