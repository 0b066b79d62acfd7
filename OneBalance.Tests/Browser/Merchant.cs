using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>
/// What a merchant does on the product's pages, by the names that people and assistive technology read. Both languages'
/// names are spelled out here: a control that changes its name fails.
/// </summary>
internal sealed partial class Merchant(Visitor visitor)
{
    public const string DemoEmail = "demo@example.com";
    public const string DemoPassword = "demo-merchant-1";

    public const string WorkingCard = "4242424242424242";
    public const string DecliningCard = "4000000000000341";
    public const string BanksPageCard = "4000002760003184";

    public IPage Page { get; set; } = visitor.Page;

    public bool French => visitor.Look.French;

    /// <summary>The balance as the chip on every page shows it.</summary>
    public ILocator Chip => Page.GetByTestId("balance-available");

    public string In(string english, string french) => French ? french : english;

    /// <summary><c>$1,234.50</c> or <c>1 234,50 $</c> with no-break spaces.</summary>
    public string Money(decimal dollars) => French
        ? dollars.ToString("N2", CultureInfo.InvariantCulture).Replace(',', '\u00a0').Replace('.', ',') + "\u00a0$"
        : "$" + dollars.ToString("N2", CultureInfo.InvariantCulture);

    public ILocator Button(string english, string french) =>
        Page.GetByRole(AriaRole.Button, new() { Name = In(english, french), Exact = true });

    public ILocator Link(string english, string french) =>
        Page.GetByRole(AriaRole.Link, new() { Name = In(english, french), Exact = true });

    public ILocator Field(string english, string french) => Page.GetByLabel(In(english, french));

    public ILocator Heading(string english, string french) =>
        Page.GetByRole(AriaRole.Heading, new() { Name = In(english, french), Exact = true });

    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await InteractiveAsync();
    }

    /// <summary>Until the page answers to presses: its content is inert while it waits for its circuit.</summary>
    public Task InteractiveAsync() => Page.Locator("main:not([inert])").WaitForAsync();

    public async Task SignUpAsync(string email, string password)
    {
        await Page.GotoAsync("/Account/Register");
        await Field("E-mail address", "Adresse courriel").FillAsync(email);
        await Page.Locator("input[type=password]").FillAsync(password);
        var business = SampleAddress.Of("Library and Archives Canada");
        await Field("Business name", "Nom de l’entreprise").FillAsync(business.Company);
        await Field("Address line 1", "Adresse, ligne 1").FillAsync(business.Line1);
        await Field("City", "Ville").FillAsync(business.City);
        await Page.Locator("select").SelectOptionAsync(business.Province);
        await Field("Postal code", "Code postal").FillAsync(business.PostalCode);
        await Page.GetByLabel(In("Phone", "Téléphone")).FillAsync(business.Phone);
        await visitor.AssertAccessibleAsync("sign-up", Page);
        await Button("Sign up", "S’inscrire").ClickAsync();
        await Page.WaitForURLAsync("**/Account/RegisterConfirmation");
    }

    /// <summary>Follows the link in the newest mail on the development server's mail page.</summary>
    public async Task ConfirmByMailAsync(string email)
    {
        await Page.GotoAsync("/dev/mail");
        var mail = Page.GetByTestId("mail").Filter(new() { HasText = email }).First;
        await mail.Locator("a[href*='ConfirmEmail']").First.ClickAsync();
        await Assertions.Expect(Heading("Your address is confirmed", "Votre adresse est confirmée")).ToBeVisibleAsync();
    }

    public async Task SignInAsync(string email = DemoEmail, string password = DemoPassword)
    {
        await Page.GotoAsync("/Account/Login");
        await Page.Locator("[name='Input.Email']").FillAsync(email);
        await Page.Locator("[name='Input.Password']").FillAsync(password);
        await Button("Sign in", "Se connecter").ClickAsync();
        if (email is DemoAccounts.SupportEmail or DemoAccounts.SupervisorEmail)
        {
            // Support gives the code of an authenticator too.
            await Page.WaitForURLAsync("**/Account/LoginWith2fa**");
            await Page.Locator("[name='Input.Code']").FillAsync(DemoCode.At(DateTimeOffset.UtcNow));
            await Button("Sign in", "Se connecter").ClickAsync();
        }

        await Page.WaitForURLAsync(url => !url.Contains("/Account/"));
        await InteractiveAsync();
    }

    public async Task SpeakFrenchAsync()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Français", Exact = true }).ClickAsync();
        await Assertions.Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", new Regex("^fr"));
        await InteractiveAsync();
    }

    /// <summary>The wizard, from its first page up to the terms.</summary>
    public async Task SetUpToTermsAsync(string card = WorkingCard)
    {
        await Button("Continue", "Continuer").ClickAsync();
        await Button("Add payment method", "Ajouter un mode de paiement").ClickAsync();
        await TypeCardAsync(card);
        await Page.WaitForURLAsync("**/set-up**");
        await InteractiveAsync();
        await Assertions.Expect(Terms).ToBeVisibleAsync();
    }

    public ILocator Terms => Page.GetByRole(AriaRole.Checkbox, new()
    {
        Name = In("I have read and agree to the terms and conditions", "J’ai lu et j’accepte les conditions générales"),
    });

    public ILocator FinishSetup => Button("Finish Setup", "Terminer la configuration");

    /// <summary>From signed in to ready for buying, auto-funding left for later.</summary>
    public async Task SetUpAsync(string card = WorkingCard)
    {
        await OpenAsync("/set-up");
        await SetUpToTermsAsync(card);
        await Terms.CheckAsync();
        await FinishSetup.ClickAsync();
        await Button("Not now", "Pas maintenant").ClickAsync();
        await Assertions.Expect(Heading("You are ready", "Vous êtes prêt")).ToBeVisibleAsync();
    }

    /// <summary>On the processor's hosted page.</summary>
    public async Task TypeCardAsync(string number)
    {
        await Page.Locator("input[name=number]").FillAsync(number);
        await Page.Locator("input[name=expiry]").FillAsync("12 / 34");
        await Page.Locator("input[name=cvc]").FillAsync("123");
        await Page.Locator("button[type=submit].primary").ClickAsync();
    }

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>Opens the dialog on the balance page and confirms this amount.</summary>
    public async Task AskForFundsAsync(string amount)
    {
        await OpenAsync("/balance");
        await Button("Add funds", "Ajouter des fonds").ClickAsync();
        await Dialog.Locator("#add-funds-amount").FillAsync(amount);
        await ConfirmFundsAsync();
    }

    public Task ConfirmFundsAsync() =>
        Dialog.GetByRole(AriaRole.Button, new() { Name = In("Add funds", "Ajouter des fonds"), Exact = true }).ClickAsync();

    public async Task AddFundsAsync(decimal dollars)
    {
        await AskForFundsAsync(dollars.ToString("0.00", CultureInfo.InvariantCulture).Replace('.', French ? ',' : '.'));
        await Assertions.Expect(Dialog).ToBeHiddenAsync();
    }

    /// <summary>Signs in, sets up, adds funds and asks for the rates of a parcel; the price of the chosen one.</summary>
    public async Task<decimal> ReadyToBuyAsync(decimal funds)
    {
        await SignInAsync();
        await SetUpAsync();
        await AddFundsAsync(funds);
        await GetRatesAsync();
        return await ChosenPriceAsync();
    }

    /// <summary>Types a parcel of 1.2 kg to the Royal Ontario Museum and asks for rates.</summary>
    public async Task GetRatesAsync()
    {
        await NewLabelAsync();
        await TypeDestinationAsync(SampleAddress.Of("Royal Ontario Museum"), "Ontario");
        await TypeParcelAsync(1.2m);
        await AskForRatesAsync();
    }

    public async Task NewLabelAsync()
    {
        if (!Page.Url.Contains("/labels/new/", StringComparison.Ordinal))
        {
            await OpenAsync("/labels/new");
            await Page.WaitForURLAsync("**/labels/new/*");
        }
    }

    /// <param name="province">As the list calls it; null where it is typed or not given.</param>
    /// <param name="country">As the list calls it; null for Canada.</param>
    public async Task TypeDestinationAsync(SampleAddress address, string? province = null, string? country = null)
    {
        var to = Page.GetByRole(AriaRole.Group, new() { Name = In("Ship to", "Destinataire") });
        if (country is not null)
        {
            await to.Locator("#ship-to-country").FillAsync(country);
            await ChooseAsync(country, to.Locator("#ship-to-country"));
        }

        await to.GetByLabel(In("Name", "Nom"), new() { Exact = true }).FillAsync(address.Name);
        await to.GetByLabel(In("Company", "Entreprise")).FillAsync(address.Company);
        await to.GetByLabel(In("Address line 1", "Adresse, ligne 1")).FillAsync(address.Line1);
        await to.GetByLabel(In("City", "Ville")).FillAsync(address.City);
        await to.Locator("#ship-to-postal-code").FillAsync(address.PostalCode);
        await to.Locator("#ship-to-phone").FillAsync(address.Phone);
        if (province is not null)
        {
            // The list of another country's states comes with the server's answer, as the name of the code does.
            await Assertions.Expect(to.GetByLabel(country is null ? In("Postal code", "Code postal") : In("ZIP code", "Code ZIP"))).ToBeVisibleAsync();
            await to.Locator("#ship-to-province").ClickAsync();
            await ChooseAsync(province, to.Locator("#ship-to-province"));
        }
    }

    /// <summary>From the open list of a field. The field takes the focus again when it hears of the choice: what a script typed before would go astray.</summary>
    private async Task ChooseAsync(string item, ILocator field)
    {
        await Page.Locator(".mud-popover-open .mud-list-item").Filter(new() { HasTextRegex = new Regex($"^{Regex.Escape(item)}$") }).ClickAsync();
        await Assertions.Expect(Page.Locator(".mud-popover-open")).ToHaveCountAsync(0);
        await Assertions.Expect(field).ToBeFocusedAsync();
    }

    /// <summary>30 by 20 by 10 cm.</summary>
    public async Task TypeParcelAsync(decimal kilograms)
    {
        await Page.Locator("#parcel-weight").FillAsync(Number(kilograms));
        await Page.GetByLabel(In("Length", "Longueur")).FillAsync("30");
        await Page.GetByLabel(In("Width", "Largeur")).FillAsync("20");
        await Page.GetByLabel(In("Height", "Hauteur")).FillAsync("10");
        await Page.Keyboard.PressAsync("Tab");
    }

    /// <summary>Types one line of the customs form.</summary>
    public async Task TypeGoodsAsync(string description, int quantity, decimal kilograms, decimal dollars, string hsCode)
    {
        await Page.Locator("#customs-0-description").FillAsync(description);
        await Page.Keyboard.PressAsync("Tab");
        await Page.Locator("#customs-0-quantity").FillAsync(quantity.ToString(CultureInfo.InvariantCulture));
        await Page.Locator("#customs-0-unitweight").FillAsync(Number(kilograms));
        await Page.Locator("#customs-0-unitvalue").FillAsync(Number(dollars));
        await Page.Locator("#customs-0-hscode").FillAsync(hsCode);
        await Page.Keyboard.PressAsync("Tab");
    }

    /// <summary>Types the beginning of a description as people do, letter after letter, and takes the goods that are offered.</summary>
    public async Task TakeRememberedGoodsAsync(string typed, string goods)
    {
        var field = Page.Locator("#customs-0-description");
        var offer = Page.Locator(".mud-popover-open .mud-list-item").Filter(new() { HasText = goods });
        await field.FocusAsync();
        await Assertions.Expect(field).ToBeFocusedAsync();
        await field.PressSequentiallyAsync(typed, new() { Delay = 40 });
        await Assertions.Expect(field).ToHaveValueAsync(typed);
        await Assertions.Expect(offer).ToBeVisibleAsync();
        await offer.ClickAsync();
    }

    public async Task AskForRatesAsync()
    {
        await Button("Get rates", "Obtenir les tarifs").ClickAsync();
        await Assertions.Expect(Rates.First).ToBeVisibleAsync();
        await Assertions.Expect(BuyLabel).ToBeVisibleAsync();
    }

    public string Number(decimal number) => number.ToString("0.###", CultureInfo.InvariantCulture).Replace('.', French ? ',' : '.');

    public ILocator Rates => Page.GetByTestId("rate");

    public ILocator BuyLabel => Button("Buy label", "Acheter l’étiquette");

    /// <summary>Until the page itself shows it as chosen.</summary>
    public async Task ChooseRateAsync(string service)
    {
        await Rates.Filter(new() { HasText = service }).First.GetByRole(AriaRole.Radio).CheckAsync();
        await Assertions.Expect(Page.Locator(".rate.chosen .rate-name")).ToContainTextAsync(service);
    }

    /// <summary>The price of the chosen rate, in dollars.</summary>
    public async Task<decimal> ChosenPriceAsync() =>
        Dollars(await Page.Locator(".rate.chosen .rate-price").InnerTextAsync());

    public Task BoughtAsync() => Assertions.Expect(Heading("Label bought", "Étiquette achetée")).ToBeVisibleAsync();

    public static decimal Dollars(string text) =>
        decimal.Parse(NotOfANumber().Replace(text.Contains('$') && text.Trim().StartsWith('$') ? text.Replace(",", "") : text.Replace(',', '.'), ""), CultureInfo.InvariantCulture);

    [GeneratedRegex("[^0-9.]")]
    private static partial Regex NotOfANumber();
}
