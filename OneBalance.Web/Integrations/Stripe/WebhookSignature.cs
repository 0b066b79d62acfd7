using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>
/// The processor's signature of a webhook, <c>t=1795446000,v1=5257a8...</c>: HMAC-SHA256 with the endpoint's secret over the
/// time, a full stop and the raw body. While a secret is being replaced there are several <c>v1</c>; one that fits is enough.
/// Anything at all may arrive here, so nothing in the header makes it throw.
/// </summary>
public static class WebhookSignature
{
    /// <summary>A signature may be this old (or, with clocks that differ, this early) and not a second more.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromSeconds(300);

    public static bool IsGood(string body, string header, string secret, DateTimeOffset now)
    {
        var parts = header.Split(',').Select(part => part.Trim().Split('=', 2)).Where(part => part.Length == 2).ToList();
        string? timestamp = parts.Find(part => part[0] == "t")?[1];
        if (secret.Length == 0
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || Math.Abs((double)now.ToUnixTimeSeconds() - seconds) > Oldest.TotalSeconds)
        {
            return false;
        }

        byte[] expected = Encoding.UTF8.GetBytes(Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}"))));
        return parts.Any(part => part[0] == "v1" && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(part[1]), expected));
    }
}
