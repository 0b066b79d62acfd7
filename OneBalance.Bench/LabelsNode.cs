using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Web;
using OneBalance.Web.Components;
using OneBalance.Web.Components.Account;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Integrations;
using OneBalance.Web.Integrations.CanadaPost;

namespace OneBalance.Bench;

/// <summary>
/// A node of the product. The first one on a data folder imports a file and asks for its purchase; a
/// later one finds it under way, as after a crash. Ends with a line <c>result {json}</c> when the batch has ended.
/// </summary>
internal static class LabelsNode
{
    private const string Measured = "bench.csv";

    private static readonly Money Funds = new(100_000_00);

    public static async Task<int> RunAsync(Options options)
    {
        int lines = options.Number("lines", 500);
        string folder = options.Text("folder") ?? throw new ArgumentException("--folder is needed");
        using var carrier = Process.GetProcessById(options.Number("carrier-process", 0));
        await using var app = Compose(options, folder);
        await app.Services.MigrateAsync(CancellationToken.None);
        using var meter = new PurchaseMeter();
        await app.StartAsync();

        var contexts = app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>();
        var (merchant, batch) = await FindAsync(contexts) ?? await BeginAsync(app.Services, contexts, lines, options.Number("warm-up", 0));
        meter.Begin();
        var clock = Stopwatch.StartNew();
        var (own, theirs) = (Processor(Process.GetCurrentProcess()), Processor(carrier));
        while (!await HasEndedAsync(contexts, batch))
        {
            await using var db = await contexts.CreateDbContextAsync();
            Console.WriteLine($"bought {await db.Labels.CountAsync(label => label.BatchId == batch && label.State == LabelState.Purchased)}");
            await Task.Delay(250);
        }

        double seconds = clock.Elapsed.TotalSeconds;
        (own, theirs) = (Processor(Process.GetCurrentProcess()) - own, Processor(carrier) - theirs);
        var result = await ReadAsync(app.Services, contexts, merchant, batch, folder, seconds, (own, theirs), meter);
        Console.WriteLine($"result {JsonSerializer.Serialize(result)}");
        await app.StopAsync();
        return 0;
    }

    /// <summary>What a process has used so far.</summary>
    private static TimeSpan Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>The product as its program composes it, without its pages' addresses.</summary>
    private static WebApplication Compose(Options options, string folder)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder, Args = Settings.Unwatched([]) });
        builder.AddSettings();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["DataFolder"] = folder,
            ["Database:Provider"] = $"{options.Database}",
            ["Database:ConnectionString"] = options.Text("connection", ""),
            ["Batches:Parallelism"] = options.Text("parallelism", "16"),
            ["Emulators:Enabled"] = "true",
            ["Emulators:Hosted"] = "false",
            ["Emulators:CanadaPostUrl"] = options.Text("carrier"),
            ["Emulators:StripeUrl"] = options.Text("processor"),
            ["CanadaPost:ZonosKey"] = "bench",
            ["Logging:LogLevel:Default"] = "Error",
            ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Error",
        });
        builder.Logging.ClearProviders().AddSimpleConsole();
        builder.AddData();
        builder.AddAccounts();
        builder.AddFeatures();
        builder.AddIntegrations();
        builder.AddEmulators();
        builder.AddPages();
        builder.Services.AddHttpClient(CanadaPostGateway.ClientName).AddHttpMessageHandler(() => new TimedExchanges());
        return builder.Build();
    }

    private static async Task<(MerchantId, BatchId)?> FindAsync(IDbContextFactory<AppDbContext> contexts)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var found = await db.Batches.AsNoTracking().Where(row => row.Name == Measured).Select(row => new { row.MerchantId, row.Id }).FirstOrDefaultAsync();
        return found is null ? null : (found.MerchantId, found.Id);
    }

    private static async Task<bool> HasEndedAsync(IDbContextFactory<AppDbContext> contexts, BatchId batch)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Batches.AnyAsync(row => row.Id == batch && (row.State == BatchState.Finished || row.State == BatchState.Paused));
    }

    /// <summary>A merchant with funds; a first file, not measured, so that the code is compiled; then the file that is, asked for.</summary>
    private static async Task<(MerchantId, BatchId)> BeginAsync(IServiceProvider services, IDbContextFactory<AppDbContext> contexts, int lines, int warmUp)
    {
        var merchant = new Merchant
        {
            BusinessName = "Maple Parcels",
            Address = new PostalAddress { Company = "Maple Parcels", Line1 = "111 Wellington St", City = "Ottawa", Province = "ON", PostalCode = "K1A0A9", Phone = "613-555-0134" },
            ContactEmail = "owner@example.com",
            CreatedAt = TimeProvider.System.GetUtcNow(),
            SetUpFinishedAt = TimeProvider.System.GetUtcNow(),
        };
        await using (var db = await contexts.CreateDbContextAsync())
        {
            db.Add(merchant);
            await db.SaveChangesAsync();

            // The audit asks every funding for its top-up.
            db.Add(new TopUp
            {
                MerchantId = merchant.Id,
                Id = new TopUpId(Guid.CreateVersion7()),
                State = TopUpState.Succeeded,
                Amount = Funds,
                CardId = new CardId(Guid.CreateVersion7()),
                CardBrand = "visa",
                CardLastFour = "4242",
                PaymentId = "pi_bench",
                ReturnUrl = "http://localhost/balance",
                RequestedBy = "bench",
                RequestedAt = TimeProvider.System.GetUtcNow(),
                UpdatedAt = TimeProvider.System.GetUtcNow(),
            });
            await db.SaveChangesAsync();
        }

        await services.GetRequiredService<LedgerBook>().SubmitAsync(new Fund(merchant.Id, LedgerKeys.Fund("pi_bench"), Funds), CancellationToken.None);
        if (warmUp > 0)
        {
            var first = await AskForAsync(services, merchant.Id, "warm-up.csv", warmUp);
            while (!await HasEndedAsync(contexts, first))
            {
                await Task.Delay(100);
            }
        }

        return (merchant.Id, await AskForAsync(services, merchant.Id, Measured, lines));
    }

    private static async Task<BatchId> AskForAsync(IServiceProvider services, MerchantId merchant, string name, int lines)
    {
        var imported = (ImportOutcome.Imported)await services.GetRequiredService<ImportBatch>().RunAsync(
            merchant, "bench", name, Encoding.UTF8.GetBytes(File(lines)), Language.English, CancellationToken.None);
        var queries = services.GetRequiredService<BatchQueries>();
        await services.GetRequiredService<RateBatch>().RunAsync(merchant, imported.Batch, anew: false, CancellationToken.None);
        while ((await queries.ReadAsync(merchant, imported.Batch, CancellationToken.None))!.Runs)
        {
            await Task.Delay(100);
        }

        var view = (await queries.ReadAsync(merchant, imported.Batch, CancellationToken.None))!;
        var outcome = await services.GetRequiredService<BuyBatch>().RunAsync(merchant, imported.Batch, view.Total, "bench", Language.English, CancellationToken.None);
        return outcome is BuyBatchOutcome.Started
            ? imported.Batch
            : throw new InvalidOperationException($"Buying did not begin: {outcome}");
    }

    private static string File(int lines)
    {
        string[] towns = ["Toronto,ON,M5S 2C6", "Montréal,QC,H3G 1J5", "Vancouver,BC,V6Z 2H7", "Calgary,AB,T2G 2E7", "Halifax,NS,B3H 4P7"];
        var file = new StringBuilder("name,address,city,province,postal code,weight,length,width,height,reference\n");
        for (int line = 0; line < lines; line++)
        {
            file.Append(CultureInfo.InvariantCulture, $"Recipient {line},{100 + line} Main Street,{towns[line % towns.Length]},1.2,30,20,10,Order {line}\n");
        }

        return file.ToString();
    }

    private static async Task<LabelsResult> ReadAsync(
        IServiceProvider services, IDbContextFactory<AppDbContext> contexts, MerchantId merchant, BatchId batch, string folder, double seconds, (TimeSpan Own, TimeSpan Carrier) processor, PurchaseMeter meter)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var lines = await db.BatchLines.AsNoTracking().Where(line => line.BatchId == batch).Select(line => line.LabelId).ToListAsync();
        var bought = await db.Labels.AsNoTracking().Where(label => label.MerchantId == merchant && label.State == LabelState.Purchased).Select(label => new { label.BatchId, label.Paid }).ToListAsync();
        int measured = bought.Count(label => label.BatchId == batch);
        var balance = await services.GetRequiredService<LedgerBook>().BalanceAsync(merchant, CancellationToken.None);
        var audit = await services.GetRequiredService<LedgerAuditor>().RunAsync(CancellationToken.None);
        await using var carrier = new SqliteConnection($"Data Source={Path.Combine(folder, "emulated-canada-post.db")}");
        await carrier.OpenAsync();
        await using var count = carrier.CreateCommand();
        count.CommandText = "SELECT count(*) FROM documents WHERE kind = 'shipment'";
        var purchases = meter.Read();
        return new LabelsResult(
            lines.Count,
            measured,
            lines.OfType<LabelId>().Distinct().Count(),
            Convert.ToInt32(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture) - (bought.Count - measured),
            seconds,
            processor.Own.TotalMilliseconds / Math.Max(measured, 1),
            processor.Carrier.TotalMilliseconds / Math.Max(measured, 1),
            Quantile(purchases, purchase => purchase.Own, 0.5),
            Quantile(purchases, purchase => purchase.Own, 0.95),
            Quantile(purchases, purchase => purchase.Carrier, 0.5),
            audit.IsClean,
            balance.Held.Cents,
            (Funds - balance.Available - balance.Held).Cents,
            bought.Sum(label => label.Paid?.Cents ?? 0));
    }

    private static double Quantile(IReadOnlyList<Purchase> purchases, Func<Purchase, double> of, double share) => purchases.Count == 0
        ? 0
        : purchases.Select(of).Order().ElementAt((int)Math.Ceiling(purchases.Count * share) - 1);

    /// <summary>Milliseconds of one purchase: with no exchange with the carrier under way, and with one.</summary>
    private readonly record struct Purchase(double Own, double Carrier);

    /// <summary>Hears of each purchase from its activity, and of its exchanges with the carrier from <see cref="TimedExchanges"/>.</summary>
    private sealed class PurchaseMeter : IDisposable
    {
        private static readonly ConditionalWeakTable<Activity, ConcurrentBag<(long From, long To)>> Exchanges = [];

        private readonly ConcurrentBag<Purchase> _purchases = [];
        private readonly ActivityListener _listener;

        public PurchaseMeter()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == BuyLabel.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = purchase =>
                {
                    if (Exchanges.TryGetValue(purchase, out var exchanges))
                    {
                        double carrier = Together(exchanges);
                        _purchases.Add(new Purchase(purchase.Duration.TotalMilliseconds - carrier, carrier));
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>An exchange of the purchase in whose flow this is called.</summary>
        public static void Add(long from, long to)
        {
            for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
            {
                if (activity.Source.Name == BuyLabel.ActivitySourceName)
                {
                    Exchanges.GetOrCreateValue(activity).Add((from, to));
                    return;
                }
            }
        }

        /// <summary>Forgets what it has heard.</summary>
        public void Begin() => _purchases.Clear();

        public IReadOnlyList<Purchase> Read() => [.. _purchases];

        public void Dispose() => _listener.Dispose();

        /// <summary>Milliseconds in which at least one was under way.</summary>
        private static double Together(IEnumerable<(long From, long To)> exchanges)
        {
            long covered = 0;
            long until = long.MinValue;
            foreach (var (from, to) in exchanges.OrderBy(exchange => exchange.From))
            {
                covered += Math.Max(0, to - Math.Max(from, until));
                until = Math.Max(until, to);
            }

            return Stopwatch.GetElapsedTime(0, covered).TotalMilliseconds;
        }
    }

    /// <summary>A stopwatch at the wire: from the request that leaves the product to the head of the answer, so that our own waits, tokens and JSON count as ours.</summary>
    private sealed class TimedExchanges : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            long from = Stopwatch.GetTimestamp();
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                PurchaseMeter.Add(from, Stopwatch.GetTimestamp());
            }
        }
    }
}
