using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>
/// Every page of a merchant in both languages and both themes: no accessibility violation, no complaint, no sideways scrolling.
/// All pages in English on a desk, light and dark (<see cref="DeskLooksTests"/>), and in French, whose words are longer, at
/// 320 px and dark (<see cref="PhoneLooksTests"/>); those of the journey the other way round too. Each in a class of its own,
/// since the cases of one class wait for each other.
/// The pages of accounts and of support are in <see cref="AccountLooksTests"/> and <see cref="SupportLooksTests"/>.
/// </summary>
public sealed class LooksTests(Chromium chromium)
{
    /// <summary>What everybody sees who buys a label.</summary>
    private static readonly string[] Journey =
        ["/", "/set-up", "/balance", "/balance/top-ups/{Id}", "/labels", "/labels/new/{Id:guid}", "/labels/{Id:guid}"];

    private static readonly string[] Further =
    [
        "/account/cancel", "/address-book", "/address-book/erase", "/balance/adjustments", "/balance/auto-funding", "/balance/disputes", "/batches", "/batches/{Id:guid}",
        "/manifests", "/manifests/{Id:guid}", "/refunds", "/settings", "/settings/notices", "/settings/team", "/statements",
    ];

    /// <summary>Only the way to a new label's own page; and a page for developers, at which RefundTests looks.</summary>
    private static readonly string[] Passing = ["/labels/new", "/dev/clock"];

    [Fact]
    public void Every_page_of_the_product_has_a_look() =>
        Assert.Equal([], Unlooked(Looks.RoutesOfProduct));

    [Fact]
    public void A_page_without_a_look_is_found() =>
        Assert.Equal(["/forgotten/{Id:guid}"], Unlooked(["/labels", "/forgotten/{Id:guid}", "/Account/Login"]));

    [Fact]
    public async Task A_flaw_of_a_page_is_found()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        await visitor.Page.GotoAsync("/Account/Login");
        await visitor.AssertAccessibleAsync("sound");
        await visitor.Page.EvaluateAsync("""
            () => {
              document.querySelector('main').append(Object.assign(document.createElement('img'), { src: '/favicon.svg' }));
              document.querySelector('h1').style.color = '#eee';
            }
            """);

        var flaws = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => visitor.AssertAccessibleAsync("flawed"));

        Assert.Contains("image-alt (critical)", flaws.Message);
        Assert.Contains("color-contrast (serious)", flaws.Message);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public Task Every_page_of_the_journey_is_accessible_and_fits(bool french, bool phone) =>
        AssertEveryPageIsGoodAsync(chromium, (phone ? Look.Phone : Look.Desktop) with { French = french, Dark = french }, bothThemes: false, everything: false);

    internal static async Task AssertEveryPageIsGoodAsync(Chromium chromium, Look look, bool bothThemes, bool everything)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, look);
        var merchant = new Merchant(visitor);
        var looks = new Looks(visitor, bothThemes);
        var page = visitor.Page;

        await merchant.SignInAsync();
        await LookAtAsync("-empty", "", "labels", "balance", "set-up");
        if (everything)
        {
            await LookAtAsync("-empty", "manifests", "balance/auto-funding", "balance/disputes", "balance/adjustments");
        }

        await merchant.OpenAsync("/set-up");
        await merchant.SetUpToTermsAsync();
        await looks.AtAsync("set-up-terms");
        await merchant.Terms.CheckAsync();
        await merchant.FinishSetup.ClickAsync();
        await Assertions.Expect(merchant.Button("Not now", "Pas maintenant")).ToBeVisibleAsync();
        await looks.AtAsync("set-up-auto-funding");
        await merchant.Button("Not now", "Pas maintenant").ClickAsync();
        await Assertions.Expect(merchant.Heading("You are ready", "Vous êtes prêt")).ToBeVisibleAsync();
        await looks.AtAsync("set-up-done");

        await merchant.GetRatesAsync();
        await looks.AtAsync("rates");
        await merchant.BuyLabel.ClickAsync();
        await Assertions.Expect(merchant.Dialog.Locator("#add-funds-amount")).ToBeVisibleAsync();
        await looks.AtAsync("short-of-funds");
        string label = new Uri(page.Url).AbsolutePath;

        await merchant.OpenAsync("/balance");
        await merchant.Button("Add funds", "Ajouter des fonds").ClickAsync();
        await Assertions.Expect(merchant.Dialog.Locator("#add-funds-amount")).ToBeVisibleAsync();
        await looks.AtAsync("add-funds-dialog");
        await merchant.AddFundsAsync(100m);
        await looks.AtAsync("balance");
        await page.Locator("a[href*='/balance/top-ups/']").First.ClickAsync();
        await page.WaitForURLAsync("**/balance/top-ups/*");
        await merchant.InteractiveAsync();
        await looks.AtAsync("top-up");

        await merchant.OpenAsync(label);
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await looks.AtAsync("bought");
        await merchant.Link("See this label", "Voir cette étiquette").ClickAsync();
        await Assertions.Expect(merchant.Heading("Timeline", "Chronologie")).ToBeVisibleAsync();
        await looks.AtAsync("label");
        await merchant.OpenAsync("/labels");
        await looks.AtAsync("labels");
        await LookAtAsync("", "");
        if (everything)
        {
            await LookFurtherAsync();
        }

        looks.AssertGood(everything ? [.. Journey, .. Further] : Journey);
        visitor.AssertNoComplaints();

        async Task LookAtAsync(string suffix, params string[] paths)
        {
            foreach (string path in paths)
            {
                await merchant.OpenAsync($"/{path}");
                await looks.AtAsync((path.Length == 0 ? "home" : path) + suffix);
            }
        }

        async Task LookFurtherAsync()
        {
            await merchant.OpenAsync("/labels");
            var row = page.GetByTestId("label-row");
            await row.GetByRole(AriaRole.Button, new() { NameRegex = new(merchant.In("^Print", "^Imprimer")) }).ClickAsync();
            await Assertions.Expect(merchant.Dialog.Locator("iframe")).ToBeVisibleAsync();
            await looks.AtAsync("preview-dialog");
            await page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(merchant.Dialog).ToBeHiddenAsync();
            await row.GetByRole(AriaRole.Checkbox).CheckAsync();
            await page.Locator(".selection-actions").GetByRole(AriaRole.Button, new() { NameRegex = new(merchant.In("^Print", "^Imprimer")) }).ClickAsync();
            await Assertions.Expect(merchant.Dialog.Locator("iframe")).ToBeVisibleAsync();
            await looks.AtAsync("print-selected");

            await LookAtAsync("", "statements", "refunds", "account/cancel", "settings", "settings/notices", "settings/team", "batches", "address-book", "address-book?part=senders", "address-book?part=parcels");
            await merchant.OpenAsync($"/address-book/erase?label={label[(label.LastIndexOf('/') + 1)..]}");
            await Assertions.Expect(page.GetByTestId("held")).ToBeVisibleAsync();
            await looks.AtAsync("address-book-erase");
            await merchant.OpenAsync("/batches");
            await page.Locator("#batch-file:enabled").SetInputFilesAsync(new FilePayload { Name = "parcels.csv", MimeType = "text/csv", Buffer = "name,weight\nSample Recipient,heavy\n"u8.ToArray() });
            await page.WaitForURLAsync("**/batches/*");
            await page.Locator("#line-1 button[aria-expanded]").ClickAsync();
            await Assertions.Expect(page.Locator("#line-1-Weight")).ToBeVisibleAsync();
            await looks.AtAsync("batch");

            await merchant.OpenAsync("/manifests");
            await merchant.Button("Close the day", "Fermer la journée").ClickAsync();
            await merchant.Button("Close the day", "Fermer la journée").ClickAsync();
            await Assertions.Expect(page.GetByTestId("manifest-document")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
            await page.GetByTestId("manifest-row").Locator("a").First.ClickAsync();
            await Assertions.Expect(page.GetByTestId("manifest-label")).ToHaveCountAsync(1);
            await looks.AtAsync("manifest");
        }
    }

    private static IReadOnlyList<string> Unlooked(IEnumerable<string> routes) =>
        [.. routes.Except([.. Journey, .. Further, .. Passing, .. AccountLooksTests.Routes, .. SupportLooksTests.Routes])];
}

/// <summary>See <see cref="LooksTests"/>.</summary>
public sealed class DeskLooksTests(Chromium chromium)
{
    [Fact]
    public Task Every_page_is_accessible_and_fits() =>
        LooksTests.AssertEveryPageIsGoodAsync(chromium, Look.Desktop, bothThemes: true, everything: true);
}

/// <summary>See <see cref="LooksTests"/>.</summary>
public sealed class PhoneLooksTests(Chromium chromium)
{
    [Fact]
    public Task Every_page_is_accessible_and_fits() =>
        LooksTests.AssertEveryPageIsGoodAsync(chromium, Look.Phone with { French = true, Dark = true }, bothThemes: false, everything: true);
}
