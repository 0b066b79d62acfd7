using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OneBalance.Web.Emulators.CanadaPost;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

/// <summary>Talks to the emulator as bare HTTP, so that bodies can be wrong in every way.</summary>
internal sealed class RawCarrier(CarrierBench bench, EmulatedAccount account)
{
    private string _token = "";

    public string Owner => $"/shipping/v1/{account.CustomerNumber}/{account.CustomerNumber}";

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string path, JsonNode? body = null, bool french = false, string? zonosKey = null)
    {
        if (_token.Length == 0)
        {
            _token = (await TokenAsync())!["access_token"]!.GetValue<string>();
        }

        using var request = new HttpRequestMessage(method, path.StartsWith("http", StringComparison.Ordinal) ? path : bench.Gateway + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        request.Headers.AcceptLanguage.ParseAdd(french ? "fr-CA" : "en-CA");
        if (zonosKey is not null)
        {
            request.Headers.Add("X-CPC-Zonos-Key", zonosKey);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await bench.Control.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text) : null);
    }

    public async Task<JsonNode?> TokenAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, bench.Gateway + "/cpc-api-native-oauth-provider/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "merchant")]),
        };
        request.Headers.Add("X-IBM-Client-Id", account.ClientId);
        request.Headers.Add("X-IBM-Client-Secret", account.ClientSecret);
        using var response = await bench.Control.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync());
    }

    public static JsonObject Sample(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Contract.Folder, "samples", file)))!.AsObject();

    public static string[] Codes(JsonNode? body) => [.. (body?["errors"]?.AsArray() ?? []).Select(error => error!["errorCode"]!.GetValue<string>())];
}
