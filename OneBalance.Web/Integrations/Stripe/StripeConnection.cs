using System.Net;
using Microsoft.Extensions.Options;
using OneBalance.Web.Features.Balance;
using Stripe;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>
/// One connection to the processor for the whole product. Each request is sent once: the library's own retries are off,
/// because whoever asked decides what a missing answer means.
/// </summary>
public sealed class StripeConnection : IDisposable
{
    private readonly Lazy<StripeClient> _client;
    private readonly HttpClient _http;

    /// <param name="options">Read at the first call: the emulator's address is known only once it is started.</param>
    public StripeConnection(IOptions<StripeOptions> options)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        _client = new Lazy<StripeClient>(() =>
        {
            _http.Timeout = options.Value.TimeOut;
            return new StripeClient(new StripeClientOptions
            {
                ApiKey = options.Value.SecretKey,
                ApiBase = options.Value.BaseUrl is { Length: > 0 } address ? address.TrimEnd('/') : null,
                HttpClient = new SystemNetHttpClient(_http, maxNetworkRetries: 0, enableTelemetry: false),
            });
        });
    }

    internal V1Services Api => _client.Value.V1;

    public void Dispose() => _http.Dispose();

    /// <summary>A call that only reads: without an answer, nothing happened.</summary>
    internal static Task<ProcessorReply<T>> ReadAsync<T>(Func<Task<T>> call, CancellationToken ct) => AskAsync(call, acts: false, ct);

    /// <summary>A call that changes something: without an answer, it may have happened.</summary>
    internal static Task<ProcessorReply<T>> ActAsync<T>(Func<Task<T>> call, CancellationToken ct) => AskAsync(call, acts: true, ct);

    /// <summary>Sorts what went wrong by one question: may something have happened at the processor?</summary>
    /// <param name="acts">False for a call that only reads: then nothing ever happens.</param>
    private static async Task<ProcessorReply<T>> AskAsync<T>(Func<Task<T>> call, bool acts, CancellationToken ct)
    {
        try
        {
            return new ProcessorReply<T>.Confirmed(await call());
        }
        catch (StripeException refusal) when (refusal.StripeError is not null && IsCertain(refusal))
        {
            return IsPassing(refusal)
                ? new ProcessorReply<T>.Unreachable(Words(refusal))
                : new ProcessorReply<T>.Refused(refusal.StripeError.Code ?? refusal.StripeError.Type ?? "refused", refusal.StripeError.Message ?? refusal.Message);
        }
        catch (StripeException failure)
        {
            return Unanswered<T>(acts, Words(failure));
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new ProcessorReply<T>.Unreachable($"no connection ({failure.HttpRequestError})");
        }
        catch (HttpRequestException failure)
        {
            return Unanswered<T>(acts, $"the line dropped ({failure.HttpRequestError})");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Unanswered<T>(acts, "timed out");
        }
        catch (System.Text.Json.JsonException)
        {
            return Unanswered<T>(acts, "the answer could not be read");
        }
    }

    private static ProcessorReply<T> Unanswered<T>(bool acts, string reason) =>
        acts ? new ProcessorReply<T>.Unknown(reason) : new ProcessorReply<T>.Unreachable(reason);

    /// <summary>
    /// True when the processor's answer says that nothing happened. Not so for 5xx; nor when our key is in use or was used with
    /// other parameters, because then an earlier request was taken.
    /// </summary>
    private static bool IsCertain(StripeException refusal) =>
        (int)refusal.HttpStatusCode is >= 400 and < 500
        && refusal.StripeError.Type != "idempotency_error"
        && (refusal.HttpStatusCode != HttpStatusCode.Conflict || refusal.StripeError.Code == "lock_timeout");

    /// <summary>
    /// True when the same request may succeed later. So it is with a key that was changed or lacks a permission: that says
    /// nothing about what was asked for, and must not end anything.
    /// </summary>
    private static bool IsPassing(StripeException refusal) =>
        refusal.HttpStatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private static string Words(StripeException failure) =>
        $"{(int)failure.HttpStatusCode} {failure.StripeError?.Code ?? failure.StripeError?.Type ?? "no usable answer"}";
}
