using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Web.Emulators;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Integrations.Stripe;

namespace OneBalance.Tests.Web.Integrations.Stripe;

/// <summary>The emulated processor on a random port, and our client of it.</summary>
internal sealed class EmulatedProcessor : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StripeEmulatorSettings _settings;
    private readonly TimeSpan _timeOut;
    private readonly List<StripeConnection> _connections = [];
    private WebApplication _emulator;

    private EmulatedProcessor(Uri? webhook, TimeSpan timeOut)
    {
        _settings = new StripeEmulatorSettings { Webhook = () => webhook };
        _timeOut = timeOut;
        _emulator = Build("http://127.0.0.1:0");
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));

    public Uri Address { get; private set; } = null!;

    public StripeProcessor Client { get; private set; } = null!;

    /// <summary>A browser at the hosted pages, and the hand at the control endpoints; does not follow redirects.</summary>
    public HttpClient Browser { get; private set; } = null!;

    public static async Task<EmulatedProcessor> StartAsync(Uri? webhook = null, TimeSpan? timeOut = null)
    {
        var processor = new EmulatedProcessor(webhook, timeOut ?? TimeSpan.FromSeconds(20));
        await processor._emulator.StartAsync();
        processor.Address = new Uri(processor._emulator.Urls.First());
        processor.Client = processor.CreateClient(StripeEmulatorSettings.DefaultSecretKey);
        processor.Browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = processor.Address };
        return processor;
    }

    public StripeProcessor CreateClient(string secretKey)
    {
        var connection = new StripeConnection(Options.Create(new StripeOptions { BaseUrl = Address.ToString(), SecretKey = secretKey, TimeOut = _timeOut }));
        _connections.Add(connection);
        return new StripeProcessor(connection);
    }

    /// <summary>Stops the emulator and starts it again on the same port and state.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _emulator = Build(Address.ToString());
        await _emulator.StartAsync();
    }

    public async Task StopAsync()
    {
        await _emulator.StopAsync();
        await _emulator.DisposeAsync();
    }

    public async Task<string> CreateCustomerAsync(long merchant = 7) =>
        (await Client.CreateCustomerAsync(new MerchantId(merchant), "merchant@example.com", "Example Inc.", $"customer-{Guid.NewGuid():N}", CancellationToken.None)).Value();

    /// <summary>A card saved without the hosted page.</summary>
    public async Task<string> SaveCardAsync(string customer, string number) =>
        (await PostAsync("/_control/cards", new { customer, number }))["id"]!.GetValue<string>();

    public async Task<ChargeOrder> OrderAsync(string cardNumber, long cents = 50_00, bool offSession = false)
    {
        string customer = await CreateCustomerAsync();
        return new ChargeOrder(
            new MerchantId(7),
            new TopUpId(Guid.CreateVersion7()),
            customer,
            await SaveCardAsync(customer, cardNumber),
            new Money(cents),
            offSession,
            "http://localhost:5080/balance/return");
    }

    public async Task AddFaultAsync(Fault fault)
    {
        using var answer = await Browser.PostAsJsonAsync("/_control/faults", fault);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public Task ClearFaultsAsync() => Browser.DeleteAsync("/_control/faults");

    public async Task<JsonObject> PostAsync(string path, object body)
    {
        using var answer = await Browser.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == HttpStatusCode.NoContent ? [] : (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    /// <summary>The processor's API, as raw as it is.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> CallAsync(HttpMethod method, string path, Dictionary<string, string>? form = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = form is null ? null : new FormUrlEncodedContent(form) };
        request.Headers.Add("Authorization", $"Bearer {StripeEmulatorSettings.DefaultSecretKey}");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await Browser.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    /// <summary>Everything the emulator wrote to disk.</summary>
    public async Task<byte[]> ReadStateAsync()
    {
        using var content = new MemoryStream();
        foreach (string file in Directory.EnumerateFiles(_folder.Path))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await stream.CopyToAsync(content);
        }

        return content.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(connection => connection.Dispose());
        Browser.Dispose();
        await StopAsync();
        _folder.Dispose();
    }

    private WebApplication Build(string url) => StripeEmulator.Create(url, _folder.File("emulated-stripe.db"), Time, _settings);
}

internal static class Replies
{
    public static T Value<T>(this ProcessorReply<T> reply) => Assert.IsType<ProcessorReply<T>.Confirmed>(reply).Value;
}
