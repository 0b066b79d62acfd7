using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace OneBalance.Web.Features.Accounts;

/// <summary>
/// The present code of the demo support accounts' authenticator, whose secret is no secret: shown in Development only, so that
/// nobody needs an app to look around (RFC 6238: SHA-1, six digits, thirty seconds).
/// </summary>
public static class DemoCode
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <param name="now">The real time, as Identity and the apps take it; a development clock set ahead does not count.</param>
    public static string At(DateTimeOffset now)
    {
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, now.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // The RFC's default, and what the apps use.
        byte[] hash = HMACSHA1.HashData(Key(DemoAccounts.SupportSecret), step);
#pragma warning restore CA5350
        int at = hash[^1] & 0xf;
        int code = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(at)) & int.MaxValue) % 1_000_000;
        return code.ToString("000000", CultureInfo.InvariantCulture);
    }

    private static byte[] Key(string secret)
    {
        var key = new List<byte>();
        int bits = 0;
        int held = 0;
        foreach (char letter in secret)
        {
            bits = (bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal);
            held += 5;
            if (held >= 8)
            {
                held -= 8;
                key.Add((byte)(bits >> held));
                bits &= (1 << held) - 1;
            }
        }

        return [.. key];
    }
}
