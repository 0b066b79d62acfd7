using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Reconciliation;
using OneBalance.Web.Integrations.Stripe;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>
/// Many top-ups, by hand and automatic, while the processor misbehaves in every way its stand-in knows and the product dies
/// between any two steps. In the end the processor's account, the ledger and the receipts agree to the cent, and nobody was
/// charged twice. The number of top-ups and the seed come from the environment: <c>ONEBALANCE_SIMULATION_TOPUPS</c> (150) and
/// <c>ONEBALANCE_SIMULATION_SEED</c>.
/// </summary>
public sealed class FundingSimulationTests(ITestOutputHelper output)
{
    private const int Callers = 6;

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Processor_ledger_and_receipts_agree_to_the_cent_whatever_happens(DatabaseProvider provider)
    {
        int topUps = Setting("ONEBALANCE_SIMULATION_TOPUPS", 150);
        int seed = Setting("ONEBALANCE_SIMULATION_SEED", Environment.TickCount & 0xFFFFFF);
        string run = $"seed {seed}, {topUps} top-ups on {provider}";
        output.WriteLine(run);
        var clock = Stopwatch.StartNew();
        await using var world = await World.StartAsync(provider, seed);
        try
        {
            await world.RunAsync(topUps);
            await world.SettleAsync();
            await world.AgreeAsync();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"With {run}: {failure.Message}", failure);
        }

        output.WriteLine($"{world.Told}; {clock.Elapsed.TotalSeconds:0.0} s");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    /// <summary>Dice that many may throw at once.</summary>
    private sealed class Dice(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Lock _gate = new();

        public int Below(int limit)
        {
            lock (_gate)
            {
                return _random.Next(limit);
            }
        }

        public bool OneIn(int times) => Below(times) == 0;

        public T Of<T>(IReadOnlyList<T> all) => all[Below(all.Count)];
    }

    /// <summary>Where the product dies: around every save, while it is allowed to.</summary>
    private sealed class Death(Dice dice)
    {
        private int _deaths;

        public bool Allowed { get; set; }

        public int Deaths => _deaths;

        public void Pass()
        {
            if (Allowed && dice.OneIn(40))
            {
                Interlocked.Increment(ref _deaths);
                throw new ProcessDied();
            }
        }
    }

    private sealed class DyingContexts(IDbContextFactory<AppDbContext> inner, Death death) : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext()
        {
            var db = inner.CreateDbContext();
            db.SavingChanges += (_, _) => death.Pass();
            db.SavedChanges += (_, _) => death.Pass();
            return db;
        }
    }

    private sealed class World(FundingBench bench, Dice dice, Death death) : IAsyncDisposable
    {
        private static readonly string[] Cards =
        [
            FundingBench.Visa, FundingBench.Visa, FundingBench.Visa, "5555555555554444", "4000001240000000", FundingBench.DeclinedOnCharge,
            FundingBench.NoFunds, "4000000000000119", FundingBench.ThreeDSecure, FundingBench.ThreeDSecure, "4000000000000259", "4000000000007726",
        ];

        private static readonly Fault[] Misfortunes =
        [
            new(FaultKind.DropBeforeActing, "POST", "/v1/payment_intents"),
            new(FaultKind.DropAfterActing, "POST", "/v1/payment_intents"),
            new(FaultKind.DropAfterActing, "POST", "/v1/payment_intents"),
            new(FaultKind.MalformedBody, "POST", "/v1/payment_intents"),
            new(FaultKind.SlowBody, "POST", "/v1/payment_intents", Milliseconds: 30),
            new(FaultKind.Status, "POST", "/v1/payment_intents", Status: 500),
            new(FaultKind.Status, "POST", "/v1/payment_intents", Status: 429),
            new(FaultKind.Status, "POST", "/v1/payment_intents", Status: 409),
            new(FaultKind.StatusAfterActing, "POST", "/v1/payment_intents", Status: 500),
            new(FaultKind.StatusAfterActing, "POST", "/v1/payment_intents", Status: 503),
            new(FaultKind.Latency, "POST", "/v1/payment_intents", Milliseconds: 30),
            new(FaultKind.Status, "GET", "/v1/payment_intents", Times: 3, Status: 500),
            new(FaultKind.DropBeforeActing, "GET", "/v1/payment_intents"),
            new(FaultKind.MalformedBody, "GET", "/v1/payment_intents"),
            new(FaultKind.Status, "GET", "/v1/disputes", Status: 500),
            new(FaultKind.Status, "GET", "/v1/events", Status: 500),
            new(FaultKind.Status, "GET", "/v1/balance_transactions", Status: 500),
        ];

        private readonly List<MerchantId> _merchants = [];
        private TestApp? _second;
        private int _done;
        private int _restarts;
        private int _faults;

        public string Told { get; private set; } = "";

        public static async Task<World> StartAsync(DatabaseProvider provider, int seed)
        {
            var dice = new Dice(seed);
            var death = new Death(dice);
            var bench = await FundingBench.StartAsync(provider, webhooks: true, services: services =>
            {
                var real = services.Last(service => service.ServiceType == typeof(IDbContextFactory<AppDbContext>));
                services.Replace(ServiceDescriptor.Singleton<IDbContextFactory<AppDbContext>>(root => new DyingContexts(
                    (IDbContextFactory<AppDbContext>)ActivatorUtilities.CreateInstance(root, real.ImplementationType!), death)));
            });
            var world = new World(bench, dice, death);
            foreach (string card in Cards)
            {
                var merchant = await bench.AddMerchantAsync(card, $"Merchant {card[^4..]}");
                world._merchants.Add(merchant);
                await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save =>
                    save.RunAsync(merchant, new AutoFundingPlan(true, new Money(500_00), new Money(20_00), 10), None));
            }

            world._second = await bench.App.StartNodeAsync();
            return world;
        }

        public async Task RunAsync(int topUps)
        {
            death.Allowed = true;
            int left = topUps;
            bench.Seam.BeforeCharge = () =>
            {
                death.Pass();
                return Task.CompletedTask;
            };
            bench.Seam.AfterCharge = _ =>
            {
                death.Pass();
                return Task.CompletedTask;
            };
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    await OneAsync(caller);
                }
            })));
            death.Allowed = false;
        }

        /// <summary>Good weather: whatever is open comes to its end by the sweeps, the webhooks and the list of events alone.</summary>
        public async Task SettleAsync()
        {
            await TestApp.ClearFaultsAsync(bench.App.StripeControl);
            await bench.PostAsync("/_control/webhooks", new { mode = "Deliver" });
            await bench.PostAsync("/_control/webhooks/release", new { reversed = true });
            for (int round = 0; ; round++)
            {
                await foreach (var intent in ListAsync("/v1/payment_intents"))
                {
                    if (intent["status"]!.GetValue<string>() == "processing")
                    {
                        await bench.PostAsync($"/_control/payments/{intent["id"]!.GetValue<string>()}/settle", new { outcome = dice.OneIn(3) ? "failed" : "succeeded" });
                    }
                }

                await bench.App.InScopeAsync<BackfillProcessorEvents, int>(backfill => backfill.RunAsync(None));
                while (await bench.App.InScopeAsync<TopUpSweep, int>(sweep => sweep.RunAsync(None)) > 0)
                {
                    // Until nothing is due.
                }

                await EventsAreWorkedAsync();
                await using var db = await bench.App.Contexts.CreateDbContextAsync();
                if (!await db.TopUps.AnyAsync(t => t.EndedAt == null))
                {
                    return;
                }

                Assert.True(round < 30, "Some top-up never comes to its end.");
                bench.Time.Advance(TimeSpan.FromHours(7));
            }
        }

        public async Task AgreeAsync()
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var rows = await db.TopUps.AsNoTracking().ToListAsync();
            var transfers = await db.LedgerTransfers.AsNoTracking().ToListAsync();

            // One payment a top-up at most, and the row, the receipt and the ledger say what became of it.
            var charged = new Dictionary<string, long>();
            var seen = new HashSet<string>();
            await foreach (var intent in ListAsync("/v1/payment_intents"))
            {
                string topUp = intent["metadata"]!["top_up_id"]!.GetValue<string>();
                Assert.True(seen.Add(topUp), $"Top-up {topUp} has two payments.");
                if (intent["status"]!.GetValue<string>() == "succeeded")
                {
                    charged.Add(topUp, intent["amount"]!.GetValue<long>());
                }
            }

            var succeeded = rows.Where(row => row.State == TopUpState.Succeeded).ToDictionary(row => row.Id.ToString(), row => row.Amount.Cents);
            Assert.Equal(charged.OrderBy(pair => pair.Key), succeeded.OrderBy(pair => pair.Key));
            Assert.All(rows, row => Assert.True(row.State is TopUpState.Succeeded or TopUpState.Failed, $"{row.Id} is {row.State}"));
            var funds = transfers.Where(t => t.Kind == LedgerTransferKind.Fund).ToDictionary(t => (t.MerchantId, t.Key), t => t.Amount);
            Assert.Equal(
                funds.OrderBy(pair => pair.Key.Key),
                rows.Where(row => row.State == TopUpState.Succeeded)
                    .ToDictionary(row => (row.MerchantId, LedgerKeys.Fund(row.PaymentId!)), row => row.Amount.Cents).OrderBy(pair => pair.Key.Item2));
            var queries = bench.App.Services.GetRequiredService<BalanceQueries>();
            foreach (var row in rows.Where(row => row.State == TopUpState.Succeeded))
            {
                var receipt = await queries.TopUpAsync(row.MerchantId, row.Id, None);
                Assert.True(receipt is { BalanceAfter: not null, Descriptor: "STAMPS" } && receipt.Amount == row.Amount, $"The receipt of {row.Id} is incomplete.");
            }

            // Never over the cap of a day.
            Assert.All(rows.Where(row => row.AutomaticSlot is not null).GroupBy(row => (row.MerchantId, row.AutomaticSlot!.Split('/')[0])), day => Assert.InRange(day.Count(), 1, 10));

            // Each transaction of the processor meets one transfer, and the reverse; and both accounts hold the same.
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            var compared = Assert.IsType<ReconcileOutcome.Done>(await bench.App.InScopeAsync<ReconcileProcessor, ReconcileOutcome>(r => r.RunAsync("simulation", None)));
            Assert.Equal(0, compared.Open);
            Assert.Equal(compared.Seen, compared.Matched);
            var balance = await bench.App.ReadStripeAsync("/v1/balance");
            long atProcessor = new[] { "available", "pending" }.Sum(part => balance[part]!.AsArray().Sum(amount => amount!["amount"]!.GetValue<long>()));
            Assert.Equal(atProcessor, await db.LedgerBooks.SumAsync(book => book.CardClearing));
            var audit = await bench.App.Services.GetRequiredService<LedgerAuditor>().RunAsync(None);
            Assert.True(audit.IsClean, $"{audit.First.FirstOrDefault()}");

            int disputes = await db.CardDisputes.CountAsync();
            Told = $"{rows.Count} top-ups, {rows.Count(row => row.Automatic)} of them automatic: {succeeded.Count} charged, {rows.Count - succeeded.Count} not; {new Money(succeeded.Values.Sum())} charged, {disputes} disputes, {compared.Seen} transactions met, {new Money(atProcessor)} on both sides; {_faults} faults, {death.Deaths} deaths, {_restarts} nodes replaced";
        }

        public async ValueTask DisposeAsync()
        {
            if (_second is not null)
            {
                await _second.DisposeAsync();
            }

            await bench.DisposeAsync();
        }

        /// <summary>One top-up with what happens around it.</summary>
        private async Task OneAsync(int caller)
        {
            var merchant = dice.Of(_merchants);
            await HappenAsync(caller);
            try
            {
                var node = caller % 2 == 0 ? bench.App : Volatile.Read(ref _second)!;
                if (dice.OneIn(10))
                {
                    await node.InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(merchant, None));
                    return;
                }

                var order = FundingBench.Order(10_00 + dice.Below(100_00));
                var outcome = await node.InScopeAsync<AddFunds, AddFundsOutcome>(add => add.RunAsync(merchant, order, None));
                if (outcome is AddFundsOutcome.ConfirmAtBank(var id, var url) && !dice.OneIn(3))
                {
                    await bench.AnswerBankAsync(url, complete: !dice.OneIn(4));
                    await node.InScopeAsync<ResumeTopUp, ResumedTopUp?>(resume => resume.RunAsync(merchant, id, None));
                }
                else if (outcome is AddFundsOutcome.Added && dice.OneIn(30))
                {
                    await DisputeAsync(merchant, order.Id);
                }
            }
            catch (ProcessDied)
            {
                // Whoever comes next finds what was stored.
            }
            catch (ObjectDisposedException)
            {
                // The node was replaced while this was under way.
            }
            catch (OperationCanceledException)
            {
                // Likewise.
            }
            catch (LedgerUnavailableException unavailable) when (unavailable.InnerException is ChannelClosedException)
            {
                // Likewise: its ledger had stopped taking commands.
            }
        }

        private async Task HappenAsync(int caller)
        {
            int done = Interlocked.Increment(ref _done);
            if (dice.OneIn(3))
            {
                Interlocked.Increment(ref _faults);
                await bench.AddFaultAsync(dice.Of(Misfortunes));
            }

            if (dice.OneIn(15))
            {
                await bench.PostAsync("/_control/payments/next", new { outcome = "processing" });
            }

            // The rest touches everybody, so one caller does it.
            if (caller != 0)
            {
                return;
            }

            bench.Time.Advance(TimeSpan.FromSeconds(dice.Below(120)));
            if (dice.OneIn(6))
            {
                await bench.PostAsync("/_control/webhooks", new { mode = dice.Of(["Deliver", "Twice", "Hold", "Drop"]) });
                await bench.PostAsync("/_control/webhooks/release", new { reversed = dice.OneIn(2) });
            }

            try
            {
                if (dice.OneIn(5))
                {
                    await bench.App.InScopeAsync<TopUpSweep, int>(sweep => sweep.RunAsync(None));
                }

                if (dice.OneIn(12))
                {
                    await bench.App.InScopeAsync<BackfillProcessorEvents, int>(backfill => backfill.RunAsync(None));
                }

                if (dice.OneIn(60))
                {
                    await bench.App.InScopeAsync<ReconcileProcessor, ReconcileOutcome>(reconcile => reconcile.RunAsync("simulation", None));
                }
            }
            catch (ProcessDied)
            {
                // The next run begins where this one stopped.
            }

            if (dice.OneIn(80))
            {
                // From now on the processor has forgotten every key.
                bench.Time.Advance(TimeSpan.FromHours(25));
            }

            if (done % 100 < Callers && dice.OneIn(4))
            {
                var next = await bench.App.StartNodeAsync();
                var previous = Interlocked.Exchange(ref _second, next)!;
                Interlocked.Increment(ref _restarts);
                await previous.DisposeAsync();
            }
        }

        private async Task DisputeAsync(MerchantId merchant, TopUpId topUp)
        {
            string payment = (await bench.TopUpAsync(merchant, topUp)).PaymentId!;
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            // The stand-in's own levers are not to fail by the faults meant for the product.
            var intent = await bench.App.StripeControl.GetFromJsonAsync<JsonObject>($"/_control/payments/{payment}");
            if (intent!["latest_charge"]?.GetValue<string>() is not { } charge)
            {
                return;
            }

            using var opened = await bench.App.StripeControl.PostAsJsonAsync($"/_control/charges/{charge}/dispute", new { });
            if (opened.IsSuccessStatusCode && dice.OneIn(2))
            {
                string dispute = (await opened.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
                await bench.PostAsync($"/_control/disputes/{dispute}/close", new { outcome = dice.OneIn(2) ? "won" : "lost" });
            }
        }

        private async Task EventsAreWorkedAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            while (true)
            {
                await using (var db = await bench.App.Contexts.CreateDbContextAsync())
                {
                    var state = (await bench.App.StripeControl.GetFromJsonAsync<JsonObject>("/_control/webhooks"))!;
                    int pending = state["pending"]!.AsArray().Count;
                    bool open = await db.ProcessorEvents.AnyAsync(e => e.WorkedAt == null);
                    if (pending == 0 && !open)
                    {
                        return;
                    }

                    // What failed in bad weather waits at most an hour. Not while webhooks are on their way: they would be too old.
                    var now = bench.Time.GetUtcNow();
                    if (pending == 0 && !await db.ProcessorEvents.AnyAsync(e => e.WorkedAt == null && e.DueAt <= now))
                    {
                        bench.Time.Advance(TimeSpan.FromMinutes(10));
                    }
                }

                await Task.Delay(100, patience.Token);
            }
        }

        /// <summary>Everything of a list, page by page.</summary>
        private async IAsyncEnumerable<JsonObject> ListAsync(string path)
        {
            string after = "";
            while (true)
            {
                var page = await bench.App.ReadStripeAsync($"{path}?limit=100{after}");
                var data = page["data"]!.AsArray();
                foreach (var item in data)
                {
                    yield return item!.AsObject();
                }

                if (!page["has_more"]!.GetValue<bool>())
                {
                    yield break;
                }

                after = $"&starting_after={data[^1]!["id"]!.GetValue<string>()}";
            }
        }
    }
}
