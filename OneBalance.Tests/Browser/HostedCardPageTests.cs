using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OneBalance.Web.Emulators.Stripe;

namespace OneBalance.Tests.Browser;

/// <summary>The emulated processor's pages as a cardholder sees them.</summary>
public sealed class HostedCardPageTests(Chromium chromium)
{
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    public async Task A_card_is_typed_corrected_and_confirmed_at_the_bank(bool french, bool dark, bool phone)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, (phone ? Look.Phone : Look.Desktop) with { French = french, Dark = dark });
        var page = visitor.Page;
        await page.GotoAsync(await OpenCardPageAsync(app, french ? "fr-CA" : "en"));
        await visitor.AssertAccessibleAsync("hosted-card-page");
        await visitor.AssertNoHorizontalScrollAsync("hosted-card-page");

        var number = page.GetByLabel(french ? "Numéro de carte" : "Card number", new() { Exact = true });
        await number.FillAsync("4111 1111 1111 1111");
        await page.GetByLabel(french ? "Date d’expiration" : "Expiry date").FillAsync("12 / 34");
        await page.GetByLabel("CVC").FillAsync("123");

        // A form sent back comes with status 400, of which the browser's console complains.
        await visitor.WithoutListeningAsync(async () =>
        {
            await SaveAsync();
            await page.GetByRole(Microsoft.Playwright.AriaRole.Alert).WaitForAsync();
        });
        Assert.Equal("4111 1111 1111 1111", await number.InputValueAsync());
        await visitor.AssertAccessibleAsync("hosted-card-page-with-errors");

        await number.FillAsync("4000 0025 0000 3155");
        await SaveAsync();
        var complete = page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = french ? "Confirmer" : "Complete", Exact = true });
        await complete.WaitForAsync();
        await visitor.AssertAccessibleAsync("bank-page");
        await visitor.AssertNoHorizontalScrollAsync("bank-page");
        await complete.ClickAsync();
        await page.WaitForURLAsync(url => url.StartsWith(app.BaseAddress + "Account/Login?session=cs_test_", StringComparison.Ordinal));

        Task SaveAsync() => page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = french ? "Enregistrer la carte" : "Save card", Exact = true }).ClickAsync();
    }

    private static async Task<string> OpenCardPageAsync(PublishedApp app, string locale)
    {
        var customer = await PostAsync(app, "/v1/customers", new() { ["email"] = "owner@example.com" });
        var session = await PostAsync(app, "/v1/checkout/sessions", new()
        {
            ["mode"] = "setup",
            ["currency"] = "cad",
            ["customer"] = customer["id"]!.GetValue<string>(),
            ["success_url"] = app.BaseAddress + "Account/Login?session={CHECKOUT_SESSION_ID}",
            ["cancel_url"] = app.BaseAddress.ToString(),
            ["locale"] = locale,
        });
        return session["url"]!.GetValue<string>();
    }

    private static async Task<JsonObject> PostAsync(PublishedApp app, string path, Dictionary<string, string> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("Authorization", $"Bearer {StripeEmulatorSettings.DefaultSecretKey}");
        using var answer = await app.Stripe.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
