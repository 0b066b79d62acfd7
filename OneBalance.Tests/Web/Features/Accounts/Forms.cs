using System.Net;
using System.Text.RegularExpressions;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Features.Accounts;

/// <summary>Fills and sends the plain account forms as a browser without script does.</summary>
internal static partial class Forms
{
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, string page, string form, params (string Name, string Value)[] fields)
    {
        string html = await client.GetStringAsync(page);
        var content = new FormUrlEncodedContent(
        [
            new("_handler", form),
            new("__RequestVerificationToken", WebUtility.HtmlDecode(Token().Match(html).Groups[1].Value)),
            .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ]);
        return await client.PostAsync(page, content);
    }

    /// <summary>With the authenticator's code where the account is one of the demo support accounts.</summary>
    public static async Task<HttpResponseMessage> SignInAsync(this HttpClient client, string email, string password, string? returnUrl = null)
    {
        var answer = await client.SendPasswordAsync(email, password, returnUrl);
        return email is DemoAccounts.SupportEmail or DemoAccounts.SupervisorEmail && answer.Headers.Location is { } second
            ? await client.SendAsync(second.ToString(), "second-factor", ("Input.Code", DemoCode.At(DateTimeOffset.UtcNow)))
            : answer;
    }

    public static Task<HttpResponseMessage> SendPasswordAsync(this HttpClient client, string email, string password, string? returnUrl = null) =>
        client.SendAsync(
            returnUrl is null ? "/Account/Login" : $"/Account/Login?returnUrl={Uri.EscapeDataString(returnUrl)}",
            "sign-in",
            ("Input.Email", email),
            ("Input.Password", password));

    public static Task<HttpResponseMessage> SignUpAsync(this HttpClient client, string email, string password = "correct horse", string postalCode = "K1A 0A9") =>
        client.SendAsync(
            "/Account/Register",
            "sign-up",
            ("Input.Email", email),
            ("Input.Password", password),
            ("Input.Company", "Northern Lights Paper"),
            ("Input.Line1", "111 Wellington St"),
            ("Input.City", "Ottawa"),
            ("Input.Province", "ON"),
            ("Input.PostalCode", postalCode),
            ("Input.Phone", "613-555-0134"));

    /// <summary>Without what differs at each rendering: the antiforgery token, the page's state and the nonce.</summary>
    public static string Stable(string html) => Changing().Replace(html, "");

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("CfDJ[A-Za-z0-9_+/=-]*|nonce=\"[^\"]*\"")]
    private static partial Regex Changing();
}
