using Microsoft.AspNetCore.Authorization;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Web.Components.Account;

/// <summary>
/// Support without a second factor lands on the page that sets it up, and reaches nothing else but what anybody reaches: no
/// page, no download, no circuit.
/// </summary>
internal static class SecondFactorGate
{
    public const string Page = "/Account/SecondFactor";

    public static void UseSecondFactorGate(this WebApplication app) => app.Use((context, next) =>
    {
        if (!SecondFactor.IsMissing(context.User) || IsOpen(context))
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Redirect(Page);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }

        return Task.CompletedTask;
    });

    private static bool IsOpen(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Page, StringComparison.OrdinalIgnoreCase)
        || context.Request.Path.StartsWithSegments("/Account/PasskeyCreationOptions", StringComparison.OrdinalIgnoreCase)
        || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
}
