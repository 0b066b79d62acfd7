using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OneBalance.Web.Emulators.Stripe;

[JsonConverter(typeof(JsonStringEnumConverter<WebhookMode>))]
internal enum WebhookMode
{
    /// <summary>Each event once, at once, in order; again after a growing pause until it is accepted.</summary>
    Deliver,

    /// <summary>Each event twice.</summary>
    Twice,

    /// <summary>Kept back until released, in any order.</summary>
    Hold,

    /// <summary>Never sent; the events list still has them.</summary>
    Drop,
}

/// <summary>
/// Sends signed events to the product. What is to be sent is stored with the event itself, so that a restart sends it later
/// instead of never. Pauses run on the real clock; the signature carries the time of the emulated service.
/// </summary>
internal sealed class WebhookDelivery(EmulatorStore store, TimeProvider time, StripeEmulatorSettings settings)
{
    /// <summary>The processor gives up after three days; attempts are at most an hour apart.</summary>
    private const int MostAttempts = 84;

    private readonly SemaphoreSlim _wake = new(0);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Within the transaction that stored the events.</summary>
    public void Enqueue(EmulatorStore.Session session, IReadOnlyList<string> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        var mode = Mode(session);
        foreach (string id in events)
        {
            switch (mode)
            {
                case WebhookMode.Deliver:
                    Put(session, "delivery", id);
                    break;
                case WebhookMode.Twice:
                    Put(session, "delivery", id);
                    Put(session, "delivery", id);
                    break;
                case WebhookMode.Hold:
                    Put(session, "held_delivery", id);
                    break;
                case WebhookMode.Drop:
                    break;
                default:
                    throw new InvalidOperationException($"Unknown mode {mode}.");
            }
        }
    }

    public void Wake() => _wake.Release();

    public void Set(WebhookMode mode) => store.Run(session => session.Put("setting", "webhooks", new Setting(mode)));

    public WebhookState State() => store.Run(session => new WebhookState(
        Mode(session),
        [.. session.List<Delivery>("delivery").Select(delivery => delivery.Event).Reverse()],
        [.. session.List<Delivery>("held_delivery").Select(delivery => delivery.Event).Reverse()]));

    /// <summary>Sends what was kept back.</summary>
    /// <param name="events">Which, in the order to send them; empty: all, in the order they happened.</param>
    public void Release(IReadOnlyList<string> events, bool reversed)
    {
        store.Run(session =>
        {
            var held = session.List<Delivery>("held_delivery").Reverse().ToList();
            string[] order = events.Count > 0 ? [.. events] : [.. held.Select(delivery => delivery.Event)];
            foreach (string id in reversed ? order.Reverse() : order)
            {
                Put(session, "delivery", id);
            }

            foreach (var delivery in held.Where(delivery => order.Contains(delivery.Event)))
            {
                session.Remove("held_delivery", delivery.Id);
            }
        });
        Wake();
    }

    /// <summary>Sends an event now, whatever the mode, and tells the status that came back.</summary>
    /// <param name="ageSeconds">How old the signature says it is.</param>
    public async Task<int> SendAsync(string eventId, int ageSeconds, string? secret, CancellationToken ct)
    {
        string payload = store.Run(session => session.Get<JsonObject>("event", eventId))?.ToJsonString()
            ?? throw StripeFailure.NotFound("event", eventId);
        string timestamp = (time.GetUtcNow().ToUnixTimeSeconds() - ageSeconds).ToString(CultureInfo.InvariantCulture);
        var target = settings.Webhook() ?? throw new InvalidOperationException("There is nowhere to send webhooks to.");
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new StringContent(payload, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Stripe-Signature", $"t={timestamp},v1={Sign(secret ?? settings.WebhookSecret, timestamp, payload)}");
        using var response = await _http.SendAsync(request, ct);
        return (int)response.StatusCode;
    }

    /// <summary>Runs until stopped.</summary>
    public async Task RunAsync(Action everyTurn, ILogger logger, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            everyTurn();
            var due = settings.Webhook() is null
                ? []
                : store.Run(session => session.List<Delivery>("delivery")).Where(delivery => delivery.NotBefore <= DateTimeOffset.UtcNow).Reverse();
            foreach (var delivery in due)
            {
                await DeliverAsync(delivery, logger, ct);
            }

            await _wake.WaitAsync(TimeSpan.FromMilliseconds(500), ct);
            while (_wake.CurrentCount > 0 && await _wake.WaitAsync(0, ct))
            {
                // Several events, one turn.
            }
        }
    }

    private async Task DeliverAsync(Delivery delivery, ILogger logger, CancellationToken ct)
    {
        if (settings.Webhook() is null)
        {
            // The product is going; what is pending is delivered when it is back.
            return;
        }

        bool accepted = false;
        try
        {
            accepted = await SendAsync(delivery.Event, 0, null, ct) is >= 200 and < 300;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            logger.LogInformation("Webhook {Event} could not be delivered: {Reason}", delivery.Event, failure.Message);
        }

        store.Run(session =>
        {
            if (accepted || delivery.Attempts + 1 >= MostAttempts)
            {
                session.Remove("delivery", delivery.Id);
                return;
            }

            var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, delivery.Attempts), 3600));
            session.Put("delivery", delivery.Id, delivery with { Attempts = delivery.Attempts + 1, NotBefore = DateTimeOffset.UtcNow + pause });
        });
    }

    private static WebhookMode Mode(EmulatorStore.Session session) => session.Get<Setting>("setting", "webhooks")?.Mode ?? WebhookMode.Deliver;

    private static void Put(EmulatorStore.Session session, string kind, string eventId)
    {
        string id = session.Next("delivery").ToString("D12", CultureInfo.InvariantCulture);
        session.Put(kind, id, new Delivery(id, eventId, 0, DateTimeOffset.UnixEpoch));
    }

    private static string Sign(string secret, string timestamp, string payload) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{payload}")));

    private sealed record Delivery(string Id, string Event, int Attempts, DateTimeOffset NotBefore);

    private sealed record Setting(WebhookMode Mode);
}

/// <param name="Pending">Ids of events still to be accepted, oldest first.</param>
/// <param name="Held">Ids of events kept back, oldest first.</param>
internal sealed record WebhookState(WebhookMode Mode, IReadOnlyList<string> Pending, IReadOnlyList<string> Held);
