using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>The whole product: the carrier's real client against the emulated service, over HTTP, with its faults.</summary>
public sealed class PurchaseOverHttpTests
{
    private const string Shipments = "/shipments";

    private static readonly Customs Socks = new(
        ReasonForExport.SaleOfGoods,
        "",
        NonDelivery.ReturnAtSendersExpense,
        [new CustomsItem(2, "Wool socks", 300, new Money(24_50), "6115.94", "CA", "ON")],
        "");

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.Postgres)]
    public async Task A_domestic_a_us_and_an_international_label_are_bought_and_voided(DatabaseProvider provider)
    {
        await using var shop = await Shop.OpenAsync(provider);

        foreach (var draft in new[] { LabelWorld.Draft, ToUnitedStates("a1b2c3d4e5f6g"), ToFrance() })
        {
            var before = await shop.AvailableAsync();
            var (id, price) = await shop.RatedAsync(draft);
            Assert.Equal(new BuyOutcome.Bought(true), await shop.BuyAsync(id, price));

            Assert.Equal(before - price.Price.Total, await shop.AvailableAsync());
            var document = await shop.Get<LabelQueries>().DocumentAsync(shop.Merchant, id, LabelDocumentKind.Label, CancellationToken.None);
            Assert.Equal("%PDF-"u8.ToArray(), document!.Content[..5]);

            shop.Time.Advance(TimeSpan.FromMinutes(60));
            Assert.Equal(new VoidOutcome.Credited(price.Price.Total), await shop.VoidAsync(id));
            Assert.Equal(before, await shop.AvailableAsync());
        }
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.DropAfterActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.StatusAfterActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.MalformedBody)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.DropBeforeActing)]
    [InlineData(DatabaseProvider.Postgres, FaultKind.DropAfterActing)]
    public async Task Whatever_becomes_of_the_answer_the_label_is_bought_once(DatabaseProvider provider, FaultKind fault)
    {
        await using var shop = await Shop.OpenAsync(provider);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(fault, "POST", Shipments));

        var outcome = await shop.BuyAsync(id, price);
        for (int i = 0; i < 3 && outcome is BuyOutcome.StillAsking; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(31));
            await shop.Get<BuyLabel>().WatchAsync(shop.Merchant, id);
            outcome = await shop.BuyAsync(id, price);
        }

        Assert.IsType<BuyOutcome.Bought>(outcome);
        Assert.Equal(new Balance(new Money(500_00) - price.Price.Total, Money.Zero, Money.Zero), await shop.Get<LedgerBook>().BalanceAsync(shop.Merchant, CancellationToken.None));
    }

    [Fact]
    public async Task Throttled_the_label_is_bought_in_the_carriers_next_window()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Status, "POST", Shipments, Times: 1, Status: 429));

        Assert.IsType<BuyOutcome.StillAsking>(await shop.BuyAsync(id, price));
        Assert.Equal(price.Price.Total, (await shop.Get<LedgerBook>().BalanceAsync(shop.Merchant, CancellationToken.None)).Held);
        shop.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(new BuyOutcome.Bought(true), await shop.BuyAsync(id, price));
        Assert.Equal(new Money(500_00) - price.Price.Total, await shop.AvailableAsync());
    }

    /// <summary>Asking by reference after a lost answer may be throttled, slow or fail in its turn: still one label, paid once.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, 429)]
    [InlineData(DatabaseProvider.Postgres, 429)]
    [InlineData(DatabaseProvider.Sqlite, 503)]
    public async Task A_search_that_fails_after_a_lost_answer_is_repeated(DatabaseProvider provider, int status)
    {
        await using var shop = await Shop.OpenAsync(provider);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.DropAfterActing, "POST", Shipments));
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Status, "GET", Shipments, Times: status == 429 ? 1 : 3, Status: status));

        for (int i = 0; i < 4 && await shop.BuyAsync(id, price) is not BuyOutcome.Bought; i++)
        {
            shop.Time.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.Equal(new BuyOutcome.Bought(true), await shop.BuyAsync(id, price));
        Assert.Equal(new Balance(new Money(500_00) - price.Price.Total, Money.Zero, Money.Zero), await shop.Get<LedgerBook>().BalanceAsync(shop.Merchant, CancellationToken.None));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_document_that_could_not_be_fetched_follows_by_itself(int status)
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Status, "GET", "/artifacts/", Times: status == 429 ? 1 : 3, Status: status));

        Assert.Equal(new BuyOutcome.Bought(false), await shop.BuyAsync(id, price));
        shop.Time.Advance(TimeSpan.FromSeconds(61));
        await shop.Get<BuyLabel>().WatchAsync(shop.Merchant, id);

        Assert.NotNull(await shop.Get<LabelQueries>().DocumentAsync(shop.Merchant, id, LabelDocumentKind.Label, CancellationToken.None));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Rates_that_fail_are_said_so_and_come_the_next_time(int status)
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var id = await shop.Get<StartLabel>().RunAsync(shop.Merchant, CancellationToken.None);
        await shop.Get<SaveLabelDraft>().RunAsync(shop.Merchant, id, LabelWorld.Draft, CancellationToken.None);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Status, "POST", "/prices", Times: 0, Status: status));

        var unreachable = Assert.IsType<RatesOutcome.Unreachable>(await shop.Get<GetRates>().RunAsync(shop.Merchant, id, Language.English, CancellationToken.None));
        Assert.Equal(status == 429, unreachable.RetryAfter is not null);
        using var cleared = await shop.App.CanadaPostControl.DeleteAsync("/_control/faults");
        shop.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.IsType<RatesOutcome.Quoted>(await shop.Get<GetRates>().RunAsync(shop.Merchant, id, Language.English, CancellationToken.None));
    }

    [Fact]
    public async Task A_throttled_void_is_credited_in_the_carriers_next_window()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await shop.BuyAsync(id, price);
        shop.Time.Advance(TimeSpan.FromHours(2));
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Status, "DELETE", Shipments, Status: 429));

        Assert.IsType<VoidOutcome.StillAsking>(await shop.VoidAsync(id));
        shop.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(new VoidOutcome.Credited(price.Price.Total), await shop.VoidAsync(id));
    }

    [Theory]
    [InlineData(FaultKind.DropAfterActing)]
    [InlineData(FaultKind.StatusAfterActing)]
    public async Task A_void_without_an_answer_is_credited_once_the_carrier_confirms(FaultKind fault)
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await shop.BuyAsync(id, price);
        shop.Time.Advance(TimeSpan.FromHours(2));
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(fault, "DELETE", Shipments, Status: 503));

        var outcome = await shop.VoidAsync(id);
        for (int i = 0; i < 3 && outcome is VoidOutcome.StillAsking; i++)
        {
            outcome = await shop.VoidAsync(id);
        }

        Assert.Equal(new VoidOutcome.Credited(price.Price.Total), outcome);
        Assert.Equal(new Money(500_00), await shop.AvailableAsync());
    }

    [Fact]
    public async Task Rates_that_take_too_long_are_said_to_be_unreachable_and_come_the_next_time()
    {
        await using var shop = await Shop.OpenImpatientAsync();
        var id = await shop.Get<StartLabel>().RunAsync(shop.Merchant, CancellationToken.None);
        await shop.Get<SaveLabelDraft>().RunAsync(shop.Merchant, id, LabelWorld.Draft, CancellationToken.None);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Latency, "POST", "/prices", Times: 2, Milliseconds: 20_000));

        Assert.Equal(new RatesOutcome.Unreachable(null), await shop.Get<GetRates>().RunAsync(shop.Merchant, id, Language.English, CancellationToken.None));
        Assert.IsType<RatesOutcome.Quoted>(await shop.Get<GetRates>().RunAsync(shop.Merchant, id, Language.English, CancellationToken.None));
    }

    /// <summary>The order arrives and its answer does not; then asking for it takes too long as well.</summary>
    [Fact]
    public async Task A_search_that_takes_too_long_is_repeated_and_the_label_bought_once()
    {
        await using var shop = await Shop.OpenImpatientAsync();
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.DropAfterActing, "POST", Shipments));
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Latency, "GET", Shipments, Milliseconds: 20_000));

        Assert.IsType<BuyOutcome.StillAsking>(await shop.BuyAsync(id, price));
        Assert.IsType<BuyOutcome.StillAsking>(await shop.BuyAsync(id, price));

        Assert.Equal(new BuyOutcome.Bought(true), await shop.BuyAsync(id, price));
        Assert.Equal(new Balance(new Money(500_00) - price.Price.Total, Money.Zero, Money.Zero), await shop.Get<LedgerBook>().BalanceAsync(shop.Merchant, CancellationToken.None));
    }

    [Fact]
    public async Task A_document_that_takes_too_long_follows_by_itself()
    {
        await using var shop = await Shop.OpenImpatientAsync();
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Latency, "GET", "/artifacts/", Milliseconds: 20_000));

        Assert.Equal(new BuyOutcome.Bought(false), await shop.BuyAsync(id, price));
        shop.Time.Advance(TimeSpan.FromSeconds(31));
        await shop.Get<BuyLabel>().WatchAsync(shop.Merchant, id);

        Assert.NotNull(await shop.Get<LabelQueries>().DocumentAsync(shop.Merchant, id, LabelDocumentKind.Label, CancellationToken.None));
    }

    [Fact]
    public async Task A_void_that_takes_too_long_is_credited_once_the_carrier_confirms()
    {
        await using var shop = await Shop.OpenImpatientAsync();
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await shop.BuyAsync(id, price);
        shop.Time.Advance(TimeSpan.FromHours(2));
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Latency, "DELETE", Shipments, Milliseconds: 20_000));

        Assert.IsType<VoidOutcome.StillAsking>(await shop.VoidAsync(id));
        Assert.Equal(new VoidOutcome.Credited(price.Price.Total), await shop.VoidAsync(id));
        Assert.Equal(new Money(500_00), await shop.AvailableAsync());
    }

    [Fact]
    public async Task The_document_is_served_to_its_merchant_alone_without_asking_the_carrier()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await shop.BuyAsync(id, price);
        var stranger = await shop.App.Database.AddMerchantAsync("Another Business", setUp: true);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.Status, Times: 0));
        string path = $"/labels/{id}/label.pdf";

        using var own = await shop.GetAsync(path, shop.Merchant);
        using var foreign = await shop.GetAsync(path, stranger);
        using var nobody = await shop.GetAsync(path, null);
        using var download = await shop.GetAsync($"{path}?download=true", shop.Merchant);

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal("application/pdf", own.Content.Headers.ContentType?.MediaType);
        Assert.Equal("inline", own.Content.Headers.ContentDisposition?.DispositionType);
        Assert.True(own.Headers.CacheControl?.NoStore);
        Assert.Contains("frame-ancestors 'self'", string.Join(' ', own.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("%PDF-"u8.ToArray(), (await own.Content.ReadAsByteArrayAsync())[..5]);
        Assert.Equal("attachment", download.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, nobody.StatusCode);
    }

    /// <summary>"Refused" alone helps nobody who is asked why a label does not appear.</summary>
    [Fact]
    public async Task Why_the_carrier_hands_out_no_document_is_in_the_log_by_its_code()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        using var changed = await shop.App.CanadaPostControl.PutAsJsonAsync("/_control/switches", new { documentFails = true });
        changed.EnsureSuccessStatusCode();

        Assert.Equal(new BuyOutcome.Bought(false), await shop.BuyAsync(id, price));

        Assert.Contains("refused with 9150", shop.App.Log.ToString());
        Assert.DoesNotContain("could not be rendered", shop.App.Log.ToString());
    }

    [Fact]
    public async Task Names_addresses_and_documents_are_in_no_log()
    {
        await using var shop = await Shop.OpenAsync(DatabaseProvider.Sqlite);
        var (id, price) = await shop.RatedAsync(LabelWorld.Draft);
        await TestApp.AddFaultAsync(shop.App.CanadaPostControl, new Fault(FaultKind.DropAfterActing, "POST", Shipments));
        await shop.BuyAsync(id, price);
        await shop.BuyAsync(id, price);

        string log = shop.App.Log.ToString();
        Assert.Contains(id.ToString(), log);
        Assert.DoesNotContain("Sample Recipient", log);
        Assert.DoesNotContain("Burrard", log);
        Assert.DoesNotContain("V6Z2J7", log);
        Assert.DoesNotContain("613-555-0134", log);
        Assert.DoesNotContain("%PDF", log);
        Assert.DoesNotContain("Bearer ", log);
    }

    private static LabelDraft ToUnitedStates(string declaration) => LabelWorld.Draft with
    {
        To = new Address("Sample Recipient", "", "350 5th Ave", "", "New York", "NY", "10118", "US", "212-555-0142"),
        Customs = Socks with { UsDeclarationId = declaration },
    };

    private static LabelDraft ToFrance() => LabelWorld.Draft with
    {
        To = new Address("Sample Recipient", "", "5 avenue Anatole", "", "Paris", "", "75007", "FR", "+33 1 55 55 55 55"),
        Customs = Socks,
    };

    /// <summary>The product with one merchant who is set up and has 500.00.</summary>
    private sealed class Shop : IAsyncDisposable
    {
        private const string Header = "X-Test-Merchant";

        private Shop(TestApp app, FakeTimeProvider time, MerchantId merchant)
        {
            App = app;
            Time = time;
            Merchant = merchant;
        }

        public TestApp App { get; }

        public FakeTimeProvider Time { get; }

        public MerchantId Merchant { get; }

        /// <summary>With a carrier that is given up after a second and a half, and nothing repeated by the client itself.</summary>
        public static Task<Shop> OpenImpatientAsync() => OpenAsync(DatabaseProvider.Sqlite, new()
        {
            ["CanadaPost:Timeout"] = "00:00:01.5",
            ["CanadaPost:ReadRetries"] = "0",
        });

        public static async Task<Shop> OpenAsync(DatabaseProvider provider, Dictionary<string, string?>? settings = null)
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 14, 0, 0, TimeSpan.Zero));
            var app = await TestApp.StartAsync(
                provider,
                time,
                new Dictionary<string, string?>(settings ?? []) { ["Sweeps:Enabled"] = "false" },
                services =>
                {
                    services.AddAuthentication(Header).AddScheme<AuthenticationSchemeOptions, HeaderSignIn>(Header, null);
                    services.AddSingleton(TestRights.Every);
                });
            var merchant = await app.Database.AddMerchantAsync(setUp: true);
            Assert.IsType<LedgerReply.Accepted>(await app.Services.GetRequiredService<LedgerBook>().SubmitAsync(
                new Fund(merchant, LedgerKeys.Fund("pi_1"), new Money(500_00)), CancellationToken.None));
            return new Shop(app, time, merchant);
        }

        public T Get<T>()
            where T : notnull => App.Services.GetRequiredService<T>();

        public async Task<Money> AvailableAsync() => (await Get<LedgerBook>().BalanceAsync(Merchant, CancellationToken.None)).Available;

        public async Task<(LabelId Id, Rate Cheapest)> RatedAsync(LabelDraft draft)
        {
            var id = await Get<StartLabel>().RunAsync(Merchant, CancellationToken.None);
            await Get<SaveLabelDraft>().RunAsync(Merchant, id, draft, CancellationToken.None);
            var outcome = await Get<GetRates>().RunAsync(Merchant, id, Language.English, CancellationToken.None);
            var quoted = Assert.IsType<RatesOutcome.Quoted>(outcome);
            Assert.All(quoted.Rates, rate => Assert.True(rate.Price.AddsUp && rate.Saving is { Amount.IsPositive: true }, rate.ToString()));
            return (id, quoted.Rates.MinBy(rate => rate.Price.Total.Cents)!);
        }

        public Task<BuyOutcome> BuyAsync(LabelId id, Rate rate) =>
            Get<BuyLabel>().RunAsync(new BuyRequest(Merchant, id, rate.ServiceCode, rate.Price.Total, "user", Language.English), CancellationToken.None);

        public async Task<VoidOutcome> VoidAsync(LabelId id)
        {
            var outcome = await Get<VoidLabel>().RunAsync(Merchant, id, "user", Language.English, CancellationToken.None);
            if (outcome is not VoidOutcome.Sending)
            {
                return outcome;
            }

            Time.Advance(TimeSpan.FromSeconds(10));
            return await Get<VoidLabel>().SendAsync(Merchant, id, CancellationToken.None);
        }

        public async Task<HttpResponseMessage> GetAsync(string path, MerchantId? merchant)
        {
            using var client = App.CreateClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (merchant is { } id)
            {
                request.Headers.Add(Header, id.ToString());
            }

            return await client.SendAsync(request);
        }

        public ValueTask DisposeAsync() => App.DisposeAsync();

        /// <summary>Signs in as the merchant named in a header: the sign-in pages have tests of their own.</summary>
        private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
            : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
        {
            protected override Task<AuthenticateResult> HandleAuthenticateAsync()
            {
                if (Request.Headers[Header].ToString() is not { Length: > 0 } merchant)
                {
                    return Task.FromResult(AuthenticateResult.NoResult());
                }

                var identity = new ClaimsIdentity(
                    [new Claim(MerchantClaims.MerchantId, merchant), new Claim(ClaimTypes.NameIdentifier, "user"), new Claim(ClaimTypes.Role, Roles.MerchantOwner)],
                    Header);
                return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Header)));
            }
        }
    }
}
