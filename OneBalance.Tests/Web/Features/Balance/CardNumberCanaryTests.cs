using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Tests.Web.Integrations.Stripe;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>
/// Card numbers are typed on the processor's page and nowhere else: after cards were added, charged, declined and removed,
/// none is in the product's database, files or logs, nor in anything that passed between it and the browser or the processor.
/// </summary>
public sealed class CardNumberCanaryTests
{
    private static readonly string[] Numbers = ["4242424242424242", "5555555555554444", "4000000000000341", "4000002760003184"];

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task No_card_number_reaches_the_product(DatabaseProvider provider)
    {
        int stripePort = Loopback.FreePort();
        await using var toProcessor = new RecordingProxy(stripePort);
        await using var app = await TestApp.StartAsync(provider, settings: new Dictionary<string, string?>
        {
            ["Emulators:StripeUrl"] = $"http://127.0.0.1:{stripePort}",
            ["Stripe:BaseUrl"] = toProcessor.Address.ToString(),
        });
        await using var toProduct = new RecordingProxy(app.BaseAddress.Port);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = toProduct.Address };
        using var signedIn = await browser.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        MerchantId merchant;
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            merchant = (await db.Users.SingleAsync(user => user.Email == DemoAccounts.MerchantEmail)).MerchantId!.Value;
            var now = DateTimeOffset.UtcNow;
            await db.Merchants.Where(row => row.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(row => row.SetUpFinishedAt, now));
        }

        foreach (string number in Numbers)
        {
            var opened = await app.InScopeAsync<AddCard, StartCardOutcome>(add => add.StartAsync(merchant, Guid.NewGuid(), toProduct.Address.ToString(), "/balance", Language.English, None));
            // The cardholder's browser goes to the processor by itself, past the line that the product uses.
            var page = new UriBuilder(Assert.IsType<StartCardOutcome.Open>(opened).Url) { Port = stripePort };
            await FundingBench.TypeCardAsync(page.ToString(), number);
            string session = (await app.InScopeAsync<AddCard, string?>(add => add.OpenPageAsync(merchant, None)))!;
            using var back = await browser.GetAsync($"/set-up/card/return?session={session}");
            Assert.Contains("card=", back.Headers.Location!.ToString());
        }

        var cards = await app.InScopeAsync<CardQueries, IReadOnlyList<CardView>>(list => list.ListAsync(merchant, None));
        Assert.NotEmpty(cards);
        foreach (var card in cards)
        {
            await app.InScopeAsync<AddFunds, AddFundsOutcome>(add => add.RunAsync(merchant, FundingBench.Order(20_00, card: card.Id), None));
        }

        Assert.Contains(cards, card => card.Card.LastFour == "4242");
        await app.InScopeAsync<RemoveCard, RemoveCardOutcome>(remove => remove.RunAsync(merchant, cards[0].Id, None));
        using var balance = await browser.GetAsync("/balance");
        Assert.Contains("4242", await balance.Content.ReadAsStringAsync() + Encoding.Latin1.GetString(toProcessor.Recorded));

        var places = await PlacesAsync(app);
        places["the line to the browser"] = toProduct.Recorded;
        places["the line to the processor"] = toProcessor.Recorded;
        Assert.True(places.Values.Sum(content => (long)content.Length) > 50_000, "There was nothing to look through.");
        AssertNone(places);
    }

    /// <summary>
    /// The processor tells by its webhooks what nobody should have told it: a number in the metadata, in a field that no version
    /// of its API has, beside the object, in the place of an id. All of it is signed, so it is taken; nothing of it is kept.
    /// </summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_webhook_that_carries_a_card_number_leaves_none_behind(DatabaseProvider provider)
    {
        await using var app = await TestApp.StartAsync(provider, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        using var processor = app.CreateClient();
        string[] bodies =
        [
            """{"id":"evt_1","type":"payment_intent.succeeded","created":1795000000,"data":{"object":{"id":"pi_1","metadata":{"note":"4242 4242 4242 4242"}}}}""",
            """{"id":"evt_2","type":"charge.dispute.created","created":1795000000,"pan":4242424242424242,"data":{"object":{"id":"dp_1","number":4242424242424242}}}""",
            """{"id":"evt_3","type":"invoice.paid","created":1795000000,"data":{"object":{"id":"4242424242424242"},"previous_attributes":{"card":"4242-4242-4242-4242"}}}""",
            """{"id":"evt_4242424242424242","type":"refund.updated","created":1795000000,"data":{"object":{"id":"re_4242424242424242"}}}""",
            """{"id":"evt_5","type":"payment_intent.4242 4242 4242 4242","created":1795000000,"data":{"object":{"id":"pi_5555555555554444"}}}""",
        ];
        foreach (string body in bodies)
        {
            Assert.Equal(HttpStatusCode.OK, await SignedWebhook.PostAsync(processor, body));
        }

        // Refused ones are logged, and not with what they said.
        Assert.Equal(HttpStatusCode.BadRequest, await SignedWebhook.PostAsync(processor, """{"id":"evt_6","number":"4242424242424242"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await SignedWebhook.PostAsync(processor, "4242424242424242 is not JSON"));
        Assert.Equal(HttpStatusCode.BadRequest, await SignedWebhook.PostAsync(processor, bodies[0], secret: "4242424242424242"));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var db = await app.Contexts.CreateDbContextAsync();
        while (await db.ProcessorEvents.AnyAsync(happened => happened.WorkedAt == null))
        {
            await Task.Delay(50, patience.Token);
        }

        Assert.Equal(
            [("evt_****4242", "re_****4242"), ("evt_1", "pi_1"), ("evt_2", "dp_1"), ("evt_3", "****4242"), ("evt_5", "pi_****4444")],
            (await db.ProcessorEvents.Select(happened => new { happened.Id, happened.ObjectId }).ToListAsync()).Select(happened => (happened.Id, happened.ObjectId)).OrderBy(happened => happened.Id, StringComparer.Ordinal));
        var places = await PlacesAsync(app);
        Assert.Contains(places.Values, content => Encoding.Latin1.GetString(content).Contains("re_****4242", StringComparison.Ordinal));
        AssertNone(places);
    }

    [Theory]
    [InlineData("number=4242424242424242&expiry=12", true)]
    [InlineData("4242 4242 4242 4242", true)]
    [InlineData("4242-4242-4242-4242", true)]
    [InlineData("4242+4242+4242+4242", true)]
    [InlineData("4242%204242%204242%204242", true)]
    [InlineData("ends in 4242", false)]
    public void A_number_is_found_however_it_is_written(string text, bool found) => Assert.Equal(found, Holds(Encoding.UTF8.GetBytes(text)));

    /// <summary>The log, all that the database holds, and every file of the product's.</summary>
    private static async Task<Dictionary<string, byte[]>> PlacesAsync(TestApp app)
    {
        var places = new Dictionary<string, byte[]> { ["the log"] = Encoding.UTF8.GetBytes(app.Log.ToString()) };
        foreach (var (name, content) in app.Database.Provider == DatabaseProvider.Sqlite ? SqliteFiles(app.Database.ConnectionString) : await PostgresRowsAsync(app.Database.ConnectionString))
        {
            places[name] = content;
        }

        // The processor's and the carrier's own files lie beside the product's: they stand for other firms' computers.
        foreach (string file in Directory.GetFiles(app.Services.GetRequiredService<DataFolder>().Path, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("emulated-", StringComparison.Ordinal)))
        {
            places[file] = await ReadAsync(file);
        }

        return places;
    }

    private static void AssertNone(Dictionary<string, byte[]> places) => Assert.Empty(places.Where(place => Holds(place.Value)).Select(place => place.Key));

    private static bool Holds(byte[] content)
    {
        string text = Encoding.Latin1.GetString(content);
        return Numbers.Any(number =>
        {
            string[] parts = [.. number.Chunk(4).Select(four => new string(four))];
            return new[] { "", " ", "-", "+", "%20" }.Any(between => text.Contains(string.Join(between, parts), StringComparison.Ordinal));
        });
    }

    private static IEnumerable<(string Name, byte[] Content)> SqliteFiles(string connectionString)
    {
        string file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        return new[] { file, file + "-wal" }.Where(File.Exists).Select(one => (one, ReadAsync(one).GetAwaiter().GetResult()));
    }

    private static async Task<IEnumerable<(string Name, byte[] Content)>> PostgresRowsAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'", connection))
        await using (var rows = await list.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync())
            {
                tables.Add(rows.GetString(0));
            }
        }

        Assert.Contains("cards", tables);
        var contents = new List<(string, byte[])>();
        foreach (string table in tables)
        {
            await using var all = new NpgsqlCommand($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t", connection);
            contents.Add(($"table {table}", Encoding.UTF8.GetBytes((string)(await all.ExecuteScalarAsync())!)));
        }

        return contents;
    }

    /// <summary>Also while the product has it open.</summary>
    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }
}
