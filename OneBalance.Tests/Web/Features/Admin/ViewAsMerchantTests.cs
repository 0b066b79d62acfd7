using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web.Components.Account;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>Support looks as a merchant: marked on every page, without its own roles, told in the trail, and with a way out.</summary>
public sealed partial class ViewAsMerchantTests
{
    [Fact]
    public async Task Support_sees_the_merchants_pages_marked_and_nothing_of_its_own_until_it_ends()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        long merchant;
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            merchant = (await db.Merchants.SingleAsync()).Id.Value;
        }

        string account = $"/admin/accounts/{merchant}";
        Assert.Equal($"{account}?view=reason", (await PostAsync(client, account, $"{account}/view", "short")).Headers.Location?.ToString());
        Assert.Equal("/", (await PostAsync(client, account, $"{account}/view", "The merchant asked what the balance shows.")).Headers.Location?.ToString());

        foreach (string page in new[] { "/", "/labels", "/balance", "/settings", "/Account/Manage" })
        {
            Assert.Contains("data-testid=\"viewing\"", await client.GetStringAsync(page), StringComparison.Ordinal);
        }

        Assert.Contains("/Account/AccessDenied", (await client.GetAsync("/admin")).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(client, "/", "/Account/Manage/ChangePassword", "x")).StatusCode);

        Assert.Equal(account, (await PostAsync(client, "/", "/admin/view/end", "")).Headers.Location?.ToString());
        Assert.DoesNotContain("data-testid=\"viewing\"", await client.GetStringAsync("/admin"), StringComparison.Ordinal);
        Assert.Contains("/Account/AccessDenied", (await client.GetAsync("/balance")).Headers.Location!.ToString(), StringComparison.Ordinal);
        await using var trail = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(
            [(AuditAction.ViewStarted, (string?)"The merchant asked what the balance shows."), (AuditAction.ViewEnded, null)],
            (await trail.AuditEntries.Where(line => line.Action != AuditAction.AccountViewed).OrderBy(line => line.At).ToListAsync()).Select(line => (line.Action, line.Reason)));
    }

    [Fact]
    public async Task Looking_ends_with_the_hour_and_with_signing_out_and_each_end_is_told_once()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, time, new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        using var client = app.CreateClient();
        await BeginAsync(app, client);
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Contains("data-testid=\"viewing\"", await client.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(0, await EndedAsync());

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("/Account/Login", (await client.GetAsync("/balance")).Headers.Location?.ToString());
        Assert.Contains("/Account/Login", (await client.GetAsync("/balance")).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await EndedAsync());

        using var other = app.CreateClient();
        await BeginAsync(app, other);
        await PostAsync(other, "/", "/Account/Logout", "");
        Assert.Contains("/Account/Login", (await other.GetAsync("/balance")).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await EndedAsync());

        async Task<int> EndedAsync()
        {
            await using var db = await app.Contexts.CreateDbContextAsync();
            return await db.AuditEntries.CountAsync(line => line.Action == AuditAction.ViewEnded);
        }
    }

    [Fact]
    public async Task The_hour_ends_a_page_that_stayed_open_too()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, time, new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        await using var scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        var principal = await scope.ServiceProvider.GetRequiredService<SignInManager<AppUser>>().CreateUserPrincipalAsync((await users.FindByEmailAsync(DemoAccounts.SupportEmail))!);
        var looking = (ClaimsIdentity)principal.Identity!;
        looking.AddClaim(new Claim(MerchantClaims.LookOnly, "Maple Parcels"));
        looking.AddClaim(new Claim("look_until", time.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        var circuit = ActivatorUtilities.CreateInstance<RevalidatingAuthentication>(scope.ServiceProvider);
        var validate = typeof(RevalidatingAuthentication).GetMethod("ValidateAuthenticationStateAsync", BindingFlags.Instance | BindingFlags.NonPublic)!;

        Assert.True(await StaysAsync());
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(await StaysAsync());

        Task<bool> StaysAsync() => (Task<bool>)validate.Invoke(circuit, [new AuthenticationState(principal), CancellationToken.None])!;
    }

    [Fact]
    public async Task A_refused_press_while_looking_is_told_on_a_page_and_looking_makes_support_no_key()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        using var client = app.CreateClient();
        await BeginAsync(app, client);
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            // As support stands who signs in with a passkey: no authenticator app, and no key for one yet.
            await db.Users.Where(user => user.Email == DemoAccounts.SupportEmail).ExecuteUpdateAsync(set => set.SetProperty(user => user.TwoFactorEnabled, false));
            await db.UserTokens.ExecuteDeleteAsync();
        }

        string page = await client.GetStringAsync("/Account/Manage/TwoFactorAuthentication");
        Assert.DoesNotContain("authenticator-key", page, StringComparison.Ordinal);
        Assert.Contains("data-testid=\"viewing\"", await client.GetStringAsync("/"), StringComparison.Ordinal);

        using var press = new HttpRequestMessage(HttpMethod.Post, "/Account/Manage/ChangePassword") { Content = new FormUrlEncodedContent([new("_handler", "change-password")]) };
        press.Headers.Accept.ParseAdd("text/html");
        using var answer = await client.SendAsync(press);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("<h1", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_merchant_cannot_begin_to_look_as_another()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);

        var answer = await PostAsync(client, "/", "/admin/accounts/1/view", "I would like to see it.");

        Assert.Contains("/Account/AccessDenied", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private static async Task BeginAsync(TestApp app, HttpClient client)
    {
        await client.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        long merchant;
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            merchant = (await db.Merchants.SingleAsync()).Id.Value;
        }

        string account = $"/admin/accounts/{merchant}";
        Assert.Equal("/", (await PostAsync(client, account, $"{account}/view", "The merchant asked what the balance shows.")).Headers.Location?.ToString());
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string page, string to, string reason)
    {
        string token = WebUtility.HtmlDecode(Token().Match(await client.GetStringAsync(page)).Groups[1].Value);
        return await client.PostAsync(to, new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("reason", reason)]));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
