using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace OneBalance.Web.Features.Accounts;

/// <summary>
/// Addresses written into mails. They start with the configured <c>PublicUrl</c> where there is one, so that nobody can
/// make us send links to another host by asking with a forged one.
/// </summary>
public sealed class AccountLinks(IConfiguration configuration, IHttpContextAccessor http)
{
    public string ConfirmEmail(string userId, string token) =>
        To("Account/ConfirmEmail", ("userId", userId), ("code", Encode(token)));

    public string ConfirmEmailChange(string userId, string email, string token) =>
        To("Account/ConfirmEmailChange", ("userId", userId), ("email", email), ("code", Encode(token)));

    public string ResetPassword(string token) => To("Account/ResetPassword", ("code", Encode(token)));

    public string SignIn() => To("Account/Login");

    /// <summary>The token inside a link; null when the link was mangled.</summary>
    public static string? Decode(string? code)
    {
        if (string.IsNullOrEmpty(code))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(code));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Encode(string token) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token));

    private string To(string path, params (string Name, string Value)[] query) =>
        QueryHelpers.AddQueryString(new Uri(Site(), path).ToString(), query.ToDictionary(part => part.Name, part => (string?)part.Value));

    private Uri Site()
    {
        if (configuration["PublicUrl"] is { Length: > 0 } configured)
        {
            return new Uri(configured.TrimEnd('/') + "/");
        }

        var request = http.HttpContext?.Request ?? throw new InvalidOperationException("No request to take the site's address from; set PublicUrl.");
        return new Uri($"{request.Scheme}://{request.Host}{request.PathBase}/");
    }
}
