using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Notices;

/// <summary>Whose mails of which kind a link ends.</summary>
public sealed record Unsubscription(MerchantId Merchant, string UserId, NoticeKind Kind);

/// <summary>Addresses that end one kind of mail for one user without signing in; nobody can make one but us.</summary>
public sealed class UnsubscribeLinks(IDataProtectionProvider protection, SiteAddress site)
{
    public const string Path = "/notices/unsubscribe";

    private readonly IDataProtector _protector = protection.CreateProtector("OneBalance.Notices.Unsubscribe");

    public string For(MerchantId merchant, string userId, NoticeKind kind) =>
        QueryHelpers.AddQueryString(
            site.To(Path),
            "token",
            _protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{merchant.Value} {(int)kind} {userId}")));

    /// <summary>Null for a token that is not ours, or mangled.</summary>
    public Unsubscription? Read(string? token)
    {
        try
        {
            return _protector.Unprotect(token ?? "").Split(' ', 3) is [var merchant, var kind, var user]
                ? new Unsubscription(
                    new MerchantId(long.Parse(merchant, CultureInfo.InvariantCulture)),
                    user,
                    (NoticeKind)int.Parse(kind, CultureInfo.InvariantCulture))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
