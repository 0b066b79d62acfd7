using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
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

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

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

    /// <summary>
    /// One top-up for each order. Between two deliveries each payment goes one step further at the processor, so that each
    /// event is worked from another state than it speaks of: it is late, early, or of a state long gone.
    /// </summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "requires_action stay refused processing succeeded stay", TopUpState.Succeeded)]
    [InlineData(DatabaseProvider.Postgres, "requires_action refused processing succeeded stay", TopUpState.Succeeded)]
    [InlineData(DatabaseProvider.Sqlite, "requires_action processing failed stay", TopUpState.Failed)]
    [InlineData(DatabaseProvider.Postgres, "requires_action refused cancelled stay", TopUpState.Failed)]
    public async Task Every_order_of_a_top_ups_events_while_its_payment_moves_on_ends_the_same(DatabaseProvider provider, string stages, TopUpState end)
    {
        string[] events =
        [
            "payment_intent.created", "charge.succeeded", "payment_intent.requires_action",
            "payment_intent.payment_failed", "payment_intent.processing", "payment_intent.succeeded",
        ];
        string[] turns = stages.Split(' ');
        var orders = Orders([.. Enumerable.Range(0, turns.Length)]).ToList();
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        var card = await scene.AddCardAsync("4000002760003184");
        var other = await scene.AddCardAsync("4242424242424242");
        var payments = new List<Payment>();
        foreach (int[] _ in orders)
        {
            await scene.ChargeAsync(card, 10_00);
            payments.Add(scene.LastPayment!);
        }

        var seen = new HashSet<TopUpState>();
        for (int turn = 0; turn < turns.Length; turn++)
        {
            foreach (var payment in payments)
            {
                await scene.MoveOnAsync(payment, turns[turn], other.Id);
            }

            int number = turn;
            await Parallel.ForAsync(0, orders.Count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
                Assert.Equal(200, await scene.DeliverAsync(events[orders[i][number]], payments[i].Id)));
            await scene.UntilAsync(async db => !await db.ProcessorEvents.AnyAsync(e => e.WorkedAt == null), patience: TimeSpan.FromMinutes(3));
            seen.UnionWith(await scene.QueryAsync(db => db.TopUps.Select(t => t.State).Distinct().ToListAsync()));
        }

        Assert.Equal(orders.Count * turns.Length, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
        Assert.Equal(orders.Count, await scene.QueryAsync(db => db.TopUps.CountAsync(t => t.State == end)));
        Assert.Equal(end == TopUpState.Succeeded ? Enumerable.Repeat(10_00L, orders.Count) : [], await scene.TransfersAsync());
        var passed = turns.Select(stage => stage switch
        {
            "requires_action" => TopUpState.RequiresAction,
            "processing" => TopUpState.Processing,
            "succeeded" => TopUpState.Succeeded,
            _ => TopUpState.Failed,
        }).Distinct().Where(state => state != TopUpState.Failed || turns.Contains("refused") || end == TopUpState.Failed);
        Assert.Superset(passed.ToHashSet(), seen);
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

    /// <summary>
    /// The funding whose money goes back: a part by a refund, which the bank ends later, the rest by a dispute. As above, with
    /// the events of all three in each of the 720 orders.
    /// </summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "succeeded", "lost")]
    [InlineData(DatabaseProvider.Postgres, "failed", "won")]
    public async Task Every_order_of_six_events_of_a_top_up_whose_money_goes_back_ends_the_same(DatabaseProvider provider, string refunded, string disputed)
    {
        string[] six =
        [
            "payment_intent.succeeded", "refund.created", "charge.refunded",
            refunded == "failed" ? "refund.failed" : "refund.updated", "charge.dispute.funds_withdrawn", "charge.dispute.closed",
        ];
        var orders = Orders([0, 1, 2, 3, 4, 5]).ToList();
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        var card = await scene.AddCardAsync("4242424242424242");
        var news = new List<ProcessorNews[]>();
        foreach (int[] _ in orders)
        {
            await scene.ChargeAsync(card, 10_00);
            string charge = scene.LastPayment!.ChargeId!;
            await scene.PostAsync("/_control/refunds/next", new { outcome = "pending" });
            string refund = await scene.RefundAsync(scene.LastPayment.Id, 4_00);
            await scene.PostAsync($"/_control/refunds/{refund}/settle", new { outcome = refunded });
            string dispute = (await scene.PostAsync($"/_control/charges/{charge}/dispute", new { amount = 6_00 }))["id"]!.GetValue<string>();
            await scene.PostAsync($"/_control/disputes/{dispute}/close", new { outcome = disputed });
            var since = await scene.NewestEventsAsync(limit: 11);
            news.Add([.. six.Select(type => since.First(e => e.Type == type))]);
        }

        var inbox = scene.App.Services.GetRequiredService<EventInbox>();
        for (int turn = 0; turn < six.Length; turn++)
        {
            int number = turn;
            await Task.WhenAll(orders.Select((order, topUp) => inbox.StoreAsync(news[topUp][order[number]], None)));
            await scene.UntilAsync(async db => !await db.ProcessorEvents.AnyAsync(e => e.WorkedAt == null), patience: TimeSpan.FromMinutes(3));
        }

        var (refundEnd, disputeEnd) = (refunded == "failed" ? CardRefundState.Failed : CardRefundState.Succeeded, disputed == "won" ? CardDisputeState.Won : CardDisputeState.Lost);
        var (taken, back) = (new Money(6_00), disputed == "won" ? new Money(6_00) : Money.Zero);
        Assert.Equal(720, orders.Count);
        Assert.Equal(720 * 6, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
        Assert.Equal(720, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync(e => e.Type == "charge.refunded" && e.Outcome == "ignored")));
        Assert.Equal(720, await scene.QueryAsync(db => db.TopUps.CountAsync(t => t.State == TopUpState.Succeeded)));
        Assert.Equal(720, await scene.QueryAsync(db => db.CardRefunds.CountAsync(r => r.State == refundEnd && r.Amount == new Money(4_00))));
        Assert.Equal(720, await scene.QueryAsync(db => db.CardDisputes.CountAsync(d => d.State == disputeEnd && d.Taken == taken && d.Returned == back)));

        // The refund moves no money here: whoever closes the account does.
        long[] each = disputed == "won" ? [6_00, 6_00, 10_00] : [6_00, 10_00];
        Assert.Equal(each.SelectMany(cents => Enumerable.Repeat(cents, 720)), (await scene.TransfersAsync()).Order());
        long left = 720 * (disputed == "won" ? 10_00 : 4_00);
        var book = await scene.QueryAsync(db => db.LedgerBooks.SingleAsync());
        Assert.Equal((left, left), (book.Available - book.Receivable, book.CardClearing));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, 300, 200, 1)]
    [InlineData(DatabaseProvider.Sqlite, 301, 400, 0)]
    [InlineData(DatabaseProvider.Postgres, 300, 200, 1)]
    [InlineData(DatabaseProvider.Postgres, 301, 400, 0)]
    public async Task A_signature_is_good_for_300_seconds(DatabaseProvider provider, int age, int status, int rows)
    {
        await using var scene = await Scene.StartAsync(provider, new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero)));
        await scene.SetModeAsync("Drop");
        await scene.ChargeAsync("4242424242424242", 50_00);
        string succeeded = (await scene.EventsAsync("payment_intent.succeeded")).Single();
        Assert.Equal([status], await scene.SendAsync(succeeded, ageSeconds: age));
        Assert.Equal(rows, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_webhook_signed_with_another_secret_leaves_no_row(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        await scene.ChargeAsync("4242424242424242", 50_00);
        string succeeded = (await scene.EventsAsync("payment_intent.succeeded")).Single();
        Assert.Equal([400], await scene.SendAsync(succeeded, secret: "whsec_wrong"));
        Assert.Equal(0, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Unknown_types_are_stored_once_and_ignored(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        string[] types = ["invoice.paid", "balance.available", "v2.core.account.updated", "payment_intentions.made", "charge.succeeded"];
        foreach (string type in types)
        {
            // Some speak of an object that has no id.
            string subject = type == "balance.available" ? "{}" : """{"id":"thing_1"}""";
            string body = $$$"""{"id":"evt_{{{type}}}","type":"{{{type}}}","created":1795000000,"data":{"object":{{{subject}}}}}""";
            Assert.Equal(200, await scene.PostAsync(body, signed: true));
            Assert.Equal(200, await scene.PostAsync(body, signed: true));
        }

        await scene.UntilAsync(async db => !await db.ProcessorEvents.AnyAsync(e => e.WorkedAt == null));
        var stored = await scene.QueryAsync(db => db.ProcessorEvents.Select(e => new { e.Type, e.ObjectId, e.Outcome, e.Attempts }).ToListAsync());
        Assert.Equal(types.Order(), stored.Select(e => e.Type).Order());
        Assert.All(stored, e => Assert.Equal((e.Type == "balance.available" ? "" : "thing_1", "ignored", 1), (e.ObjectId, e.Outcome, e.Attempts)));
        Assert.Empty(await scene.TransfersAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_is_not_signed_or_no_event_is_refused_and_leaves_no_row(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        Assert.Equal(400, await scene.PostAsync("""{"id":"evt_1","type":"invoice.paid","created":1795000000,"data":{"object":{"id":"in_1"}}}""", signed: false));
        foreach (string body in new[] { """{"id":"evt_1"}""", """{"id":"evt_1","type":"invoice.paid","created":1795000000,"data":[]}""", """["evt_1"]""", "not json", "" })
        {
            Assert.Equal(400, await scene.PostAsync(body, signed: true));
        }

        Assert.Equal(0, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Events_whose_webhook_never_came_are_fetched_from_the_list(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        Assert.Equal(0, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));

        Assert.Equal((await scene.EventsAsync(null)).Count, await scene.BackfillAsync());

        await scene.UntilAsync(async db => (await db.TopUps.SingleAsync(t => t.Id == topUp)).State == TopUpState.Succeeded);
        Assert.Equal(0, await scene.BackfillAsync());
        Assert.Equal([50_00L], await scene.TransfersAsync());
    }

    /// <summary>Hours without a webhook, and more events than one page of the list holds.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Hours_without_webhooks_are_caught_up_with_and_nothing_is_taken_twice(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var scene = await Scene.StartAsync(provider, time);
        await scene.SetModeAsync("Drop");
        var card = await scene.AddCardAsync("4242424242424242");
        await scene.ChargeAsync(card, 10_00);
        Assert.NotEqual(0, await scene.BackfillAsync());
        for (int hour = 0; hour < 12; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            for (int i = 0; i < 5; i++)
            {
                await scene.ChargeAsync(card, 10_00);
            }
        }

        Assert.InRange(await scene.BackfillAsync(), 101, 1_000);
        await scene.UntilAsync(async db => !await db.TopUps.AnyAsync(t => t.State != TopUpState.Succeeded));
        Assert.Equal(0, await scene.BackfillAsync());
        Assert.Equal(Enumerable.Repeat(10_00L, 61), await scene.TransfersAsync());
    }

    /// <summary>PostgreSQL takes no text with a zero in it: whoever sends that hears so, and the others are stored.</summary>
    [Fact]
    public async Task An_event_that_the_database_does_not_take_fails_alone()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Postgres);
        var inbox = scene.App.Services.GetRequiredService<EventInbox>();
        var news = Enumerable.Range(0, 40).Select(i => new ProcessorNews(i == 20 ? "evt_\0" : $"evt_{i}", "invoice.paid", $"in_{i}", TimeProvider.System.GetUtcNow())).ToList();

        var stored = news.ConvertAll(one => inbox.StoreAsync(one, None));
        await Assert.ThrowsAnyAsync<Exception>(() => stored[20]);
        await Task.WhenAll(stored.Where((_, i) => i != 20));

        Assert.Equal(39, await scene.QueryAsync(db => db.ProcessorEvents.CountAsync()));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_backfill_that_gets_no_answer_reads_the_same_span_again(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.SetModeAsync("Drop");
        await scene.ChargeAsync("4242424242424242", 50_00);
        await TestApp.AddFaultAsync(scene.App.StripeControl, new Fault(FaultKind.Status, "GET", "/v1/events", Status: 500));
        Assert.Equal(0, await scene.BackfillAsync());
        Assert.NotEqual(0, await scene.BackfillAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task While_the_processor_does_not_answer_an_event_waits_and_is_worked_later(DatabaseProvider provider)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var scene = await Scene.StartAsync(provider, time);
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
    [InlineData(DatabaseProvider.Sqlite, 401)]
    [InlineData(DatabaseProvider.Postgres, 401)]
    [InlineData(DatabaseProvider.Sqlite, 403)]
    public async Task While_the_processor_does_not_accept_our_key_no_event_is_used_up(DatabaseProvider provider, int status)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var scene = await Scene.StartAsync(provider, time);
        await TestApp.AddFaultAsync(scene.App.StripeControl, new Fault(FaultKind.Status, "GET", "/v1/payment_intents", Times: 3, Status: status));
        var topUp = await scene.ChargeAsync("4242424242424242", 50_00);
        await scene.UntilAsync(async db => await db.ProcessorEvents.AnyAsync(e => e.Attempts > 0 && e.WorkedAt == null));
        Assert.False(await scene.QueryAsync(db => db.ProcessorEvents.AnyAsync(e => e.Outcome == "not_ours")));
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

    [Theory, MemberData(nameof(Providers))]
    public async Task A_payment_that_is_none_of_ours_is_put_aside(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
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

        /// <summary>The payment's next step at the processor: what its cardholder, the bank or we do there.</summary>
        public async Task MoveOnAsync(Payment payment, string stage, string otherCard)
        {
            switch (stage)
            {
                case "requires_action" or "stay":
                    break;
                case "refused":
                    using (var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }))
                    {
                        using var answered = await browser.PostAsync(payment.RedirectUrl, new FormUrlEncodedContent([new("answer", "fail")]));
                    }

                    break;
                case "processing":
                    await PostAsync("/_control/payments/next", new { outcome = "processing" });
                    await CallAsync($"/v1/payment_intents/{payment.Id}/confirm", new KeyValuePair<string, string>("payment_method", otherCard));
                    break;
                case "succeeded" or "failed":
                    await PostAsync($"/_control/payments/{payment.Id}/settle", new { outcome = stage });
                    break;
                case "cancelled":
                    await CallAsync($"/v1/payment_intents/{payment.Id}/cancel");
                    break;
                default:
                    throw new InvalidOperationException($"Unknown stage {stage}.");
            }
        }

        /// <summary>A signed delivery of an event of this type, with an id of its own.</summary>
        public Task<int> DeliverAsync(string type, string objectId) => PostAsync(
            JsonSerializer.Serialize(new { id = $"evt_{Guid.NewGuid():N}", type, created = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), data = new { @object = new { id = objectId } } }),
            signed: true);

        /// <summary>Posts this body to our endpoint; the status.</summary>
        public async Task<int> PostAsync(string body, bool signed)
        {
            using var client = app.CreateClient();
            if (signed)
            {
                return (int)await SignedWebhook.PostAsync(client, body);
            }

            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync("/webhooks/stripe", content);
            return (int)answer.StatusCode;
        }

        private async Task CallAsync(string path, params KeyValuePair<string, string>[] parameters)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(parameters) };
            request.Headers.Add("Authorization", $"Bearer {StripeEmulatorSettings.DefaultSecretKey}");
            using var answer = await app.StripeControl.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }

        /// <summary>Gives a part back on the processor's side; the refund's id.</summary>
        public async Task<string> RefundAsync(string payment, long cents) => (await Processor.RefundAsync(payment, new Money(cents), $"refund-{payment}", None)).Value().Id;

        public Task SetModeAsync(string mode) => PostAsync("/_control/webhooks", new { mode });

        /// <summary>Ids of what happened at the processor, newest first.</summary>
        public async Task<IReadOnlyList<string>> EventsAsync(string? type) =>
            [.. (await ListEventsAsync()).Where(e => type is null || e["type"]!.GetValue<string>() == type).Select(e => e["id"]!.GetValue<string>())];

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
        public async Task<IReadOnlyList<ProcessorNews>> NewestEventsAsync(int limit = 8) =>
            [.. (await ListEventsAsync(limit)).Select(e => new ProcessorNews(
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
