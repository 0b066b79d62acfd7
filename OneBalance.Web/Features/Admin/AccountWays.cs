using OneBalance.Core;

namespace OneBalance.Web.Features.Admin;

/// <summary>The ways by which support finds an account; features add theirs beside these.</summary>
internal static class AccountWays
{
    public static readonly IReadOnlyList<AccountSearch> All =
    [
        new((db, typed) => FoldedText.Of(typed) is { Length: > 0 } words ? db.Merchants.Where(m => m.SearchText.Contains(words)).Select(m => m.Id) : null),
        new((db, typed) => db.Users.Where(u => u.MerchantId != null && u.NormalizedEmail!.Contains(typed.ToUpperInvariant())).Select(u => u.MerchantId!.Value)),
        new((db, typed) => Plain(typed) is { Length: >= 8 and <= 40 } number ? db.Labels.Where(l => l.TrackingNumber == number).Select(l => l.MerchantId) : null),
        new((db, typed) => db.Labels.Where(l => l.Reference == typed || l.Reference.ToUpper() == typed.ToUpperInvariant()).Select(l => l.MerchantId)),
        new((db, typed) => Guid.TryParse(typed, out var id) ? db.Labels.Where(l => l.Id == new LabelId(id)).Select(l => l.MerchantId) : null),
        new((db, typed) => Guid.TryParse(typed, out var id) ? db.TopUps.Where(t => t.Id == new TopUpId(id)).Select(t => t.MerchantId) : null),
        new((db, typed) => typed.StartsWith("pi_", StringComparison.OrdinalIgnoreCase) ? db.TopUps.Where(t => t.PaymentId == typed).Select(t => t.MerchantId) : null),
        new((db, typed) => typed.StartsWith("CA-", StringComparison.OrdinalIgnoreCase) ? db.AccountClosings.Where(c => c.Reference == typed.ToUpperInvariant()).Select(c => c.MerchantId) : null),
        new((db, typed) => typed.Length == 4 && typed.All(char.IsAsciiDigit) ? db.Cards.Where(c => c.LastFour == typed).Select(c => c.MerchantId) : null),
    ];

    /// <summary>As numbers are kept: letters and digits alone, in capitals. Papers and mails part them by blanks that are none, or by hyphens.</summary>
    private static string Plain(string typed) => string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
