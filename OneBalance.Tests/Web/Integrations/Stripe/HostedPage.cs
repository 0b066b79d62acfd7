using System.Net;

namespace OneBalance.Tests.Web.Integrations.Stripe;

/// <summary>A cardholder without a browser: sends the forms of the hosted pages.</summary>
internal static class HostedPage
{
    public static Task<Answer> TypeCardAsync(EmulatedProcessor processor, string url, string number, string expiry = "12 / 34", string cvc = "123") =>
        PostAsync(processor, url, new() { ["number"] = number, ["expiry"] = expiry, ["cvc"] = cvc });

    public static Task<Answer> AnswerBankAsync(EmulatedProcessor processor, string url, bool complete) =>
        PostAsync(processor, url, new() { ["answer"] = complete ? "complete" : "fail" });

    private static async Task<Answer> PostAsync(EmulatedProcessor processor, string url, Dictionary<string, string> form)
    {
        using var answer = await processor.Browser.PostAsync(url, new FormUrlEncodedContent(form));
        return new Answer(answer.StatusCode, answer.Headers.Location?.OriginalString, await answer.Content.ReadAsStringAsync());
    }

    public sealed record Answer(HttpStatusCode Status, string? Location, string Html);
}
