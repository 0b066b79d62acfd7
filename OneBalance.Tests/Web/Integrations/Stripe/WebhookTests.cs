using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Integrations.Stripe;

namespace OneBalance.Tests.Web.Integrations.Stripe;

/// <summary>Webhooks of the processor at the running product: late, twice, in any order, lost, forged.</summary>
public sealed class WebhookTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_webhook_alone_settles_the_top_up_it_speaks_of(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        await scene.UntilAsync(async db => (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded);
        Assert.Equal([50_00L], await scene.TransfersAsync());
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_hundred_deliveries_of_one_event_have_one_effect(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        string succeeded = (await scene.EventsAsync("payment_intent.succeeded")).Single();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => scene.SendAsync(succeeded, times: 10)));

        Assert.All(statuses.SelectMany(all => all), status => Assert.Equal(200, status));
        await scene.UntilAsync(async db => (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded);
        Assert.Equal([50_00L], await scene.TransfersAsync());
        Assert.Equal(1, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Fact]
    public async Task Every_order_of_a_top_ups_events_ends_the_same()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.SetModeAsync("Hold");
        int orders = 0;
        foreach (int[] order in Orders([0, 1, 2, 3]))
        {
            var before = (await scene.HeldAsync()).ToHashSet();
            var topUp = await scene.ChargeAsync("4000002760003184", 10_00);
            using (var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }))
            {
                await browser.PostAsync(scene.LastPayment!.RedirectUrl, new FormUrlEncodedContent([new("answer", "complete")]));
            }

            var events = (await scene.HeldAsync()).Where(id => !before.Contains(id)).ToList();
            var payment = await scene.EventTypesAsync(events);
            var four = events.Where(id => payment[id].StartsWith("payment_intent.", StringComparison.Ordinal) || payment[id] == "charge.succeeded").ToList();
            Assert.Equal(4, four.Count);
            await scene.PostAsync("/_control/webhooks/release", new { events = order.Select(i => four[i]).ToArray() });
            await scene.UntilAsync(db => db.ProcessorEvents.Where(e => four.Contains(e.Id) && e.WorkedAt != null).CountAsync().ContinueWith(t => t.Result == 4, TaskScheduler.Default));
            Assert.Equal(TopUpState.Succeeded, await scene.QueryAsync(db => db.TopUps.Where(t => t.Id == topUp).Select(t => t.State).SingleAsync()));
            orders++;
        }

        Assert.Equal(24, orders);
        Assert.Equal(Enumerable.Repeat(10_00L, 24), await scene.TransfersAsync());
    }

    /// <summary>
    /// Payment and dispute together: whichever of the six is heard of first, second... of a top-up that nobody has heard of
    /// before, and after each of them as many rounds of work as it takes. One top-up for each of the 720 orders.
    /// </summary>
    [Fact]
    public async Task Every_order_of_six_events_of_a_disputed_top_up_ends_the_same()
    {
        string[] six =
        [
            "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
            "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed",
        ];
        var orders = Orders([0, 1, 2, 3, 4, 5]).ToList();
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.SetModeAsync("Drop");
        var card = await scene.AddCardAsync("4000000000000259");
        var news = new List<ProcessorNews[]>();
        foreach (int[] _ in orders)
        {
            await scene.ChargeAsync(card, 10_00);
            var since = await scene.NewestEventsAsync();
            string dispute = since.First(e => e.Type == "charge.dispute.created").ObjectId;
            await scene.PostAsync($"/_control/disputes/{dispute}/close", new { outcome = "lost" });
            since = await scene.NewestEventsAsync();
            news.Add([.. six.Select(type => since.First(e => e.Type == type))]);
        }

        var inbox = scene.App.Services.GetRequiredService<EventInbox>();
        for (int turn = 0; turn < six.Length; turn++)
        {
            int number = turn;
            await Task.WhenAll(orders.Select((order, topUp) => inbox.StoreAsync(news[topUp][order[number]], None)));
            await scene.UntilAsync(async db => !await db.ProcessorEvents.AnyAsync(e => e.WorkedAt == null), patience: TimeSpan.FromMinutes(3));
        }

        Assert.Equal(720, orders.Count);
        Assert.Equal(720 * 6, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
        Assert.Equal(720, await scene.QueryAsync(db => db.TopUps.CountAsync(t => t.State == TopUpState.Succeeded)));
        Assert.Equal(720, await scene.QueryAsync(db => db.CardDisputes.CountAsync(d => d.State == CardDisputeState.Lost && d.Taken == d.Amount)));
        Assert.Equal(Enumerable.Repeat(10_00L, 1_440), await scene.TransfersAsync());
        Assert.Equal(0, await scene.QueryAsync(db => db.LedgerBooks.SumAsync(b => b.CardClearing + b.Available + b.Receivable)));
    }

    [Theory]
    [InlineData(300, 200, 1)]
    [InlineData(301, 400, 0)]
    public async Task A_signature_is_good_for_300_seconds(int age, int status, int rows)
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite, new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero)));
        await scene.SetModeAsync("Drop");
        await scene.ChargeAsync("4242424242424242", 50_00);
        string succeeded = (await scene.EventsAsync("payment_intent.succeeded")).Single();
        Assert.Equal([status], await scene.SendAsync(succeeded, ageSeconds: age));
        Assert.Equal(rows, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Fact]
    public async Task A_webhook_signed_with_another_secret_leaves_no_row()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.SetModeAsync("Drop");
        await scene.ChargeAsync("4242424242424242", 50_00);
        string succeeded = (await scene.EventsAsync("payment_intent.succeeded")).Single();
        Assert.Equal([400], await scene.SendAsync(succeeded, secret: "whsec_wrong"));
        Assert.Equal(0, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Theory]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","created":1795000000,"data":{"object":{"id":"in_1"}}}""", true, 200)]
    [InlineData("""{"id":"evt_1","type":"balance.available","created":1795000000,"data":{"object":{}}}""", true, 200)]
    [InlineData("""{"id":"evt_1","type":"invoice.paid","created":1795000000,"data":{"object":{"id":"in_1"}}}""", false, 400)]
    [InlineData("""{"id":"evt_1"}""", true, 400)]
    [InlineData("""["evt_1"]""", true, 400)]
    [InlineData("not json", true, 400)]
    [InlineData("", true, 400)]
    public async Task Unknown_types_are_stored_and_ignored_and_nonsense_is_refused(string body, bool signed, int status)
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        using var client = scene.App.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/stripe") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (signed)
        {
            string timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            string signature = Convert.ToHexStringLower(HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(StripeEmulatorSettings.DefaultWebhookSecret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));
            request.Headers.Add("Stripe-Signature", $"t={timestamp},v1={signature}");
        }

        using var answer = await client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 200)
        {
            await scene.UntilAsync(async db => await db.ProcessorEvents.Where(e => e.Id == "evt_1").Select(e => e.Outcome).SingleOrDefaultAsync() == "ignored");
        }
        else
        {
            Assert.Equal(0, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
        }
    }

    [Fact]
    public async Task Events_whose_webhook_never_came_are_fetched_from_the_list()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.SetModeAsync("Drop");
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        Assert.Equal(0, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));

        Assert.Equal((await scene.EventsAsync(null)).Count, await scene.BackfillAsync());

        await scene.UntilAsync(async db => (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded);
        Assert.Equal(0, await scene.BackfillAsync());
        Assert.Equal([50_00L], await scene.TransfersAsync());
    }

    [Fact]
    public async Task A_backfill_that_gets_no_answer_reads_the_same_span_again()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.SetModeAsync("Drop");
        await scene.ChargeAsync("4242424242424242", 50_00);
        await TestApp.AddFaultAsync(scene.App.StripeControl, new Fault(FaultKind.Status, "GET", "/v1/events", Status: 500));
        Assert.Equal(0, await scene.BackfillAsync());
        Assert.NotEqual(0, await scene.BackfillAsync());
    }

    [Fact]
    public async Task While_the_processor_does_not_answer_an_event_waits_and_is_worked_later()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite, time);
        await TestApp.AddFaultAsync(scene.App.StripeControl, new Fault(FaultKind.Status, "GET", "/v1/payment_intents", Times: 2, Status: 500));
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        await scene.UntilAsync(async db => await db.ProcessorEvents.AnyAsync(e => e.Attempts > 0 && e.WorkedAt == null));
        await scene.UntilAsync(async db =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded;
        });
        Assert.Equal([50_00L], await scene.TransfersAsync());
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task An_event_stored_before_a_crash_is_worked_after_it(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        await scene.QueryAsync(async db =>
        {
            db.ProcessorEvents.Add(new ProcessorEvent { Id = "evt_before_crash", Type = "payment_intent.succeeded", ObjectId = scene.LastPayment!.Id });
            return await db.SaveChangesAsync();
        });
        await scene.UntilAsync(async db => (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded);
    }

    [Fact]
    public async Task A_payment_that_is_none_of_ours_is_put_aside()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.QueryAsync(async db =>
        {
            db.ProcessorEvents.Add(new ProcessorEvent { Id = "evt_foreign", Type = "payment_intent.succeeded", ObjectId = "pi_of_somebody" });
            return await db.SaveChangesAsync();
        });
        await scene.UntilAsync(async db => await db.ProcessorEvents.Where(e => e.Id == "evt_foreign").Select(e => e.Outcome).SingleAsync() == "not_ours");
    }

    [Fact]
    public async Task No_card_number_reaches_the_product()
    {
        const string Canary = "4242424242424242";
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        var topUp = await scene.ChargeAsync(Canary, 50_00);
        await scene.UntilAsync(async db => (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded);
        Assert.DoesNotContain(Canary, scene.App.Log.ToString());
        string folder = scene.App.Services.GetRequiredService<DataFolder>().Path;
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content);
            Assert.DoesNotContain(Canary, Encoding.Latin1.GetString(content.ToArray()));
        }
    }

    private static IEnumerable<int[]> Orders(int[] items) =>
        items.Length == 1 ? [items] : items.SelectMany(first => Orders([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));

    /// <summary>The product with one merchant whose top-ups are charged, and of which only webhooks tell the outcome.</summary>
    private sealed class Scene(TestApp app, MerchantId merchant, string customer) : IAsyncDisposable
    {
        public TestApp App => app;

        public Payment? LastPayment { get; private set; }

        private IPaymentProcessor Processor => app.Services.GetRequiredService<IPaymentProcessor>();

        public static async Task<Scene> StartAsync(DatabaseProvider provider, TimeProvider? time = null)
        {
            var app = await TestApp.StartAsync(provider, time, new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
            var merchant = await app.Database.AddMerchantAsync(setUp: true);
            await using var silence = new Silence(app);
            await silence.SetAsync("Drop");
            string customer = (await app.Services.GetRequiredService<IPaymentProcessor>()
                .CreateCustomerAsync(merchant, "owner@example.com", "Maple Parcels", "customer-1", None)).Value();
            await using var db = await app.Contexts.CreateDbContextAsync();
            await db.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.ProcessorCustomerId, customer));
            return new Scene(app, merchant, customer);
        }

        /// <summary>Stores the intent and charges; the answer is thrown away, as a crash would.</summary>
        public async Task<TopUpId> ChargeAsync(string number, long cents) => await ChargeAsync(await AddCardAsync(number), cents);

        /// <summary>Saves a card at the processor.</summary>
        public async Task<(string Id, string LastFour)> AddCardAsync(string number) =>
            ((await PostAsync("/_control/cards", new { customer, number }))["id"]!.GetValue<string>(), number[^4..]);

        public async Task<TopUpId> ChargeAsync((string Id, string LastFour) card, long cents)
        {
            var id = new TopUpId(Guid.CreateVersion7());
            await using (var db = await app.Contexts.CreateDbContextAsync())
            {
                db.TopUps.Add(new TopUp
                {
                    MerchantId = merchant,
                    Id = id,
                    State = TopUpState.Charging,
                    Amount = new Money(cents),
                    CardId = new CardId(Guid.CreateVersion7()),
                    CardBrand = "visa",
                    CardLastFour = card.LastFour,
                    ReturnUrl = "http://localhost/balance/return",
                    RequestedBy = "user",
                });
                await db.SaveChangesAsync();
            }

            LastPayment = (await Processor.ChargeAsync(
                new ChargeOrder(merchant, id, customer, card.Id, new Money(cents), OffSession: false, "http://localhost/balance/return"), None)).Value();
            return id;
        }

        public Task SetModeAsync(string mode) => PostAsync("/_control/webhooks", new { mode });

        public async Task<IReadOnlyList<string>> HeldAsync() =>
            [.. (await app.StripeControl.GetFromJsonAsync<JsonObject>("/_control/webhooks"))!["held"]!.AsArray().Select(id => id!.GetValue<string>())];

        /// <summary>Ids of what happened at the processor, newest first.</summary>
        public async Task<IReadOnlyList<string>> EventsAsync(string? type) =>
            [.. (await ListEventsAsync()).Where(e => type is null || e["type"]!.GetValue<string>() == type).Select(e => e["id"]!.GetValue<string>())];

        public async Task<Dictionary<string, string>> EventTypesAsync(IReadOnlyList<string> ids) =>
            (await ListEventsAsync()).Where(e => ids.Contains(e["id"]!.GetValue<string>())).ToDictionary(e => e["id"]!.GetValue<string>(), e => e["type"]!.GetValue<string>());

        public async Task<IReadOnlyList<int>> SendAsync(string eventId, int times = 1, int ageSeconds = 0, string? secret = null)
        {
            using var answer = await app.StripeControl.PostAsJsonAsync("/_control/webhooks/send", new { events = new[] { eventId }, times, ageSeconds, secret });
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<int[]>())!;
        }

        public async Task<JsonObject> PostAsync(string path, object body)
        {
            using var answer = await app.StripeControl.PostAsJsonAsync(path, body);
            answer.EnsureSuccessStatusCode();
            return answer.StatusCode == HttpStatusCode.NoContent ? [] : (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        }

        public Task<int> BackfillAsync() => app.InScopeAsync<BackfillProcessorEvents, int>(backfill => backfill.RunAsync(None));

        public async Task<T> QueryAsync<T>(Func<AppDbContext, Task<T>> query)
        {
            await using var db = await app.Contexts.CreateDbContextAsync();
            return await query(db);
        }

        public async Task<IReadOnlyList<long>> TransfersAsync() =>
            await QueryAsync(db => db.LedgerTransfers.Where(t => t.MerchantId == merchant).OrderBy(t => t.Sequence).Select(t => t.Amount).ToListAsync());

        /// <summary>The newest things that happened, with what they speak of.</summary>
        public async Task<IReadOnlyList<ProcessorNews>> NewestEventsAsync() =>
            [.. (await ListEventsAsync(limit: 8)).Select(e => new ProcessorNews(
                e["id"]!.GetValue<string>(),
                e["type"]!.GetValue<string>(),
                e["data"]!["object"]!["id"]!.GetValue<string>(),
                DateTimeOffset.FromUnixTimeSeconds(e["created"]!.GetValue<long>())))];

        public async Task UntilAsync(Func<AppDbContext, Task<bool>> condition, TimeSpan? patience = null)
        {
            using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(60));
            while (!await QueryAsync(condition))
            {
                Assert.False(limit.IsCancellationRequested, $"It did not come to that.\n{app.Log}");
                await Task.Delay(50);
            }
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task<IReadOnlyList<JsonObject>> ListEventsAsync(int limit = 100)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/events?limit={limit}");
            request.Headers.Add("Authorization", $"Bearer {StripeEmulatorSettings.DefaultSecretKey}");
            using var answer = await app.StripeControl.SendAsync(request);
            return [.. (await answer.Content.ReadFromJsonAsync<JsonObject>())!["data"]!.AsArray().Select(e => e!.AsObject())];
        }

        /// <summary>Webhooks are off while the scene is set, so that rows counted later come from the act alone.</summary>
        private sealed class Silence(TestApp app) : IAsyncDisposable
        {
            public async Task SetAsync(string mode)
            {
                using var answer = await app.StripeControl.PostAsJsonAsync("/_control/webhooks", new { mode });
                answer.EnsureSuccessStatusCode();
            }

            public async ValueTask DisposeAsync() => await SetAsync("Deliver");
        }
    }
}
