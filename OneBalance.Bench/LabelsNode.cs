using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
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
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Integrations;

namespace OneBalance.Bench;

/// <summary>
/// A node of the product with its emulated carrier. The first one on a data folder imports a file and asks for its purchase; a
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
        await using var app = Compose(options, folder);
        await app.Services.MigrateAsync(CancellationToken.None);
        using var meter = new PurchaseMeter();
        await app.StartAsync();

        var contexts = app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>();
        var (merchant, batch) = await FindAsync(contexts) ?? await BeginAsync(app.Services, contexts, lines, options.Number("warm-up", 0));
        meter.Begin();
        var clock = Stopwatch.StartNew();
        var started = Process.GetCurrentProcess().TotalProcessorTime;
        while (!await HasEndedAsync(contexts, batch))
        {
            await using var db = await contexts.CreateDbContextAsync();
            Console.WriteLine($"bought {await db.Labels.CountAsync(label => label.BatchId == batch && label.State == LabelState.Purchased)}");
            await Task.Delay(100);
        }

        double seconds = clock.Elapsed.TotalSeconds;
        var processor = Process.GetCurrentProcess().TotalProcessorTime - started;
        var result = await ReadAsync(app.Services, contexts, merchant, batch, folder, seconds, processor, meter);
        Console.WriteLine($"result {JsonSerializer.Serialize(result)}");
        await app.StopAsync();
        return 0;
    }

    /// <summary>The product as its program composes it, without its pages' addresses.</summary>
    private static WebApplication Compose(Options options, string folder)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = folder });
        builder.AddSettings();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["DataFolder"] = folder,
            ["Database:Provider"] = $"{options.Database}",
            ["Database:ConnectionString"] = options.Text("connection", ""),
            ["Batches:Parallelism"] = options.Text("parallelism", "16"),
            ["Emulators:Enabled"] = "true",
            ["Emulators:CanadaPostUrl"] = "http://127.0.0.1:0",
            ["Emulators:StripeUrl"] = "http://127.0.0.1:0",
            ["Emulators:CanadaPostFaults:0:Kind"] = nameof(FaultKind.Latency),
            ["Emulators:CanadaPostFaults:0:Method"] = "POST",
            ["Emulators:CanadaPostFaults:0:Path"] = "/shipments",
            ["Emulators:CanadaPostFaults:0:Times"] = "0",
            ["Emulators:CanadaPostFaults:0:Milliseconds"] = options.Text("latency", "300"),
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
        var carrier = builder.Services.Single(service => service.ServiceType == typeof(ICarrier));
        builder.Services.Replace(ServiceDescriptor.Singleton(services =>
            TimedCarrier.Around((ICarrier)ActivatorUtilities.CreateInstance(services, carrier.ImplementationType!))));
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
        // The carrier's limits a minute are not what is measured.
        using (var control = new HttpClient { BaseAddress = services.GetRequiredService<EmulatorAddresses>().CanadaPost })
        {
            using var body = new StringContent("""{"throttling":false}""", Encoding.UTF8, "application/json");
            using var answer = await control.PutAsync(new Uri("/_control/switches", UriKind.Relative), body);
            answer.EnsureSuccessStatusCode();
        }

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
        IServiceProvider services, IDbContextFactory<AppDbContext> contexts, MerchantId merchant, BatchId batch, string folder, double seconds, TimeSpan processor, PurchaseMeter meter)
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
        var (own, theirs) = meter.Read();
        return new LabelsResult(
            lines.Count,
            measured,
            lines.OfType<LabelId>().Distinct().Count(),
            Convert.ToInt32(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture) - (bought.Count - measured),
            seconds,
            processor.TotalMilliseconds / Math.Max(measured, 1),
            Quantile(own, 0.5),
            Quantile(own, 0.95),
            Quantile(theirs, 0.5),
            audit.IsClean,
            balance.Held.Cents,
            (Funds - balance.Available - balance.Held).Cents,
            bought.Sum(label => label.Paid?.Cents ?? 0));
    }

    private static double Quantile(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? 0 : sorted[(int)Math.Min(sorted.Count - 1, Math.Ceiling(sorted.Count * share) - 1)];

    /// <summary>Hears of each purchase from its activity, and how long it waited for the carrier from <see cref="TimedCarrier"/>.</summary>
    private sealed class PurchaseMeter : IDisposable
    {
        private static readonly ConditionalWeakTable<Activity, StrongBox<long>> Waited = [];

        private readonly ConcurrentBag<(double Own, double Carrier)> _purchases = [];
        private readonly ActivityListener _listener;

        public PurchaseMeter()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == BuyLabel.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = purchase =>
                {
                    double carrier = Waited.TryGetValue(purchase, out var ticks) ? TimeSpan.FromTicks(ticks.Value).TotalMilliseconds : 0;
                    if (carrier > 0)
                    {
                        _purchases.Add((purchase.Duration.TotalMilliseconds - carrier, carrier));
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public static void Add(Activity? current, TimeSpan waited)
        {
            for (var activity = current; activity is not null; activity = activity.Parent)
            {
                if (activity.Source.Name == BuyLabel.ActivitySourceName)
                {
                    Interlocked.Add(ref Waited.GetOrCreateValue(activity).Value, waited.Ticks);
                    return;
                }
            }
        }

        /// <summary>Forgets what it has heard.</summary>
        public void Begin() => _purchases.Clear();

        public (IReadOnlyList<double> Own, IReadOnlyList<double> Carrier) Read() =>
            ([.. _purchases.Select(purchase => purchase.Own).Order()], [.. _purchases.Select(purchase => purchase.Carrier).Order()]);

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>The product's client with a stopwatch.</summary>
    private class TimedCarrier : DispatchProxy
    {
        private ICarrier _inner = null!;

        public static ICarrier Around(ICarrier inner)
        {
            var proxy = Create<ICarrier, TimedCarrier>();
            ((TimedCarrier)(object)proxy)._inner = inner;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            long from = Stopwatch.GetTimestamp();
            var purchase = Activity.Current;
            object? answer = targetMethod!.Invoke(_inner, args);

            // The first continuation: it has counted before the caller goes on.
            (answer as Task)?.ContinueWith(
                _ => PurchaseMeter.Add(purchase, Stopwatch.GetElapsedTime(from)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return answer;
        }
    }
}
