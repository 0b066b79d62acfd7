namespace OneBalance.Web.Components.Account;

/// <summary>Marks the texts beside it.</summary>
public sealed class AccountTexts;
