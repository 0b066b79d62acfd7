using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>
/// Every page in both languages and both themes: no accessibility violation, no complaint, no sideways scrolling. English on a
/// desk; French, whose words are longer, at 320 px.
/// </summary>
public sealed class LooksTests(Chromium chromium)
{
    public static TheoryData<bool, bool> All => new() { { false, false }, { true, true } };

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_page_is_accessible_and_fits(bool french, bool phone)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, (phone ? Look.Phone : Look.Desktop) with { French = french });
        var merchant = new Merchant(visitor);
        var problems = new List<string>();

        foreach (string page in new[] { "Account/Login", "Account/Register", "Account/ForgotPassword", "Account/ResendEmailConfirmation", "Account/RegisterConfirmation", "dev/mail", "not-found", "notices/stop", "help", "help?q=label", "help/finish-setup", "terms" })
        {
            await visitor.Page.GotoAsync($"/{page}");
            await LookAsync(page);
        }

        await merchant.SignInAsync();
        foreach (string page in new[] { "", "labels", "manifests", "balance", "balance/auto-funding", "balance/disputes", "set-up" })
        {
            await merchant.OpenAsync($"/{page}");
            await LookAsync(page.Length == 0 ? "home" : $"{page}-empty");
        }

        await merchant.SetUpToTermsAsync();
        await LookAsync("set-up-terms");
        await merchant.Terms.CheckAsync();
        await merchant.FinishSetup.ClickAsync();
        await Assertions.Expect(merchant.Button("Not now", "Pas maintenant")).ToBeVisibleAsync();
        await LookAsync("set-up-auto-funding");
        await merchant.Button("Not now", "Pas maintenant").ClickAsync();
        await Assertions.Expect(merchant.Heading("You are ready", "Vous êtes prêt")).ToBeVisibleAsync();
        await LookAsync("set-up-done");

        await merchant.OpenAsync("/balance");
        await merchant.Button("Add funds", "Ajouter des fonds").ClickAsync();
        await Assertions.Expect(merchant.Dialog.Locator("#add-funds-amount")).ToBeVisibleAsync();
        await LookAsync("add-funds-dialog");
        await merchant.AddFundsAsync(100m);
        await LookAsync("balance");

        await merchant.GetRatesAsync();
        await LookAsync("rates");
        await merchant.BuyLabel.ClickAsync();
        await merchant.BoughtAsync();
        await LookAsync("bought");
        await merchant.Link("See this label", "Voir cette étiquette").ClickAsync();
        await Assertions.Expect(merchant.Heading("Timeline", "Chronologie")).ToBeVisibleAsync();
        await LookAsync("label");
        await merchant.OpenAsync("/labels");
        await LookAsync("labels");
        foreach (string page in new[] { "statements", "refunds", "account/cancel", "settings/notices", "settings/team", "batches", "address-book", "address-book?part=senders", "address-book?part=parcels" })
        {
            await merchant.OpenAsync($"/{page}");
            await LookAsync(page);
        }

        await merchant.OpenAsync("/batches");
        await visitor.Page.Locator("#batch-file").SetInputFilesAsync(new FilePayload { Name = "parcels.csv", MimeType = "text/csv", Buffer = "name,weight\nSample Recipient,heavy\n"u8.ToArray() });
        await visitor.Page.WaitForURLAsync("**/batches/*");
        await visitor.Page.Locator("#line-1 button[aria-expanded]").ClickAsync();
        await Assertions.Expect(visitor.Page.Locator("#line-1-Weight")).ToBeVisibleAsync();
        await LookAsync("batch");

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
        visitor.AssertNoComplaints();

        // All of them are looked at before the test fails: one run tells everything.
        async Task LookAsync(string name)
        {
            foreach (var check in new Func<Task>[] { () => visitor.AssertAccessibleInBothThemesAsync(name.Replace('/', '-').Replace('?', '-')), () => visitor.AssertNoHorizontalScrollAsync(name) })
            {
                try
                {
                    await check();
                }
                catch (Xunit.Sdk.XunitException failure)
                {
                    problems.Add(failure.Message);
                }
            }
        }
    }
}
