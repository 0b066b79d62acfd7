using System.Security.Cryptography;

namespace OneBalance.Web.Components;

/// <summary>
/// Headers on every answer. Pages carry a strict content security policy: the one inline script there is, Blazor's import
/// map, is let in by a nonce of the request; styles may be inline because MudBlazor positions with them.
/// </summary>
public static class SecurityHeaders
{
    private static readonly object NonceKey = new();

    /// <summary>The nonce of this request; the same one each time it is asked for.</summary>
    public static string Nonce(HttpContext context)
    {
        if (context.Items[NonceKey] is not string nonce)
        {
            nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(18));
            context.Items[NonceKey] = nonce;
        }

        return nonce;
    }

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            // Pages may be framed by nobody; what is no page has often said something stricter of itself already (Documents).
            if (context.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
            {
                headers.ContentSecurityPolicy = Policy(Nonce(context));
            }
            else if (headers.ContentSecurityPolicy.Count == 0)
            {
                headers.ContentSecurityPolicy = "frame-ancestors 'self'";
            }

            return Task.CompletedTask;
        });
        return next(context);
    });

    private static string Policy(string nonce) =>
        $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'";
}
