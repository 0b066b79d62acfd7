using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace OneBalance.Tests.Web.Features.Accounts;

/// <summary>What an authenticator app does (RFC 6238: SHA-1, six digits, thirty seconds).</summary>
internal static class Totp
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Code(string key, DateTimeOffset now)
    {
        var bits = string.Concat(key.Where(c => c != ' ').Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        byte[] secret = [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
        byte[] step = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, now.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // The RFC's default, and what the apps use.
        byte[] hash = HMACSHA1.HashData(secret, step);
#pragma warning restore CA5350
        int at = hash[^1] & 0xf;
        int code = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(at)) & int.MaxValue) % 1_000_000;
        return code.ToString("000000", CultureInfo.InvariantCulture);
    }
}
