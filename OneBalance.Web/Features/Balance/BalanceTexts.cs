namespace OneBalance.Web.Features.Balance;

/// <summary>Texts of the balance, its dialog, its receipts and its ledger, English and French.</summary>
public sealed class BalanceTexts;
