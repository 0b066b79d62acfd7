using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Features.Accounts;

/// <summary>Signing up, confirming and signing in over HTTP, on both databases.</summary>
public sealed partial class AccountPagesTests
{
    private const string Password = "correct horse";

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_newcomer_signs_up_confirms_and_signs_in(DatabaseProvider provider)
    {
        await using var app = await TestApp.StartAsync(provider);
        using var client = app.CreateClient();

        var signedUp = await client.SignUpAsync("new@example.com");
        Assert.EndsWith("/Account/RegisterConfirmation", Where(signedUp));
        Assert.Contains("confirm your e-mail address first", WebUtility.HtmlDecode(await Body(client.SignInAsync("new@example.com", Password))));

        string link = await LinkAsync(app, "new@example.com");
        Assert.Contains("Your address is confirmed", await client.GetStringAsync(link));
        Assert.Contains("Your address is confirmed", await client.GetStringAsync(link));

        var signedIn = await client.SignInAsync("new@example.com", Password, "/balance");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.EndsWith("/balance", Where(signedIn));
        Assert.Contains("Northern Lights Paper", await client.GetStringAsync("/"));

        await using var db = await app.Contexts.CreateDbContextAsync();
        var user = await db.Users.SingleAsync(u => u.Email == "new@example.com");
        var merchant = await db.Merchants.SingleAsync(m => m.Id == user.MerchantId);
        Assert.Equal("K1A0A9", merchant.Address.PostalCode);
        Assert.Null(merchant.SetUpFinishedAt);
        Assert.Equal(Language.English, user.Language);
    }

    [Fact]
    public async Task A_refused_sign_up_keeps_what_was_typed_and_makes_nothing()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        string html = WebUtility.HtmlDecode(await Body(client.SignUpAsync("new@example.com", "short", postalCode: "V6B 1A1")));
        Assert.Contains("Use at least 10 characters.", html);
        Assert.Contains("belongs to British Columbia", html);
        Assert.Contains("value=\"Northern Lights Paper\"", html);
        Assert.DoesNotContain("value=\"short\"", html);
        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.False(await db.Users.AnyAsync(u => u.Email == "new@example.com"));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Signing_up_with_a_known_address_looks_the_same_and_tells_its_owner(DatabaseProvider provider)
    {
        await using var app = await TestApp.StartAsync(provider);
        using var client = app.CreateClient();
        var known = await client.SignUpAsync(DemoAccounts.MerchantEmail);
        var unknown = await client.SignUpAsync("new@example.com");
        Assert.Equal(known.StatusCode, unknown.StatusCode);
        Assert.Equal(Where(known), Where(unknown));

        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(1, await db.Users.CountAsync(u => u.Email == DemoAccounts.MerchantEmail));
        Assert.Equal(2, await db.Merchants.CountAsync());
        Assert.Equal("You already have an account", (await db.OutgoingMails.SingleAsync(m => m.To == DemoAccounts.MerchantEmail)).Subject);
    }

    [Fact]
    public async Task The_same_address_signed_up_twice_at_once_makes_one_account()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var one = app.CreateClient();
        using var other = app.CreateClient();
        var answers = await Task.WhenAll(one.SignUpAsync("new@example.com"), other.SignUpAsync("new@example.com"));
        Assert.All(answers, answer => Assert.EndsWith("/Account/RegisterConfirmation", Where(answer)));
        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(1, await db.Users.CountAsync(u => u.Email == "new@example.com"));
        Assert.Equal(1, await db.Merchants.CountAsync(m => m.ContactEmail == "new@example.com"));
    }

    [Fact]
    public async Task Known_and_unknown_addresses_cannot_be_told_apart()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();

        for (int attempt = 1; attempt <= 5; attempt++)
        {
            var known = await client.SignInAsync(DemoAccounts.MerchantEmail, "not the password");
            var unknown = await client.SignInAsync("nobody@example.com", "not the password");
            Assert.Equal(known.StatusCode, unknown.StatusCode);
            Assert.Equal(Where(known), Where(unknown));
            Assert.Equal(
                Forms.Stable(await known.Content.ReadAsStringAsync()).Replace(DemoAccounts.MerchantEmail, "?", StringComparison.Ordinal),
                Forms.Stable(await unknown.Content.ReadAsStringAsync()).Replace("nobody@example.com", "?", StringComparison.Ordinal).Replace(DemoAccounts.MerchantEmail, "?", StringComparison.Ordinal));
        }

        Assert.EndsWith("/Account/Lockout", Where(await client.SignInAsync("nobody@example.com", "not the password")));
        Assert.EndsWith("/Account/Lockout", Where(await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword)));

        foreach (string page in (string[])["ForgotPassword:forgot", "ResendEmailConfirmation:resend"])
        {
            string[] parts = page.Split(':');
            string known = await Body(client.SendAsync($"/Account/{parts[0]}", parts[1], ("Input.Email", DemoAccounts.MerchantEmail)));
            string unknown = await Body(client.SendAsync($"/Account/{parts[0]}", parts[1], ("Input.Email", "nobody@example.com")));
            Assert.Contains("a mail is on its way", known);
            Assert.Equal(Forms.Stable(known), Forms.Stable(unknown));
        }

        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.False(await db.OutgoingMails.AnyAsync(m => m.To == "nobody@example.com"));
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_once_by_the_mailed_link()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SendAsync("/Account/ForgotPassword", "forgot", ("Input.Email", DemoAccounts.MerchantEmail));
        string link = await LinkAsync(app, DemoAccounts.MerchantEmail);
        (string, string)[] fields = [("Input.Email", DemoAccounts.MerchantEmail), ("Input.Password", "another sentence")];

        Assert.Contains("Your password is changed", await Body(client.SendAsync(link, "reset", fields)));
        Assert.Contains("was used already", await Body(client.SendAsync(link, "reset", fields)));
        Assert.Equal(HttpStatusCode.OK, (await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await client.SignInAsync(DemoAccounts.MerchantEmail, "another sentence")).StatusCode);
    }

    [Theory]
    [InlineData("/", "/Account/Login")]
    [InlineData("/settings", "/Account/Login")]
    [InlineData("/admin", "/Account/Login")]
    [InlineData("/Account/Manage", "/Account/Login")]
    public async Task Nobody_signed_in_is_asked_to_sign_in(string page, string asked)
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        var answer = await client.GetAsync(page);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains(asked, Where(answer));
    }

    [Fact]
    public async Task A_merchant_does_not_see_the_admin_page_and_support_no_merchants_pages()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var merchant = app.CreateClient();
        await merchant.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        Assert.Contains("/Account/AccessDenied", Where(await merchant.GetAsync("/admin")));

        using var support = app.CreateClient();
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        Assert.Equal(HttpStatusCode.OK, (await support.GetAsync("/admin")).StatusCode);
        Assert.Contains("/Account/AccessDenied", Where(await support.GetAsync("/settings")));
    }

    [Fact]
    public async Task Signing_in_never_leads_to_another_site()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        var answer = await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword, "https://evil.example/");
        Assert.Equal(app.BaseAddress, new Uri(app.BaseAddress, Where(answer)));
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_are_stopped_for_a_while()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Accounts:AttemptsPerMinute"] = "3" });
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage? last = null;
        for (int attempt = 0; attempt < 4; attempt++)
        {
            last = await client.SignInAsync("nobody@example.com", "not the password");
            statuses.Add(last.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        Assert.Contains("Too many attempts", await last!.Content.ReadAsStringAsync());
    }

    /// <summary>The browser asks for a passkey's options by itself at each look.</summary>
    [Fact]
    public async Task Looking_at_the_sign_in_page_uses_up_no_attempt_to_sign_in()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Accounts:AttemptsPerMinute"] = "3" });
        using var client = app.CreateClient();

        var asked = new List<HttpStatusCode>();
        for (int look = 0; look < 4; look++)
        {
            using var options = await client.PostAsync("/Account/PasskeyRequestOptions", null);
            asked.Add(options.StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, asked[3]);
        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, asked.Take(3));
        var signedIn = await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        Assert.Equal(app.BaseAddress, new Uri(app.BaseAddress, Where(signedIn)));
    }

    [Fact]
    public async Task Seeding_again_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        await app.InScopeAsync<DemoAccounts, bool>(async demo =>
        {
            await demo.SeedAsync(CancellationToken.None);
            return true;
        });
        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(4, await db.Users.CountAsync());
        var merchant = await db.Merchants.SingleAsync();
        Assert.Null(merchant.SetUpFinishedAt);
    }

    [Fact]
    public async Task The_language_is_the_browsers_until_switched_and_the_switch_is_remembered()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr;q=0.9, en;q=0.8");
        Assert.Contains("<html lang=\"fr-CA\"", await client.GetStringAsync("/Account/Login"));

        var switched = await client.GetAsync("/language/en?returnUrl=%2FAccount%2FLogin");
        Assert.Equal("/Account/Login", Where(switched));
        Assert.Contains("<html lang=\"en-CA\"", await client.GetStringAsync("/Account/Login"));

        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        await client.GetAsync("/language/fr?returnUrl=%2F");
        Assert.Contains("<html lang=\"fr-CA\"", await client.GetStringAsync("/"));
        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(Language.French, (await db.Users.SingleAsync(u => u.Email == DemoAccounts.MerchantEmail)).Language);
    }

    [Fact]
    public async Task The_switch_of_language_leads_to_no_other_site()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        Assert.Equal("/", Where(await client.GetAsync("/language/fr?returnUrl=https%3A%2F%2Fevil.example")));
    }

    [Fact]
    public async Task The_second_step_is_asked_for_and_a_recovery_code_works_once()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        string page = await client.GetStringAsync("/Account/Manage/TwoFactorAuthentication");
        string key = AuthenticatorKey().Match(page).Groups[1].Value;
        string on = await Body(client.SendAsync("/Account/Manage/TwoFactorAuthentication", "enable", ("Input.Code", Totp.Code(key, DateTimeOffset.UtcNow))));
        string[] codes = [.. RecoveryCode().Matches(on).Select(match => match.Groups[1].Value)];
        Assert.Equal(10, codes.Length);

        using var other = app.CreateClient();
        Assert.Contains("/Account/LoginWith2fa", Where(await other.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword)));
        Assert.Contains("not right", await Body(other.SendAsync("/Account/LoginWithRecoveryCode", "recovery", ("Input.Code", "AAAAA-BBBBB"))));
        Assert.Equal(HttpStatusCode.Redirect, (await other.SendAsync("/Account/LoginWithRecoveryCode", "recovery", ("Input.Code", codes[0].ToLowerInvariant()))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/settings")).StatusCode);

        using var third = app.CreateClient();
        await third.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        Assert.Equal(HttpStatusCode.OK, (await third.SendAsync("/Account/LoginWithRecoveryCode", "recovery", ("Input.Code", codes[0]))).StatusCode);
    }

    [Fact]
    public async Task Weakening_a_sign_in_asks_for_the_password_and_leaves_a_line()
    {
        const string TwoFactor = "/Account/Manage/TwoFactorAuthentication", Passkeys = "/Account/Manage/Passkeys";
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        Assert.True(await app.InScopeAsync<UserManager<AppUser>, bool>(async users =>
        {
            var info = new UserPasskeyInfo([1, 2, 3], [4, 5, 6], DateTimeOffset.UtcNow, 0, ["internal"], true, false, false, [7], [8]) { Name = "Laptop" };
            return (await users.AddOrUpdatePasskeyAsync((await users.FindByEmailAsync(DemoAccounts.MerchantEmail))!, info)).Succeeded;
        }));
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        string key = AuthenticatorKey().Match(await client.GetStringAsync(TwoFactor)).Groups[1].Value;
        await client.SendAsync(TwoFactor, "enable", ("Input.Code", Totp.Code(key, DateTimeOffset.UtcNow)));

        Assert.Contains("not your present password", WebUtility.HtmlDecode(await Body(client.SendAsync(TwoFactor, "disable", ("Off.Password", "wrong")))));
        Assert.Contains("not your present password", WebUtility.HtmlDecode(await Body(client.SendAsync(Passkeys, "remove-passkey", ("Remove.Id", "AQID"), ("Remove.Password", "wrong")))));
        Assert.DoesNotContain("authenticator-key", await client.GetStringAsync(TwoFactor));
        Assert.Contains("Laptop", await client.GetStringAsync(Passkeys));
        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Empty(await db.AuditEntries.ToListAsync());

        Assert.Contains("authenticator-key", await Body(client.SendAsync(TwoFactor, "disable", ("Off.Password", DemoAccounts.MerchantPassword))));
        await client.SendAsync(Passkeys, "remove-passkey", ("Remove.Id", "AQID"), ("Remove.Password", DemoAccounts.MerchantPassword));
        Assert.DoesNotContain("Laptop", await client.GetStringAsync(Passkeys));
        Assert.Equal(
            [(AuditAction.SecondStepSwitchedOff, $"user/{DemoAccounts.MerchantEmail}", "127.0.0.1"), (AuditAction.PasskeyRemoved, $"user/{DemoAccounts.MerchantEmail}", (string?)"127.0.0.1")],
            (await db.AuditEntries.OrderBy(line => line.At).ToListAsync()).Select(line => (line.Action, line.Subject, line.Address)));
    }

    [Fact]
    public async Task A_new_email_address_is_used_only_once_its_link_is_pressed()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        Assert.Contains("not your present password", WebUtility.HtmlDecode(await Body(client.SendAsync("/Account/Manage/Email", "change-email", ("Input.Email", "moved@example.com"), ("Input.Password", "wrong")))));
        await client.SendAsync("/Account/Manage/Email", "change-email", ("Input.Email", "moved@example.com"), ("Input.Password", DemoAccounts.MerchantPassword));

        using var other = app.CreateClient();
        Assert.Equal(HttpStatusCode.Redirect, (await other.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword)).StatusCode);
        Assert.Contains("Your new address is in use", await client.GetStringAsync(await LinkAsync(app, "moved@example.com")));

        using var third = app.CreateClient();
        Assert.Equal(HttpStatusCode.Redirect, (await third.SignInAsync("moved@example.com", DemoAccounts.MerchantPassword)).StatusCode);
        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal("moved@example.com", (await db.Merchants.SingleAsync()).ContactEmail);
    }

    [Fact]
    public async Task The_mail_page_shows_the_mails()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignUpAsync("new@example.com");
        string page = await client.GetStringAsync("/dev/mail");
        Assert.Contains("Confirm your e-mail address", page);
        Assert.Contains("/Account/ConfirmEmail?userId=", page);
    }

    private static string Where(HttpResponseMessage answer) => answer.Headers.Location?.ToString() ?? "";

    private static async Task<string> Body(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync();

    /// <summary>The link in the newest mail to an address.</summary>
    private static async Task<string> LinkAsync(TestApp app, string to)
    {
        await using var db = await app.Contexts.CreateDbContextAsync();
        OutgoingMail mail = await db.OutgoingMails.Where(m => m.To == to).OrderByDescending(m => m.Id).FirstAsync();
        return (await app.TextOfAsync(mail)).Split('\n').Single(line => line.StartsWith("http", StringComparison.Ordinal));
    }

    [GeneratedRegex("data-testid=\"authenticator-key\">([a-z2-7 ]+)<")]
    private static partial Regex AuthenticatorKey();

    [GeneratedRegex("<li><code>([A-Z0-9]{5}-[A-Z0-9]{5})</code></li>")]
    private static partial Regex RecoveryCode();
}
