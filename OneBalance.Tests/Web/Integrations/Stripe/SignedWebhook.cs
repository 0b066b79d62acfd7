using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using OneBalance.Web.Emulators.Stripe;

namespace OneBalance.Tests.Web.Integrations.Stripe;

/// <summary>A webhook as the processor signs it.</summary>
internal static class SignedWebhook
{
    /// <summary>Posts this body to the product's endpoint, signed at this moment.</summary>
    public static async Task<HttpStatusCode> PostAsync(HttpClient client, string body, string secret = StripeEmulatorSettings.DefaultWebhookSecret)
    {
        string timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/stripe") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Stripe-Signature", $"t={timestamp},v1={signature}");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
