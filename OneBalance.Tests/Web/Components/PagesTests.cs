using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Components;

/// <summary>Headers, health and guards of everything that is served.</summary>
public sealed partial class PagesTests
{
    [Fact]
    public async Task Pages_carry_a_policy_whose_nonce_is_the_import_maps_and_changes()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        var first = await client.GetAsync("/Account/Login");
        var second = await client.GetAsync("/Account/Login");
        string policy = first.Headers.GetValues("Content-Security-Policy").Single();
        string nonce = Nonce().Match(policy).Groups[1].Value;

        Assert.Contains($"<script type=\"importmap\" nonce=\"{nonce}\"", await first.Content.ReadAsStringAsync());
        Assert.NotEqual(policy, second.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("object-src 'none'", policy);
        Assert.DoesNotContain("unsafe-inline", policy.Split(';').Single(part => part.Contains("script-src", StringComparison.Ordinal)));
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("strict-origin-when-cross-origin", first.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task No_page_has_inline_handlers_or_scripts()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        foreach (string page in (string[])["/", "/settings", "/Account/Manage", "/Account/Login", "/Account/Register", "/dev/mail"])
        {
            string html = await client.GetStringAsync(page);
            Assert.DoesNotMatch(InlineHandler(), html);
            Assert.All(Script().Matches(html), script => Assert.True(
                script.Value.Contains(" src=", StringComparison.Ordinal) || script.Value.Contains("importmap", StringComparison.Ordinal), script.Value));
        }
    }

    [Fact]
    public async Task Cookies_cannot_be_read_by_script_nor_sent_by_other_sites()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        var signedIn = await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        string cookie = signedIn.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith(".AspNetCore.Identity.Application", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Health_says_alive_and_ready(DatabaseProvider provider)
    {
        await using var app = await TestApp.StartAsync(provider);
        using var client = app.CreateClient();
        Assert.Equal("Healthy", await client.GetStringAsync("/health/live"));
        Assert.Equal("Healthy", await client.GetStringAsync("/health/ready"));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Without_its_database_it_is_alive_and_not_ready(DatabaseProvider provider)
    {
        await using var app = await TestApp.StartAsync(provider, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        using var client = app.CreateClient();
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            // The table of what has been migrated is the first thing that is asked for.
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE \"__EFMigrationsHistory\" RENAME TO gone");
        }

        using var ready = await client.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("Unhealthy", await ready.Content.ReadAsStringAsync());
        Assert.Equal("Healthy", await client.GetStringAsync("/health/live"));
    }

    /// <summary>A document may load nothing at all; what says nothing of itself may at least not be framed by others.</summary>
    [Theory]
    [InlineData("document", "default-src 'none'; frame-ancestors 'self'")]
    [InlineData("plain", "frame-ancestors 'self'")]
    [InlineData("page", "default-src 'self'; script-src")]
    public async Task Each_answer_carries_the_strictest_policy_said_of_it(string kind, string expected)
    {
        var builder = WebApplication.CreateSlimBuilder(Settings.Unwatched([]));
        builder.WebHost.UseUrls($"http://127.0.0.1:{Loopback.FreePort()}");
        await using var app = builder.Build();
        app.UseSecurityHeaders();
        app.MapGet("/document", (HttpContext http) =>
        {
            http.Response.OfDocument("label.pdf", download: false);
            return Results.Bytes([1], "application/pdf");
        });
        app.MapGet("/plain", () => Results.Text("plain"));
        app.MapGet("/page", () => Results.Text("<p>page</p>", "text/html"));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.GetAsync(kind);

        Assert.StartsWith(expected, answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/labels/nowhere/at/all")]
    public async Task What_is_not_there_is_a_page_that_says_so(string path)
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Page not found", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Every_page_says_that_it_is_a_sandbox()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        Assert.Contains("data-testid=\"sandbox\"", await client.GetStringAsync("/Account/Login"));
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        Assert.Contains("data-testid=\"sandbox\"", await client.GetStringAsync("/"));
    }

    /// <summary>Forgetting a guard must not pass unseen: each page says who may see it.</summary>
    [Fact]
    public void Every_page_says_who_may_see_it() => Assert.Empty(Unguarded(typeof(Program).Assembly.GetTypes()));

    [Fact]
    public void A_page_that_does_not_say_is_found() => Assert.Equal([nameof(Forgotten)], Unguarded([typeof(Forgotten), typeof(PagesTests)]));

    [Fact]
    public async Task Every_endpoint_says_who_may_call_it()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        var unguarded = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText ?? "")
            // Blazor's own: the circuit checks the user itself, and its script is public.
            .Where(route => !route.TrimStart('/').StartsWith("_blazor", StringComparison.Ordinal) && !route.TrimStart('/').StartsWith("_framework", StringComparison.Ordinal))
            // Static files of a development build.
            .Where(route => route != "{**path:file}")
            .Distinct()
            .ToList();
        Assert.Empty(unguarded);
    }

    private static IReadOnlyList<string> Unguarded(IEnumerable<Type> types) =>
    [
        .. types.Where(type => type.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Length > 0)
            .Where(type => !type.GetCustomAttributes(inherit: true).Any(attribute => attribute is IAuthorizeData or IAllowAnonymous))
            .Select(type => type.Name),
    ];

    [Route("/forgotten")]
    private sealed class Forgotten : ComponentBase;

    [GeneratedRegex("'nonce-([^']+)'")]
    private static partial Regex Nonce();

    [GeneratedRegex("<[^>]+\\son[a-z]+=", RegexOptions.IgnoreCase)]
    private static partial Regex InlineHandler();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Script();
}
