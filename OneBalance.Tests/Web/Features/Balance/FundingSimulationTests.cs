using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Browser;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Notices;
using OneBalance.Web.Features.Reconciliation;
using OneBalance.Web.Integrations.Stripe;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>
/// Many top-ups, by hand and automatic, cards that come and go, and accounts that are closed and paid out, while the processor
/// misbehaves in every way its stand-in knows and the product dies between any two steps. In the end the processor's account,
/// the ledger, the receipts and the mails agree to the cent, and nobody was charged twice. The size and the seed come from the
/// environment: <c>ONEBALANCE_SIMULATION_TOPUPS</c> (150), <c>ONEBALANCE_SIMULATION_KILLS</c> (1) and
/// <c>ONEBALANCE_SIMULATION_SEED</c>.
/// </summary>
public sealed partial class FundingSimulationTests(ITestOutputHelper output)
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
            await world.CloseAsync(4);
            await world.AgreeAsync();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"With {run}: {failure.Message}", failure);
        }

        output.WriteLine($"{world.Told}; {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>
    /// The product as a process of its own, ended by SIGKILL in the middle of its charges and started again. On PostgreSQL the
    /// processor and another node live on in a second process; on SQLite the processor dies with the product and keeps its file.
    /// </summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_product_killed_in_the_middle_of_its_charges_charges_each_top_up_once(DatabaseProvider provider)
    {
        int kills = Setting("ONEBALANCE_SIMULATION_KILLS", 1);
        var dice = new Dice(Setting("ONEBALANCE_SIMULATION_SEED", Environment.TickCount & 0xFFFFFF));
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var host = await PublishedApp.StartAsync(new Dictionary<string, string>
        {
            ["Database__Provider"] = $"{database.Provider}",
            ["Database__ConnectionString"] = database.ConnectionString,
            ["Sweeps__Enabled"] = provider == DatabaseProvider.Postgres ? "false" : "true",
        });
        var (merchant, customer) = await AutoFundProcessesTests.AddMerchantAsync(database, host);
        var ids = await AskAsync(database, merchant, 30 * (kills + 1));

        // The sweep of a product that starts charges them. Slowly, where the processor lives on, so that the blow falls in between.
        await using var beside = provider == DatabaseProvider.Postgres ? await BesideSlowProcessorAsync(host, database) : null;
        var victim = beside ?? host;
        if (beside is null)
        {
            await victim.KillAsync();
            await victim.StartAgainAsync();
        }

        int middle = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            await UntilAsync(database, merchant, ended => ended > 10 * kill, host);
            await Task.Delay(dice.Below(300));
            await victim.KillAsync();
            await using (var db = await database.Contexts.CreateDbContextAsync())
            {
                middle += await db.TopUps.CountAsync(t => t.MerchantId == merchant && t.State == TopUpState.Charging);
            }

            await DueAsync(database);
            await victim.StartAgainAsync();
        }

        await UntilAsync(database, merchant, ended => ended == ids.Count, host);

        await using var end = await database.Contexts.CreateDbContextAsync();
        Assert.Equal(ids.Count, await end.TopUps.CountAsync(t => t.MerchantId == merchant && t.State == TopUpState.Succeeded));
        Assert.Equal(ids.Count, await AutoFundProcessesTests.PaymentsAsync(host, customer));
        Assert.Equal(ids.Count, await end.LedgerTransfers.CountAsync(t => t.MerchantId == merchant && t.Kind == LedgerTransferKind.Fund));
        Assert.Equal(ids.Count * 10_00L, await end.LedgerBooks.Where(book => book.MerchantId == merchant).Select(book => book.Available).SingleAsync());
        output.WriteLine($"{kills} kills on {provider}: {ids.Count} top-ups, {middle} found in the middle of a charge");
    }

    private static async Task<PublishedApp> BesideSlowProcessorAsync(PublishedApp host, TestDatabase database)
    {
        using var slow = await host.Stripe.PostAsJsonAsync("/_control/faults", new { kind = "Latency", method = "POST", path = "/v1/payment_intents", times = 0, milliseconds = 100 });
        slow.EnsureSuccessStatusCode();
        return await PublishedApp.StartBesideAsync(host, database);
    }

    /// <summary>Stores top-ups as a press of the button does; the product's sweep charges them.</summary>
    private static async Task<IReadOnlyList<TopUpId>> AskAsync(TestDatabase database, MerchantId merchant, int count)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        var card = await db.Cards.SingleAsync(c => c.MerchantId == merchant);
        var now = DateTimeOffset.UtcNow;
        var topUps = Enumerable.Range(0, count).Select(_ => new TopUp
        {
            MerchantId = merchant,
            Id = new TopUpId(Guid.CreateVersion7()),
            State = TopUpState.Requested,
            Amount = new Money(10_00),
            CardId = card.Id,
            CardBrand = card.Brand,
            CardLastFour = card.LastFour,
            ReturnUrl = "https://shop.example/return",
            RequestedBy = "user",
            RequestedAt = now,
            UpdatedAt = now,
            NextAttemptAt = now,
        }).ToList();
        db.TopUps.AddRange(topUps);
        await db.SaveChangesAsync();
        return [.. topUps.Select(t => t.Id)];
    }

    /// <summary>As if the minutes had passed after which the sweep takes up again what was left.</summary>
    private static async Task DueAsync(TestDatabase database)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        await db.TopUps.Where(t => t.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(t => t.NextAttemptAt, DateTimeOffset.UtcNow));
    }

    private static async Task UntilAsync(TestDatabase database, MerchantId merchant, Func<int, bool> reached, PublishedApp app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            await DueAsync(database);
            await using var db = await database.Contexts.CreateDbContextAsync();
            if (reached(await db.TopUps.CountAsync(t => t.MerchantId == merchant && t.EndedAt != null)))
            {
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"It did not come to that.\n{app.Output}");
            await Task.Delay(50);
        }
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

    private sealed partial class World(FundingBench bench, Dice dice, Death death) : IAsyncDisposable
    {
        [GeneratedRegex("/balance/top-ups/([0-9a-f]{32})")]
        private static partial Regex TopUpInText();

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
            new(FaultKind.Status, "GET", "/v1/payment_intents", Status: 401),
            new(FaultKind.DropAfterActing, "POST", "/cancel"),
            new(FaultKind.StatusAfterActing, "POST", "/cancel", Status: 500),
            new(FaultKind.StatusAfterActing, "POST", "/v1/customers", Status: 500),
            new(FaultKind.DropAfterActing, "POST", "/v1/customers"),
            new(FaultKind.StatusAfterActing, "POST", "/v1/checkout/sessions", Status: 500),
            new(FaultKind.DropBeforeActing, "GET", "/v1/checkout/sessions"),
            new(FaultKind.StatusAfterActing, "POST", "/detach", Status: 500),
            new(FaultKind.Status, "POST", "/detach", Status: 401),
        ];

        private static readonly Fault[] MisfortunesOfRefunds =
        [
            new(FaultKind.DropBeforeActing, "POST", "/v1/refunds"),
            new(FaultKind.DropAfterActing, "POST", "/v1/refunds"),
            new(FaultKind.StatusAfterActing, "POST", "/v1/refunds", Status: 500),
            new(FaultKind.Status, "POST", "/v1/refunds", Status: 429),
            new(FaultKind.Status, "POST", "/v1/refunds", Status: 401),
            new(FaultKind.Status, "GET", "/v1/refunds", Times: 2, Status: 500),
            new(FaultKind.MalformedBody, "GET", "/v1/refunds"),
        ];

        private static readonly Actor Owner = new("user", "owner@example.com", null);
        private static readonly Actor Opens = new("ann", "ann@example.com", "127.0.0.1");
        private static readonly Actor Approves = new("bea", "bea@example.com", "127.0.0.1");

        private ImmutableArray<MerchantId> _merchants = [];
        private int _cards;
        private int _closed;
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
                world._merchants = world._merchants.Add(merchant);
                await world.AddUserAsync(merchant);
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

        /// <summary>A few accounts, the last with a card that takes no money back, are closed and paid out, in the same bad weather; some refunds wait at the bank, and some come back.</summary>
        public async Task CloseAsync(int count)
        {
            death.Allowed = true;
            var closings = new List<(MerchantId Merchant, Guid Id)>();
            foreach (var merchant in _merchants.Take(count - 1).Append(_merchants[Cards.Length - 1]))
            {
                Guid? id = null;
                await AgainAsync(async () => id = await bench.App.InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.RunAsync(merchant, Owner, "Closes its shop", None)) switch
                {
                    RequestCancellationOutcome.Requested(var requested, _) => requested,
                    RequestCancellationOutcome.UnderWay(var known, _) => known,
                    _ => null,
                });
                if (id is { } closing)
                {
                    await AgainAsync(async () => await bench.App.InScopeAsync<OpenCancellation, DeskOutcome>(use => use.RunAsync(Opens, closing, "Asked for it by mail", None)));
                    closings.Add((merchant, closing));
                }
            }

            for (int round = 0; round < 8; round++)
            {
                await bench.AddFaultAsync(dice.Of(MisfortunesOfRefunds));
                if (dice.OneIn(2))
                {
                    await bench.PostAsync("/_control/refunds/next", new { outcome = "pending" });
                }

                foreach (var (_, id) in closings)
                {
                    await AgainAsync(async () =>
                    {
                        if (await bench.App.InScopeAsync<CancellationDesk, CancellationFile?>(desk => desk.ReadAsync(TestRights.Desk, id, None)) is { } file)
                        {
                            await bench.App.InScopeAsync<ApproveCancellation, DeskOutcome>(use => use.RunAsync(Approves, id, file.Remainder, "All is settled", None));
                        }
                    });
                }

                bench.Time.Advance(TimeSpan.FromMinutes(30));
                await AgainAsync(() => bench.App.InScopeAsync<CancellationSweep, int>(sweep => sweep.RunAsync(None)));
            }

            death.Allowed = false;
            await TestApp.ClearFaultsAsync(bench.App.StripeControl);
            for (int round = 0; round < 12; round++)
            {
                await foreach (var refund in ListAsync("/v1/refunds"))
                {
                    if (refund["status"]!.GetValue<string>() == "pending")
                    {
                        // Or the bank has decided in this moment.
                        using var settled = await bench.App.StripeControl.PostAsJsonAsync(
                            $"/_control/refunds/{refund["id"]!.GetValue<string>()}/settle", new { outcome = dice.OneIn(2) ? "failed" : "succeeded" });
                    }
                }

                bench.Time.Advance(TimeSpan.FromHours(7));
                await bench.App.InScopeAsync<BackfillProcessorEvents, int>(backfill => backfill.RunAsync(None));
                await EventsAreWorkedAsync();
                await bench.App.InScopeAsync<CancellationSweep, int>(sweep => sweep.RunAsync(None));
            }

            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var merchants = closings.Select(closing => closing.Merchant).ToList();
            _closed = await db.LedgerBooks.CountAsync(book => merchants.Contains(book.MerchantId) && book.Status == LedgerBookStatus.Closed);
        }

        /// <summary>Whoever pressed presses again.</summary>
        private static async Task AgainAsync(Func<Task> act)
        {
            while (true)
            {
                try
                {
                    await act();
                    return;
                }
                catch (ProcessDied)
                {
                    // What was stored before is found there.
                }
            }
        }

        private async Task AddUserAsync(MerchantId merchant)
        {
            await using var db = await bench.App.Database.Contexts.CreateDbContextAsync();
            string email = $"owner-{merchant}@example.com";
            db.Users.Add(new AppUser { UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), EmailConfirmed = true, MerchantId = merchant });
            await db.SaveChangesAsync();
        }

        /// <summary>Somebody new saves a first card, or somebody known a further one, and removes another.</summary>
        private async Task CardAsync(TestApp node)
        {
            var merchant = dice.Of(_merchants);
            if (dice.OneIn(4) && _merchants.Length < 2 * Cards.Length)
            {
                merchant = await AddUnsavedMerchantAsync();
            }

            for (int attempt = 0; attempt < 4; attempt++)
            {
                try
                {
                    if (await node.InScopeAsync<AddCard, StartCardOutcome>(add => add.StartAsync(merchant, Guid.CreateVersion7(), "https://shop.example/", "/balance", Language.English, None)) is not StartCardOutcome.Open(var url))
                    {
                        continue;
                    }

                    // A day may have passed since the page was opened: then it takes no card, and another one is opened.
                    var typed = await FundingBench.TryCardAsync(url);
                    Assert.True(typed is HttpStatusCode.Redirect or HttpStatusCode.Gone, $"The page for cards answered {typed}.");
                    string session = (await node.InScopeAsync<AddCard, string?>(add => add.OpenPageAsync(merchant, None)))!;
                    if (await node.InScopeAsync<AddCard, FinishCardOutcome>(add => add.FinishAsync(merchant, session, None)) is FinishCardOutcome.Added)
                    {
                        Interlocked.Increment(ref _cards);
                        ImmutableInterlocked.Update(ref _merchants, (all, one) => all.Contains(one) ? all : all.Add(one), merchant);
                        break;
                    }
                }
                catch (ProcessDied)
                {
                    // Pressed again.
                }
            }

            var cards = await node.InScopeAsync<CardQueries, IReadOnlyList<CardView>>(queries => queries.ListAsync(merchant, None));
            if (cards.LastOrDefault(card => !card.IsDefault) is { } other)
            {
                await node.InScopeAsync<RemoveCard, RemoveCardOutcome>(remove => remove.RunAsync(merchant, other.Id, None));
            }
        }

        private async Task<MerchantId> AddUnsavedMerchantAsync()
        {
            var merchant = await bench.App.Database.AddMerchantAsync("Newcomer", setUp: true);
            await AddUserAsync(merchant);
            return merchant;
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

                await bench.App.InScopeAsync<RemovedCardSweep, int>(sweep => sweep.RunAsync(None));
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
                Assert.True(receipt is { BalanceAfter: not null, Descriptor: "STAMPS" } && receipt.Amount.Cents == charged[row.Id.ToString()], $"The receipt of {row.Id} is incomplete.");
            }

            await MailsAgreeAsync(rows);

            // Whom the product removed the processor has forgotten, and each merchant is one customer there.
            Assert.False(await db.Cards.AnyAsync(card => card.RemovedAt != null && card.DetachedAt == null));
            var customers = new HashSet<string>();
            await foreach (var customer in ListAsync("/v1/customers"))
            {
                Assert.True(customers.Add(customer["metadata"]!["merchant_id"]!.GetValue<string>()), "A merchant is two customers at the processor.");
            }

            // Never over the cap of a day.
            Assert.All(rows.Where(row => row.AutomaticSlot is not null).GroupBy(row => (row.MerchantId, row.AutomaticSlot!.Split('/')[0])), day => Assert.InRange(day.Count(), 1, 10));

            // Each transaction of the processor meets one transfer, and the reverse; and both accounts hold the same.
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            var compared = Assert.IsType<ReconcileOutcome.Done>(await bench.App.InScopeAsync<ReconcileProcessor, ReconcileOutcome>(r => r.RunAsync("simulation", None)));
            Assert.Equal(0, compared.Open);
            Assert.False(await db.ProcessorTransactions.AnyAsync(transaction => transaction.MatchedAt == null));
            var balance = await bench.App.ReadStripeAsync("/v1/balance");
            long atProcessor = new[] { "available", "pending" }.Sum(part => balance[part]!.AsArray().Sum(amount => amount!["amount"]!.GetValue<long>()));
            Assert.Equal(atProcessor, await db.LedgerBooks.SumAsync(book => book.CardClearing));
            var audit = await bench.App.Services.GetRequiredService<LedgerAuditor>().RunAsync(None);
            Assert.True(audit.IsClean, $"{audit.First.FirstOrDefault()}");

            // What left for the cards of closed accounts left once.
            await AgreeOnRefundsAsync(db);
            int disputes = await db.CardDisputes.CountAsync();
            Told = $"{rows.Count} top-ups, {rows.Count(row => row.Automatic)} of them automatic: {succeeded.Count} charged, {rows.Count - succeeded.Count} not; {new Money(succeeded.Values.Sum())} charged, {disputes} disputes, {_cards} cards added, {_closed} accounts closed, {compared.Seen} transactions met, {new Money(atProcessor)} on both sides; {_faults} faults, {death.Deaths} deaths, {_restarts} nodes replaced";
        }

        /// <summary>Each end was told once: what was charged as added, what was not as not added.</summary>
        private async Task MailsAgreeAsync(IReadOnlyList<TopUp> rows)
        {
            while (await bench.App.InScopeAsync<NoticeSweep, int>(sweep => sweep.RunAsync(None)) > 0)
            {
                // Until everything is told.
            }

            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var told = (await db.OutgoingMails.Select(mail => new { mail.Subject, mail.TextBody }).ToListAsync())
                .Select(mail => (Added: mail.Subject.StartsWith("Funds added", StringComparison.Ordinal), TopUp: TopUpInText().Match(mail.TextBody)))
                .Where(mail => mail.TopUp.Success)
                .ToLookup(mail => mail.TopUp.Groups[1].Value, mail => mail.Added);
            foreach (var row in rows)
            {
                // A failure that was told, and then turned out to be a charge, is told again as one.
                var ends = told[row.Id.ToString()].ToList();
                Assert.True(
                    ends.Count(added => added) == (row.State == TopUpState.Succeeded ? 1 : 0) && ends.Count(added => !added) <= 1 && ends.Count > 0,
                    $"{row.Id} is {row.State}, told as added: {string.Join(", ", ends)}.");
            }
        }

        private async Task AgreeOnRefundsAsync(AppDbContext db)
        {
            var atProcessor = new Dictionary<string, (string Status, long Amount)>();
            await foreach (var refund in ListAsync("/v1/refunds"))
            {
                atProcessor.Add(refund["id"]!.GetValue<string>(), (refund["status"]!.GetValue<string>(), refund["amount"]!.GetValue<long>()));
            }

            var rows = await db.CardRefunds.AsNoTracking().ToListAsync();
            Assert.Equal(
                atProcessor.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.Amount, pair.Value.Status)),
                rows.OrderBy(row => row.Id).Select(row => (row.Id, row.Amount.Cents, row.State.ToString().ToLowerInvariant())));
            Assert.All(rows, row => Assert.True(row.TransferKey is not null && (row.State != CardRefundState.Failed || row.FailureTransferKey is not null), $"{row.Id} names no transfer."));
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
                if (dice.OneIn(15))
                {
                    await CardAsync(node);
                    return;
                }

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

                if (dice.OneIn(20))
                {
                    await bench.App.InScopeAsync<NoticeSweep, int>(sweep => sweep.RunAsync(None));
                    await bench.App.InScopeAsync<RemovedCardSweep, int>(sweep => sweep.RunAsync(None));
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

        /// <summary>However many there are: it is given up only when nothing has moved for minutes.</summary>
        private async Task EventsAreWorkedAsync()
        {
            var still = Stopwatch.StartNew();
            int least = int.MaxValue;
            while (true)
            {
                int left;
                await using (var db = await bench.App.Contexts.CreateDbContextAsync())
                {
                    var state = (await bench.App.StripeControl.GetFromJsonAsync<JsonObject>("/_control/webhooks"))!;
                    int pending = state["pending"]!.AsArray().Count;
                    left = pending + await db.ProcessorEvents.CountAsync(e => e.WorkedAt == null);
                    if (left == 0)
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

                if (left < least)
                {
                    (least, still) = (left, Stopwatch.StartNew());
                }

                Assert.True(still.Elapsed < TimeSpan.FromMinutes(3), $"{left} events are never worked.");
                await Task.Delay(left > 1_000 ? 1_000 : 100);
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
