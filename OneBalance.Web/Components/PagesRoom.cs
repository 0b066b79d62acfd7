using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.HttpOverrides;
using MudBlazor;
using MudBlazor.Services;
using OneBalance.Web.Components.Account;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Components;

/// <summary>Composition of the pages: Blazor, MudBlazor, languages, headers, health.</summary>
public static class PagesRoom
{
    private const string Ready = "ready";

    /// <summary>Addresses and networks of the proxies in front, whose word about the visitor's address counts; empty: nobody's.</summary>
    private const string KnownProxies = "Proxies:Known";

    public static void AddPages(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            mud.SnackbarConfiguration.PreventDuplicates = true;
            // By default a message lets 5% through, which takes its white text below the contrast it needs.
            mud.SnackbarConfiguration.MaximumOpacity = 100;
            mud.SnackbarConfiguration.VisibleStateDuration = 6000;
        });
        services.AddTransient<MudLocalizer, MudWords>();
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(PageLanguage.Configure);
        services.AddScoped<UserTime>();
        services.AddScoped<Formats>();
        services.AddScoped<AddressPhrases>();
        services.AddHealthChecks().AddCheck<DatabaseReady>("database", tags: [Ready]);
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        if (Proxies(builder.Configuration) is { Length: > 0 } proxies)
        {
            services.Configure<ForwardedHeadersOptions>(forwarded =>
            {
                forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
                forwarded.KnownProxies.Clear();
                forwarded.KnownIPNetworks.Clear();
                foreach (string proxy in proxies)
                {
                    forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy.Contains('/', StringComparison.Ordinal) ? proxy : $"{proxy}/{(proxy.Contains(':', StringComparison.Ordinal) ? 128 : 32)}"));
                }

                // As many as are known: the first that is not is the visitor.
                forwarded.ForwardLimit = null;
            });
        }

        builder.AddForms();
        builder.AddAccountRateLimit();
    }

    public static void UsePages(this WebApplication app)
    {
        if (Proxies(app.Configuration).Length > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseSecurityHeaders();
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/status/500", createScopeForErrors: true);
            // Neither concerns loopback: HSTS leaves localhost out, and without an https address there is nothing to redirect to.
            app.UseHsts();
            if (app.Configuration["https_port"] is not null || app.Configuration["https_ports"] is not null)
            {
                app.UseHttpsRedirection();
            }
        }

        app.UseRequestLocalization();
        app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            // Pages are for people: programs (webhooks, health probes) get the bare status.
            if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
                && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return next(context);
        });
        app.UseRights();
        app.UseRouting();
        app.UseAuthentication();
        app.UseSecondFactorGate();
        app.UseLookOnly();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    private static string[] Proxies(IConfiguration configuration) =>
        (configuration[KnownProxies] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymous();
        app.MapAccounts();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
