using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>The product without a mouse.</summary>
public sealed class KeyboardTests(Chromium chromium)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_mark_lists_the_shortcuts_and_each_of_them_works(bool french)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, french ? Look.Phone with { French = true } : Look.Desktop);
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await merchant.SignInAsync();

        await PressAsync(page, "?");
        await Assertions.Expect(merchant.Dialog).ToContainTextAsync(merchant.In("Go to the search field of the page", "Aller au champ de recherche de la page"));
        await Assertions.Expect(merchant.Dialog.Locator("kbd")).ToHaveTextAsync(["n", "l", "b", "h", "/", "?"]);
        await Assertions.Expect(merchant.Dialog.GetByRole(AriaRole.Checkbox)).ToBeEnabledAsync();
        await visitor.AssertAccessibleInBothThemesAsync("shortcuts");
        await visitor.AssertNoHorizontalScrollAsync("shortcuts");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(merchant.Dialog).ToBeHiddenAsync();

        foreach (var (key, address) in new[] { ("l", "**/labels"), ("b", "**/balance"), ("h", $"{app.BaseAddress.OriginalString}/"), ("n", "**/labels/new/*") })
        {
            await PressAsync(page, key);
            await page.WaitForURLAsync(address);
            await merchant.InteractiveAsync();
            await Assertions.Expect(page.Locator("h1")).ToBeFocusedAsync();
        }

        // While somebody types, a letter is a letter.
        var city = page.Locator("#ship-to-city");
        await city.FocusAsync();
        await page.Keyboard.TypeAsync("b?l");
        await Assertions.Expect(city).ToHaveValueAsync("b?l");
        Assert.Contains("/labels/new/", page.Url);

        await merchant.OpenAsync("/labels");
        await PressAsync(page, "/");
        var search = page.Locator("input[type=search]");
        await Assertions.Expect(search).ToBeFocusedAsync();

        // A page that comes late to its heading leaves the focus to whoever types already.
        const string FocusHeading = "async () => (await import('/js/browser.js')).focusHeading()";
        await page.EvaluateAsync(FocusHeading);
        await Assertions.Expect(search).ToBeFocusedAsync();
        await search.BlurAsync();
        await page.EvaluateAsync(FocusHeading);
        await Assertions.Expect(page.Locator("h1")).ToBeFocusedAsync();

        // Turned off, the keys do nothing, and the menu still shows them.
        await merchant.OpenAsync("/help");
        await page.Locator("button[aria-keyshortcuts='?']").DispatchEventAsync("click");
        await merchant.Dialog.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(merchant.Dialog).ToBeHiddenAsync();
        await merchant.OpenAsync("/help");
        await page.Keyboard.PressAsync("b");
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(merchant.Dialog).ToHaveCountAsync(0);
        Assert.EndsWith("/help", page.Url);
        visitor.AssertNoComplaints();
    }

    /// <summary>Presses it once what it presses is there: a page shows what it has read a moment after itself.</summary>
    private static async Task PressAsync(IPage page, string shortcut)
    {
        await Assertions.Expect(page.Locator($"[aria-keyshortcuts='{shortcut}']")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync(shortcut);
    }

    [Fact]
    public async Task A_label_is_made_and_bought_with_the_keyboard_alone()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        var page = visitor.Page;
        await merchant.SignInAsync();
        await merchant.SetUpAsync();
        await merchant.AddFundsAsync(100m);
        await merchant.OpenAsync("/labels");
        await page.EvaluateAsync("addEventListener('mousedown', () => console.error('A mouse was used.'), true)");

        await PressAsync(page, "n");
        await page.WaitForURLAsync("**/labels/new/*");
        var to = SampleAddress.Of("Royal Ontario Museum");
        await TypeAsync("#ship-to-name", to.Name);
        await TypeAsync("#ship-to-company", to.Company);
        await TypeAsync("#ship-to-line1", to.Line1);
        await ChooseProvinceAsync();
        await TypeAsync("#ship-to-postal-code", to.PostalCode);
        await TypeAsync("#ship-to-phone", to.Phone);
        await TypeAsync("#parcel-weight", "1.2");
        await TypeAsync("#parcel-length", "30");
        await TypeAsync("#parcel-width", "20");
        await TypeAsync("#parcel-height", "10");
        await TabToAsync("document.activeElement.textContent.trim() === 'Get rates'");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(merchant.BuyLabel).ToBeVisibleAsync();
        await BuyAsync();

        // What is missing is said, and there is the focus.
        await Assertions.Expect(page.Locator("#ship-to-city")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(to.City);
        await BuyAsync();

        // The next thing to do is to print, and there is the focus.
        await merchant.BoughtAsync();
        await Assertions.Expect(merchant.Button("Print", "")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("iframe.preview-frame")).ToBeVisibleAsync();
        visitor.AssertNoComplaints();

        async Task TypeAsync(string field, string text)
        {
            await TabToAsync($"document.activeElement.matches('{field}')");
            await page.Keyboard.TypeAsync(text);
        }

        async Task BuyAsync()
        {
            await TabToAsync("document.activeElement.dataset.testid === 'buy'");
            await page.Keyboard.PressAsync("Enter");
        }

        async Task TabToAsync(string reached)
        {
            for (int tab = 0; tab < 200; tab++)
            {
                await page.Keyboard.PressAsync("Tab");
                if (await page.EvaluateAsync<bool>(reached))
                {
                    return;
                }
            }

            Assert.Fail($"Tab never reached: {reached}");
        }

        async Task ChooseProvinceAsync()
        {
            var province = page.Locator("#ship-to-province");
            var list = page.Locator(".mud-popover-open");
            await TabToAsync("document.activeElement.matches('#ship-to-province')");

            // No list that the keys passed on their way, the countries' say, has stayed open.
            await Assertions.Expect(list).ToHaveCountAsync(0);
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(list).ToHaveCountAsync(1);
            string name = "";
            for (int down = 0; down < 20 && name != "Ontario"; down++)
            {
                await page.Keyboard.PressAsync("ArrowDown");
                await Assertions.Expect(province).Not.ToHaveValueAsync(name);
                name = await province.InputValueAsync();
            }

            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(list).ToHaveCountAsync(0);
            await Assertions.Expect(province).ToHaveValueAsync("Ontario");
        }
    }
}
