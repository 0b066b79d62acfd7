using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>Passkeys with an authenticator built into the browser: added, used instead of a password, and enough for support's desk.</summary>
public sealed class PasskeyTests(Chromium chromium)
{
    [Fact]
    public async Task A_passkey_that_was_added_signs_in_without_a_password_until_it_is_removed()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        await AddAuthenticatorAsync(visitor);
        await merchant.SignInAsync();
        await AddPasskeyAsync(visitor, merchant);
        await visitor.AssertAccessibleAsync("passkeys");
        await SignOutAsync(merchant, "/settings");

        await SignInByPasskeyAsync(visitor, merchant);
        await visitor.Page.WaitForURLAsync(url => !url.Contains("/Account/", StringComparison.Ordinal));
        await merchant.OpenAsync("/settings");
        await Assertions.Expect(merchant.Heading("Settings", "Paramètres")).ToBeVisibleAsync();

        await visitor.Page.GotoAsync("/Account/Manage/Passkeys");
        await visitor.Page.Locator("[name='Remove.Password']").FillAsync(Merchant.DemoPassword);
        await visitor.Page.Locator("button[name='Remove.Id']").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("button[name='Remove.Id']")).ToHaveCountAsync(0);
        visitor.AssertNoComplaints();
    }

    [Fact]
    public async Task A_passkey_is_the_second_factor_of_support()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var support = new Merchant(visitor);
        await AddAuthenticatorAsync(visitor);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await AddPasskeyAsync(visitor, support);
        await SignOutAsync(support, "/admin");

        await SignInByPasskeyAsync(visitor, support);
        await visitor.Page.WaitForURLAsync(url => !url.Contains("/Account/", StringComparison.Ordinal));
        await support.OpenAsync("/admin");
        await Assertions.Expect(visitor.Page.GetByTestId("queue-Cancellations")).ToBeVisibleAsync();
        visitor.AssertNoComplaints();
    }

    /// <summary>One that knows its person and never asks.</summary>
    private static async Task AddAuthenticatorAsync(Visitor visitor)
    {
        var browser = await visitor.Context.NewCDPSessionAsync(visitor.Page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    private static async Task AddPasskeyAsync(Visitor visitor, Merchant person)
    {
        await visitor.Page.GotoAsync("/Account/Manage/Passkeys");
        await person.Button("Add a passkey", "Ajouter une clé d’accès").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByText("Passkey 1", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static async Task SignOutAsync(Merchant person, string page)
    {
        await person.OpenAsync(page);
        await person.Button("Sign out", "Se déconnecter").First.ClickAsync();
        await person.Page.WaitForURLAsync("**/Account/Login**");
    }

    /// <summary>The browser may offer it by itself when the page opens; otherwise the button asks for it.</summary>
    private static async Task SignInByPasskeyAsync(Visitor visitor, Merchant person)
    {
        if (!visitor.Page.Url.Contains("/Account/Login", StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            await person.Button("Sign in with a passkey", "Se connecter avec une clé d’accès").ClickAsync(new() { Timeout = 5_000 });
        }
        catch (Exception gone) when (gone is TimeoutException or PlaywrightException && !visitor.Page.Url.Contains("/Account/Login", StringComparison.Ordinal))
        {
            // Signed in by then.
        }
    }
}
