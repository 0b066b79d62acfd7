using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OneBalance.Tests.Web.Integrations.CanadaPost;
using OneBalance.Web.Emulators.CanadaPost;

namespace OneBalance.Tests.Web.Emulators.CanadaPost;

/// <summary>What the carrier's gateway does before any product is asked: signing in, and whose shipments these are.</summary>
public sealed class GatewayTests
{
    private static readonly EmulatedAccount Known = EmulatedAccount.Platform;

    [Theory]
    [InlineData("headers")]
    [InlineData("form")]
    [InlineData("basic")]
    public async Task Credentials_are_taken_from_headers_the_form_or_basic_authentication(string way)
    {
        await using var bench = await CarrierBench.StartAsync();

        var (status, body) = await TokenAsync(bench, way, Known.ClientSecret, ("grant_type", "client_credentials"), ("scope", "merchant"));
        var (refused, error) = await TokenAsync(bench, way, "wrong", ("grant_type", "client_credentials"), ("scope", "merchant"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{bench.Gateway}/shipping/v1/{Known.CustomerNumber}/{Known.CustomerNumber}/groups");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", body["access_token"]!.GetValue<string>());
        using var served = await bench.Control.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("Bearer", 3600, "merchant"), (body["token_type"]!.GetValue<string>(), body["expires_in"]!.GetValue<int>(), body["scope"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, refused);
        Assert.Equal("unauthorized_client", error["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("password", "merchant", "invalid_request")]
    [InlineData("", "merchant", "invalid_request")]
    [InlineData("client_credentials", "", "invalid_scope")]
    [InlineData("client_credentials", "everything", "invalid_scope")]
    public async Task A_token_asked_for_wrongly_is_refused(string grant, string scope, string error)
    {
        await using var bench = await CarrierBench.StartAsync();

        var (status, body) = await TokenAsync(bench, "headers", Known.ClientSecret, ("grant_type", grant), ("scope", scope));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(error, body["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic not-base64!")]
    [InlineData("Basic bm8tY29sb24=")]
    public async Task Basic_credentials_that_cannot_be_read_are_wrong_credentials(string authorization)
    {
        await using var bench = await CarrierBench.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, bench.Gateway + "/cpc-api-native-oauth-provider/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "merchant")]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await bench.Control.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unknown_token_is_answered_401_by_itself_or_as_one_official_example_has_it_in_an_array(bool asArray)
    {
        await using var bench = await CarrierBench.StartAsync();
        await bench.SwitchAsync(new { unauthorizedAsArray = asArray });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{bench.Gateway}/rating/v1/services");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "unknown");

        using var response = await bench.Control.SendAsync(request);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(asArray, body is JsonArray);
        Assert.Empty(Contract.Load().Check("UnauthorizedAnswer", body));
    }

    [Fact]
    public async Task Shipments_on_behalf_of_somebody_else_are_not_permitted()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, Known);

        var (status, body) = await carrier.SendAsync(HttpMethod.Get, $"/shipping/v1/{Known.CustomerNumber}/0001234567/groups");
        var (_, french) = await carrier.SendAsync(HttpMethod.Get, $"/shipping/v1/{Known.CustomerNumber}/0001234567/groups", french: true);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(["AA004"], RawCarrier.Codes(body));
        Assert.StartsWith("Vous ne pouvez pas", french!["errors"]![0]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Customer_numbers_count_without_their_leading_zeros_and_without_a_platforms_id()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, Known);
        string bare = Known.CustomerNumber.TrimStart('0');

        Assert.Equal(HttpStatusCode.OK, (await carrier.SendAsync(HttpMethod.Get, $"/shipping/v1/{bare}/{bare}/groups")).Status);
        Assert.Equal(HttpStatusCode.OK, (await carrier.SendAsync(HttpMethod.Get, $"/shipping/v1/{bare}-99/{bare}/groups")).Status);
    }

    [Fact]
    public async Task Planned_outages_are_asked_for_by_the_one_kind_there_is()
    {
        await using var bench = await CarrierBench.StartAsync();
        var carrier = new RawCarrier(bench, Known);

        var (_, none) = await carrier.SendAsync(HttpMethod.Get, "/serviceinfo/v1/shipments-service?message-type=SO");
        var (status, other) = await carrier.SendAsync(HttpMethod.Get, "/serviceinfo/v1/shipments-service?message-type=XX");
        var (_, without) = await carrier.SendAsync(HttpMethod.Get, "/serviceinfo/v1/shipments-service");

        Assert.Empty(none!.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["9182"], RawCarrier.Codes(other));
        Assert.Equal(["9182"], RawCarrier.Codes(without));
    }

    [Theory]
    [InlineData("/rating/v1/services?country=XX", "8534")]
    [InlineData("/rating/v1/services/INT.XP?country=XX", "8534")]
    [InlineData("/rating/v1/services?country=CA&contract=0000000009", "2550")]
    [InlineData("/rating/v1/services/INT.XP?country=JP&contract=9", "2550")]
    [InlineData("/rating/v1/services/DOM.NONE", "10028")]
    [InlineData("/rating/v1/services/DOM.LIB?country=CA", "10028")]
    public async Task Services_are_described_for_countries_there_are_and_contracts_the_customer_has(string path, string code)
    {
        await using var bench = await CarrierBench.StartAsync();

        var (status, body) = await new RawCarrier(bench, Known).SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([code], RawCarrier.Codes(body));
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> TokenAsync(CarrierBench bench, string way, string secret, params (string Name, string Value)[] form)
    {
        var fields = form.Select(field => KeyValuePair.Create(field.Name, field.Value)).ToList();
        if (way == "form")
        {
            fields.AddRange([new("client_id", Known.ClientId), new("client_secret", secret)]);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, bench.Gateway + "/cpc-api-native-oauth-provider/oauth2/token") { Content = new FormUrlEncodedContent(fields) };
        if (way == "headers")
        {
            request.Headers.Add("X-IBM-Client-Id", Known.ClientId);
            request.Headers.Add("X-IBM-Client-Secret", secret);
        }
        else if (way == "basic")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Known.ClientId}:{secret}")));
        }

        using var response = await bench.Control.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
