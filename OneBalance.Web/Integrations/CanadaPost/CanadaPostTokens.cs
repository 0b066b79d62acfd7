using System.Net;
using Microsoft.Extensions.Options;
using OneBalance.Web.Integrations.CanadaPost.Wire;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>
/// The access token of the client credentials, kept until shortly before it expires. However many calls wait for one, a single
/// renewal is in flight.
/// </summary>
internal sealed class CanadaPostTokens(IOptions<CanadaPostOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RenewEarly = TimeSpan.FromSeconds(120);

    private readonly Lock _gate = new();
    private Task<Grant>? _renewal;
    private Grant? _current;

    /// <summary>A token, or why there is none. Never throws for the carrier's sake.</summary>
    /// <param name="send">Sends one request, harmless to repeat.</param>
    public async Task<Grant> GetAsync(Func<Func<HttpRequestMessage>, CancellationToken, Task<Exchange>> send, CancellationToken ct)
    {
        Task<Grant> renewal;
        lock (_gate)
        {
            if (_current is { Token: not null } current && time.GetUtcNow() < current.RenewAt)
            {
                return current;
            }

            // The renewal belongs to nobody: a caller that gives up must not end it for the others.
            renewal = _renewal ??= RenewAsync(send);
        }

        return await renewal.WaitAsync(ct);
    }

    /// <summary>Forgets the token the carrier did not take, unless it was renewed meanwhile.</summary>
    public void Drop(string token)
    {
        lock (_gate)
        {
            if (_current?.Token == token)
            {
                _current = null;
            }
        }
    }

    private async Task<Grant> RenewAsync(Func<Func<HttpRequestMessage>, CancellationToken, Task<Exchange>> send)
    {
        // Off the caller's lock before anything can complete synchronously.
        await Task.Yield();
        Grant? grant = null;
        try
        {
            grant = Read(await send(() => Request(options.Value), CancellationToken.None));
            return grant;
        }
        finally
        {
            lock (_gate)
            {
                _renewal = null;
                _current = grant?.Token is null ? null : grant;
            }
        }
    }

    private static HttpRequestMessage Request(CanadaPostOptions options)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, options.Gateway + "/cpc-api-native-oauth-provider/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", options.Scope)]),
        };
        request.Headers.Add("X-IBM-Client-Id", options.ClientId);
        request.Headers.Add("X-IBM-Client-Secret", options.ClientSecret);
        request.Headers.Accept.ParseAdd("application/json");
        return request;
    }

    private Grant Read(Exchange exchange)
    {
        switch (exchange)
        {
            case Exchange.Answered { Answer.Status: HttpStatusCode.OK } answered
                when WireJson.TryRead<TokenWire>(answered.Answer.Body) is { AccessToken: { Length: > 0 } token, ExpiresIn: > 0 } wire:
                var life = TimeSpan.FromSeconds(wire.ExpiresIn.Value);
                var early = RenewEarly < life / 2 ? RenewEarly : life / 2;
                return new Grant(token, time.GetUtcNow() + life - early, null, null);
            case Exchange.Answered answered:
                return new Grant(null, default, $"The carrier did not sign us in (HTTP {(int)answered.Answer.Status}).", null);
            case Exchange.NotSent notSent:
                return new Grant(null, default, notSent.Reason, notSent.RetryAfter);
            case Exchange.Lost lost:
                return new Grant(null, default, lost.Reason, null);
            default:
                throw new InvalidOperationException("Unknown exchange.");
        }
    }

    internal sealed record TokenWire(
        [property: System.Text.Json.Serialization.JsonPropertyName("access_token")] string? AccessToken,
        [property: System.Text.Json.Serialization.JsonPropertyName("expires_in")] int? ExpiresIn);

    /// <param name="Token">Null when there is none, for <paramref name="Problem"/>.</param>
    internal sealed record Grant(string? Token, DateTimeOffset RenewAt, string? Problem, TimeSpan? RetryAfter);
}
