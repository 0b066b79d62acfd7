using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>
/// <c>POST /webhooks/stripe</c>: the signature over the raw body and its age are checked, the event is stored once, and the
/// processor is thanked. What it means is worked out afterwards, see <see cref="WorkProcessorEvents"/>.
/// </summary>
internal static partial class WebhookEndpoint
{
    private const int LargestBody = 1024 * 1024;

    public static void Map(WebApplication app) => app.MapPost("/webhooks/stripe", ReceiveAsync)
        .AllowAnonymous()
        .WithMetadata(new RequestSizeLimitAttribute(LargestBody));

    private static async Task<Results<Ok, BadRequest>> ReceiveAsync(
        HttpRequest request, EventInbox inbox, IOptions<StripeOptions> options, TimeProvider time, ILogger<EventInbox> log, CancellationToken ct)
    {
        string body;
        using (var reader = new StreamReader(request.Body, Encoding.UTF8))
        {
            body = await reader.ReadToEndAsync(ct);
        }

        if (!WebhookSignature.IsGood(body, request.Headers["Stripe-Signature"].ToString(), options.Value.WebhookSecret, time.GetUtcNow()))
        {
            Refused(log, "bad or stale signature");
            return TypedResults.BadRequest();
        }

        if (Read(body) is not { } news)
        {
            Refused(log, "not an event");
            return TypedResults.BadRequest();
        }

        await inbox.StoreAsync(news, ct);
        return TypedResults.Ok();
    }

    /// <summary>Reads only what every version of the processor's API has; null when the body is no event.</summary>
    private static ProcessorNews? Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return Text(root, "id") is { Length: > 0 } id && Text(root, "type") is { Length: > 0 } type
                && root.TryGetProperty("created", out var created) && created.TryGetInt64(out long seconds)
                && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("object", out var subject)
                    ? new ProcessorNews(id, type, Text(subject, "id") ?? "", DateTimeOffset.FromUnixTimeSeconds(seconds))
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    [LoggerMessage(LogLevel.Warning, "A webhook was refused: {Reason}")]
    private static partial void Refused(ILogger log, string reason);
}
