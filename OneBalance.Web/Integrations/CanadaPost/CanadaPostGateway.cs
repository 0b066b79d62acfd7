using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>One call to the carrier.</summary>
/// <param name="Address">Absolute, under the configured gateway.</param>
/// <param name="Harmless">May be repeated freely: it reads, or what it does is done once however often it is asked.</param>
internal sealed record CarrierCall(HttpMethod Method, Uri Address, CallGroup Group, bool Harmless)
{
    /// <summary>Serialized strictly; null without one.</summary>
    public object? Body { get; init; }

    public string Accept { get; init; } = "application/json";

    public string AcceptLanguage { get; init; } = "en-CA";

    public string? ZonosKey { get; init; }

    /// <summary>Most bytes an answer may have.</summary>
    public int MostBytes { get; init; } = 4 * 1024 * 1024;
}

/// <summary>
/// Sends calls through the carrier's gateway: signs them, repeats once with a new token after a 401, retries harmless ones with
/// jitter, keeps away while throttled or while the circuit is open, and says exactly what is known of the outcome.
/// </summary>
internal sealed class CanadaPostGateway(
    IHttpClientFactory clients,
    IOptions<CanadaPostOptions> options,
    CanadaPostTokens tokens,
    TimeProvider time,
    ILogger<CanadaPostGateway> logger) : ICarrierHealth
{
    /// <summary>Name of the HTTP client: no automatic redirects, so that the token goes nowhere by itself.</summary>
    public const string ClientName = "CanadaPost";

    private readonly ConcurrentDictionary<CallGroup, DateTimeOffset> _throttledUntil = new();
    private readonly ConcurrentDictionary<CarrierProduct, Lazy<Pipelines>> _pipelines = new();
    private volatile Trouble? _lastTrouble;

    private sealed record Trouble(CarrierTrouble Kind, DateTimeOffset At);

    private sealed record Pipelines(CircuitBreakerStateProvider Breaker, ResiliencePipeline<Answer> Once, ResiliencePipeline<Answer> Repeated)
    {
        public CircuitStatus Status => Breaker.CircuitState switch
        {
            CircuitState.Closed => CircuitStatus.Closed,
            CircuitState.HalfOpen => CircuitStatus.Trying,
            _ => CircuitStatus.Open,
        };
    }

    public CarrierCondition Read()
    {
        var now = time.GetUtcNow();
        var trouble = _lastTrouble;
        var failing = _pipelines
            .Select(pair => (Product: pair.Key, pair.Value.Value.Status))
            .Where(part => part.Status != CircuitStatus.Closed)
            .OrderBy(part => part.Product)
            .ToList();
        return new CarrierCondition(
            failing.Exists(part => part.Status == CircuitStatus.Open) ? CircuitStatus.Open : failing.Count > 0 ? CircuitStatus.Trying : CircuitStatus.Closed,
            _throttledUntil.Values.Where(until => until > now).Select(until => (DateTimeOffset?)until).Max(),
            trouble?.Kind)
        {
            TroubleAt = trouble?.At,
            Failing = [.. failing.Select(part => part.Product)],
        };
    }

    /// <summary>Sends a signed call.</summary>
    public async Task<Exchange> SendAsync(CarrierCall call, CancellationToken ct)
    {
        for (bool again = false; ; again = true)
        {
            var grant = await tokens.GetAsync((request, token) => SendOnceAsync(request, CallGroup.Token, harmless: true, 64 * 1024, token), ct);
            if (grant.Token is null)
            {
                return new Exchange.NotSent(grant.Problem!, grant.RetryAfter);
            }

            var exchange = await SendOnceAsync(() => Request(call, grant.Token), call.Group, call.Harmless, call.MostBytes, ct);
            if (exchange is not Exchange.Answered { Answer.Status: HttpStatusCode.Unauthorized })
            {
                return exchange;
            }

            // The gateway refused before the service saw anything, so even a create may be sent again, once.
            tokens.Drop(grant.Token);
            if (again)
            {
                return new Exchange.NotSent("The carrier does not accept our credentials for this product (HTTP 401).", null);
            }
        }
    }

    /// <summary>Fetches a document from where the gateway redirected to, without our token.</summary>
    public Task<Exchange> SendUnsignedAsync(Uri address, string accept, int mostBytes, CancellationToken ct) => SendOnceAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd(accept);
            return request;
        },
        CallGroup.Elsewhere, harmless: true, mostBytes, ct);

    private async Task<Exchange> SendOnceAsync(Func<HttpRequestMessage> request, CallGroup group, bool harmless, int mostBytes, CancellationToken ct)
    {
        if (_throttledUntil.TryGetValue(group, out var until) && until > time.GetUtcNow())
        {
            return new Exchange.NotSent("The carrier asked us to slow down.", until - time.GetUtcNow());
        }

        try
        {
            // Few calls are allowed for tracking: none is spent on a second try, the parcel is asked for again anyway.
            bool again = harmless && group != CallGroup.Tracking;
            var pipelines = _pipelines.GetOrAdd(ProductOf(group), _ => new Lazy<Pipelines>(Build)).Value;
            var answer = await (again ? pipelines.Repeated : pipelines.Once).ExecuteAsync(
                async token => await TransferAsync(request(), mostBytes, token), ct);
            return IsThrottled(answer, harmless) ? Throttled(group, answer) : new Exchange.Answered(answer);
        }
        catch (BrokenCircuitException broken)
        {
            return new Exchange.NotSent("The carrier has been failing; we wait before asking again.", broken.RetryAfter);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The only one left to be cancelled by itself is connecting.
            return Failed(CarrierTrouble.Unreachable, new Exchange.NotSent("The carrier could not be reached.", null));
        }
        catch (TimeoutRejectedException)
        {
            return Failed(CarrierTrouble.TimedOut, new Exchange.Lost("The carrier did not answer in time."));
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return Failed(CarrierTrouble.Unreachable, new Exchange.NotSent("The carrier could not be reached.", null));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Failed(CarrierTrouble.LineBroke, new Exchange.Lost("The line to the carrier broke."));
        }
        catch (OversizedAnswerException)
        {
            return Failed(CarrierTrouble.TooLarge, new Exchange.Lost("The carrier's answer was too large."));
        }
    }

    private async Task<Answer> TransferAsync(HttpRequestMessage request, int mostBytes, CancellationToken ct)
    {
        using (request)
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            byte[] body = await ReadAsync(response.Content, mostBytes, ct);
            var retryAfter = response.Headers.RetryAfter is { } header
                ? header.Delta ?? (header.Date - time.GetUtcNow())
                : null;
            return new Answer(response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", body, response.Headers.Location, retryAfter);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int mostBytes, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (body.Length + read > mostBytes)
            {
                throw new OversizedAnswerException();
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private HttpRequestMessage Request(CarrierCall call, string token)
    {
        var request = new HttpRequestMessage(call.Method, call.Address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd(call.Accept);
        request.Headers.AcceptLanguage.ParseAdd(call.AcceptLanguage);
        if (options.Value.PlatformId is { Length: > 0 } platform)
        {
            request.Headers.Add("platform-id", platform);
        }

        if (call.ZonosKey is { Length: > 0 } zonosKey)
        {
            request.Headers.Add("X-CPC-Zonos-Key", zonosKey);
        }

        if (call.Body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(call.Body, call.Body.GetType(), WireJson.Writing));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private static CarrierProduct ProductOf(CallGroup group) => group switch
    {
        CallGroup.Token => CarrierProduct.SignIn,
        CallGroup.Rating => CarrierProduct.Rating,
        CallGroup.Shipments or CallGroup.VoidAndRefund or CallGroup.SearchAndManifests => CarrierProduct.Shipping,
        CallGroup.Tracking => CarrierProduct.Tracking,
        CallGroup.Elsewhere => CarrierProduct.Documents,
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, null),
    };

    /// <summary>
    /// The carrier's word for it is known, the status and the shape are not: all three forms count alike. But of a call that writes,
    /// the code "Server" alone proves nothing: it must name the monitor, or whether the call took effect is unknown.
    /// </summary>
    private static bool IsThrottled(Answer answer, bool harmless)
    {
        if (answer.Status == HttpStatusCode.TooManyRequests)
        {
            return true;
        }

        if ((int)answer.Status < 400 || answer.Body.Length > 16 * 1024)
        {
            return false;
        }

        // The same code "Server" also heads refusals of malformed bodies, which come as a 400 naming the member.
        return Encoding.UTF8.GetString(answer.Body).Contains("SLM", StringComparison.Ordinal)
            || (harmless && answer.Status != HttpStatusCode.BadRequest
                && WireJson.TryRead<ErrorAnswer>(answer.Body)?.Errors?.Any(error => error.ErrorCode == "Server") == true);
    }

    private Exchange.NotSent Throttled(CallGroup group, Answer answer)
    {
        var wait = answer.RetryAfter is { } named && named > TimeSpan.Zero ? named : options.Value.ThrottlePause;
        _throttledUntil[group] = time.GetUtcNow() + wait;
        logger.LogWarning("The carrier throttles {Group}; next call in {Seconds} s.", group, wait.TotalSeconds);
        return Failed(CarrierTrouble.Throttled, new Exchange.NotSent("The carrier asked us to slow down.", wait));
    }

    /// <summary>Shows a trouble on the health page that no single call has.</summary>
    public void Note(CarrierTrouble trouble) => _lastTrouble = new Trouble(trouble, time.GetUtcNow());

    private TExchange Failed<TExchange>(CarrierTrouble trouble, TExchange exchange)
        where TExchange : Exchange
    {
        Note(trouble);
        logger.LogWarning("A call to the carrier failed: {Trouble}", trouble);
        return exchange;
    }

    /// <summary>
    /// Built at a product's first call: the emulated carrier's address is known only once it runs. Real time, not the product's
    /// clock: these are waits on a wire.
    /// </summary>
    private Pipelines Build()
    {
        var settings = options.Value;
        var breaker = new CircuitBreakerStateProvider();
        var once = new ResiliencePipelineBuilder<Answer>()
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Answer>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 20,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = settings.CircuitPause,
                StateProvider = breaker,
                ShouldHandle = outcome => ValueTask.FromResult(HasFailed(outcome.Outcome)),
            })
            .AddTimeout(settings.Timeout)
            .Build();
        if (settings.ReadRetries <= 0)
        {
            return new Pipelines(breaker, once, once);
        }

        var repeated = new ResiliencePipelineBuilder<Answer>()
            .AddRetry(new Polly.Retry.RetryStrategyOptions<Answer>
            {
                MaxRetryAttempts = settings.ReadRetries,
                Delay = TimeSpan.FromMilliseconds(250),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                MaxDelay = TimeSpan.FromSeconds(4),
                ShouldHandle = outcome => ValueTask.FromResult(HasFailed(outcome.Outcome)),
            })
            .AddPipeline(once)
            .Build();
        return new Pipelines(breaker, once, repeated);
    }

    private static bool HasFailed(Outcome<Answer> outcome) =>
        outcome.Exception is HttpRequestException or IOException or TimeoutRejectedException
        || (outcome.Result is { } answer && (int)answer.Status >= 500 && !IsThrottled(answer, harmless: true));

    private sealed class OversizedAnswerException : Exception;
}
