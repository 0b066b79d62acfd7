using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Components.Account;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.SetUpCarriers;

namespace OneBalance.Tests.Web.Features.SetUpCarriers;

/// <summary>The wizard's steps beside the terms: what they show, hand on, and keep when something fails.</summary>
public sealed class WizardStepsTests : IAsyncLifetime
{
    private static readonly Address Typed = new("", "Maple Parcels", "111 Wellington St", "", "Ottawa", "ON", "K1A0A9", "CA", "613-555-0134");

    private readonly ComponentRoom _context = new();
    private FundingBench _bench = null!;
    private MerchantId _merchant;

    public async ValueTask InitializeAsync()
    {
        _bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        _merchant = await _bench.AddMerchantAsync();
        await using (var db = await _bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.Where(m => m.Id == _merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
        }

        var product = _bench.App.Services;
        _context.Services.AddLogging(logging => logging.AddProvider(_bench.App.Log));
        _context.Services.AddSingleton<TimeProvider>(_bench.Time);
        _context.Services.AddSingleton<PlaceNames>();
        _context.Services.AddScoped<AddressPhrases>();
        _context.Services.AddScoped<FundingWords>();
        _context.Services.AddScoped<SignedIn>();
        _context.Services.AddSingleton(TestRights.Every);
        _context.Services.AddTransient<SavingTrouble>();
        _context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<SaveSetUp>(product));
        _context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<AddCard>(product));
        _context.Services.AddSingleton(product.GetRequiredService<BalanceQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<AutoFundingQueries>());
        _context.Services.AddSingleton(product.GetRequiredService<SaveAutoFunding>());
        var authorization = _context.AddAuthorization();
        authorization.SetAuthorized("owner@example.com");
        authorization.SetClaims(new Claim(MerchantClaims.MerchantId, _merchant.ToString()), new Claim(ClaimTypes.NameIdentifier, "user-1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_complete_billing_address_is_saved_and_leads_on()
    {
        int done = 0;
        var step = ShowBilling(Typed, () => done++);

        await PressAsync(step, "Continue");

        Assert.Equal(1, done);
        Assert.Equal(Typed.City, (await DraftAsync()).City);
    }

    [Fact]
    public async Task An_incomplete_billing_address_is_kept_and_says_what_is_missing()
    {
        int done = 0;
        var step = ShowBilling(Typed with { Phone = "" }, () => done++);

        await PressAsync(step, "Continue");

        Assert.Equal(0, done);
        Assert.Equal("true", step.Find("#billing-phone").GetAttribute("aria-invalid"));
        Assert.Equal(Typed.City, (await DraftAsync()).City);
    }

    [Theory]
    [InlineData("en-CA", "Continue", "It could not be saved, and nothing you entered is lost.")]
    [InlineData("fr-CA", "Continuer", "et rien de ce que vous avez saisi n’est perdu")]
    public async Task A_billing_address_that_cannot_be_saved_stays_with_its_button_and_a_plain_error(string culture, string name, string expected)
    {
        ComponentRoom.Speak(culture);
        await BreakAsync("set_up_drafts");
        int done = 0;
        var step = ShowBilling(Typed, () => done++);

        await PressAsync(step, name);

        step.WaitForAssertion(() => Assert.Contains(expected, step.Find("[role=alert] .mud-alert").TextContent));
        Assert.Equal(0, done);
        Assert.Equal("Ottawa", step.Find("#billing-city").GetAttribute("value"));
        Assert.False(ButtonOf(step, name).HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_payment_step_says_how_charges_appear_and_opens_the_hosted_page()
    {
        var step = ShowPayment([]);
        Assert.Contains("appear on your card statement as STAMPS", step.Markup);
        Assert.DoesNotContain(step.FindAll("button"), button => button.TextContent.Trim() == "Continue");

        await PressAsync(step, "Add payment method");

        var navigation = _context.Services.GetRequiredService<NavigationManager>();
        step.WaitForAssertion(() => Assert.Contains("Opening the payment processor’s page…", step.Markup));
        Assert.StartsWith(_bench.App.StripeControl.BaseAddress!.OriginalString, navigation.Uri);
        Assert.Equal("true", ButtonOf(step, "Add payment method").GetAttribute("aria-busy"));
    }

    [Fact]
    public async Task A_processor_that_does_not_answer_is_said_and_can_be_asked_again()
    {
        await TestApp.AddFaultAsync(_bench.App.StripeControl, new Fault(FaultKind.Status, Path: "/v1/checkout/sessions", Status: 503, Times: 20));
        var step = ShowPayment([]);

        await PressAsync(step, "Add payment method");

        step.WaitForAssertion(() => Assert.NotEmpty(step.FindAll("[role=status] .mud-alert")), TimeSpan.FromSeconds(10));
        Assert.Equal("false", ButtonOf(step, "Add payment method").GetAttribute("aria-busy"));
    }

    [Fact]
    public async Task A_card_page_that_cannot_be_remembered_leaves_the_step_with_a_plain_error()
    {
        await BreakAsync("set_up_drafts");
        var step = ShowPayment([]);

        await PressAsync(step, "Add payment method");

        step.WaitForAssertion(() => Assert.Contains("It could not be saved", step.Find("[role=status]").TextContent));
        Assert.False(ButtonOf(step, "Add payment method").HasAttribute("disabled"));
    }

    [Theory]
    [InlineData("en-CA", "Continue", "Add another card")]
    [InlineData("fr-CA", "Continuer", "Ajouter une autre carte")]
    public async Task With_a_card_on_file_the_step_leads_on_and_takes_another(string culture, string on, string another)
    {
        ComponentRoom.Speak(culture);
        int done = 0;
        var cards = (await _bench.App.InScopeAsync<SetUpQueries, SetUpView>(queries => queries.LoadAsync(_merchant, CancellationToken.None))).Cards;
        var step = ShowPayment(cards, () => done++);

        Assert.Contains("4242", step.Find(".card-list").TextContent);
        Assert.NotNull(ButtonOf(step, another));
        await PressAsync(step, on);

        Assert.Equal(1, done);
    }

    [Theory]
    [InlineData("en-CA", "You are set up. One more thing, if you like:", "Not now", "Turn on auto-funding")]
    [InlineData("fr-CA", "La configuration est terminée", "Pas maintenant", "Activer l’approvisionnement automatique")]
    public async Task Auto_funding_is_offered_and_may_be_left_for_later(string culture, string expected, string later, string on)
    {
        ComponentRoom.Speak(culture);
        await using (var db = await _bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.Where(m => m.Id == _merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, _bench.Time.GetUtcNow()));
        }

        int done = 0;
        var step = _context.Render<AutoFundingStep>(parameters => parameters.Add(s => s.Done, () => done++));
        Assert.Contains(expected, step.Markup);

        await PressAsync(step, later);
        Assert.Equal(1, done);
        Assert.False(await StoredAsync());

        await PressAsync(step, on);
        step.WaitForAssertion(() => Assert.Equal(2, done));
        Assert.True(await StoredAsync());

        async Task<bool> StoredAsync()
        {
            await using var db = await _bench.App.Contexts.CreateDbContextAsync();
            return await db.AutoFunding.AnyAsync(row => row.MerchantId == _merchant && row.Enabled);
        }
    }

    private IRenderedComponent<BillingStep> ShowBilling(Address address, Action done) => _context.Render<BillingStep>(parameters => parameters
        .Add(s => s.Merchant, MerchantAccess.OfProduct(_merchant))
        .Add(s => s.Address, address)
        .Add(s => s.Done, done));

    private IRenderedComponent<PaymentStep> ShowPayment(IReadOnlyList<CardView> cards, Action? done = null) => _context.Render<PaymentStep>(parameters => parameters
        .Add(s => s.Merchant, MerchantAccess.OfProduct(_merchant))
        .Add(s => s.Cards, cards)
        .Add(s => s.Back, () => { })
        .Add(s => s.Done, done ?? (() => { })));

    private static AngleSharp.Dom.IElement ButtonOf<T>(IRenderedComponent<T> step, string name)
        where T : IComponent => step.FindAll("button").Single(button => button.TextContent.Trim().EndsWith(name, StringComparison.Ordinal));

    private static Task PressAsync<T>(IRenderedComponent<T> step, string name)
        where T : IComponent => step.InvokeAsync(() => ButtonOf(step, name).ClickAsync(new()));

    private async Task<Address> DraftAsync()
    {
        await using var db = await _bench.App.Contexts.CreateDbContextAsync();
        return (await db.SetUpDrafts.SingleAsync(draft => draft.MerchantId == _merchant)).BillingAddress.ToAddress();
    }

    private async Task BreakAsync(string table)
    {
        await using var db = await _bench.App.Contexts.CreateDbContextAsync();
#pragma warning disable EF1002 // A name of ours.
        await db.Database.ExecuteSqlRawAsync($"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk'); END");
#pragma warning restore EF1002
    }
}
