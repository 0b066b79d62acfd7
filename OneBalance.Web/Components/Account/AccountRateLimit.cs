using System.Globalization;
using System.Threading.RateLimiting;

namespace OneBalance.Web.Components.Account;

/// <summary>
/// How often one address may send the account forms (signing up, in, resetting): 60 a minute unless
/// <c>Accounts:AttemptsPerMinute</c> says otherwise. Looking at the pages is not limited.
/// </summary>
public static class AccountRateLimit
{
    public const string Policy = "account";

    /// <summary>
    /// The browser asks for these options by itself each time the sign-in page is looked at: as often as the forms may be sent,
    /// and counted apart from them, or looking would use up the attempts.
    /// </summary>
    public const string PasskeyOptions = "passkey-options";

    private const int DefaultAttempts = 60;

    public static void AddAccountRateLimit(this WebApplicationBuilder builder)
    {
        int attempts = builder.Configuration.GetValue("Accounts:AttemptsPerMinute", DefaultAttempts);
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (context, _) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = 60.ToString(CultureInfo.InvariantCulture);
                return ValueTask.CompletedTask;
            };
            limiter.AddPolicy(Policy, Limit);
            limiter.AddPolicy(PasskeyOptions, Limit);

            RateLimitPartition<string> Limit(HttpContext context) => HttpMethods.IsPost(context.Request.Method)
                ? RateLimitPartition.GetFixedWindowLimiter(
                    context.Connection.RemoteIpAddress?.ToString() ?? "",
                    _ => new FixedWindowRateLimiterOptions { PermitLimit = attempts, Window = TimeSpan.FromMinutes(1) })
                : RateLimitPartition.GetNoLimiter("");
        });
    }
}
