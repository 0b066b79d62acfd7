using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace OneBalance.Web.Features.Team;

/// <summary>The secret in an invitation's link. Stored is only its digest: who reads the database cannot accept for another.</summary>
internal static class InvitationSecret
{
    private const int Bytes = 32;

    /// <returns>What the link carries, and what is stored.</returns>
    public static (string Code, byte[] Digest) New()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(Bytes);
        return (WebEncoders.Base64UrlEncode(secret), SHA256.HashData(secret));
    }

    /// <returns>Null for a mangled link.</returns>
    public static byte[]? DigestOf(string? code)
    {
        if (string.IsNullOrEmpty(code) || code.Length > 100)
        {
            return null;
        }

        try
        {
            byte[] secret = WebEncoders.Base64UrlDecode(code);
            return secret.Length == Bytes ? SHA256.HashData(secret) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
