using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Features.Accounts;

/// <summary>Support signs in with a second factor, and reaches nothing of support's without one.</summary>
public sealed partial class SupportSignInTests
{
    private const string Email = "new-support@example.com";
    private const string Password = "correct horse";

    [Fact]
    public void The_shown_code_is_what_an_authenticator_app_shows()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);

        Assert.Equal(Totp.Code(DemoAccounts.SupportSecret.ToLowerInvariant(), now), DemoCode.At(now));
    }

    [Fact]
    public async Task Without_a_second_factor_support_reaches_only_the_page_that_sets_it_up_and_then_the_desk()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        await AddSupportAsync(app);
        using var client = app.CreateClient();
        Assert.Equal(HttpStatusCode.Redirect, (await client.SendPasswordAsync(Email, Password)).StatusCode);

        foreach (string page in new[] { "/", "/admin", "/admin/disputes", "/admin/reconciliation", "/Account/Manage", "/Account/Manage/TwoFactorAuthentication", "/Account/Manage/Passkeys" })
        {
            Assert.Equal("/Account/SecondFactor", (await client.GetAsync(page)).Headers.Location?.ToString());
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/_blazor/negotiate", null)).StatusCode);
        string key = Key().Match(await client.GetStringAsync("/Account/SecondFactor")).Groups[1].Value;
        Assert.Contains("not right", await BodyAsync(client.SendAsync("/Account/SecondFactor", "enable", ("Input.Code", "000000"))), StringComparison.Ordinal);
        string on = await BodyAsync(client.SendAsync("/Account/SecondFactor", "enable", ("Input.Code", Totp.Code(key, DateTimeOffset.UtcNow))));
        Assert.Contains("recovery-codes", on, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin")).StatusCode);

        using var later = app.CreateClient();
        Assert.Contains("/Account/LoginWith2fa", (await later.SendPasswordAsync(Email, Password)).Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_alone_adds_no_second_factor_to_an_account_that_has_one()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        await AddSupportAsync(app, passkey: true);
        using var client = app.CreateClient();
        await client.SendPasswordAsync(Email, Password);

        string page = await client.GetStringAsync("/Account/SecondFactor");
        Assert.DoesNotContain("authenticator-key", page, StringComparison.Ordinal);
        Assert.Contains("start-over", page, StringComparison.Ordinal);
        Assert.Equal("/Account/SecondFactor", (await client.GetAsync("/admin")).Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_merchant_needs_no_second_factor()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/settings")).StatusCode);
    }

    private static Task<bool> AddSupportAsync(TestApp app, bool passkey = false) => app.InScopeAsync<UserManager<AppUser>, bool>(async users =>
    {
        var user = new AppUser { UserName = Email, Email = Email, EmailConfirmed = true };
        Assert.True((await users.CreateAsync(user, Password)).Succeeded);
        Assert.True((await users.AddToRoleAsync(user, Roles.Support)).Succeeded);
        if (passkey)
        {
            var info = new UserPasskeyInfo([1, 2, 3], [4, 5, 6], DateTimeOffset.UtcNow, 0, ["internal"], true, false, false, [7], [8]);
            Assert.True((await users.AddOrUpdatePasskeyAsync(user, info)).Succeeded);
        }

        return true;
    });

    private static async Task<string> BodyAsync(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync();

    [GeneratedRegex("data-testid=\"authenticator-key\">([a-z2-7 ]+)<")]
    private static partial Regex Key();
}
