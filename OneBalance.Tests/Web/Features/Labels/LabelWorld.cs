using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>A merchant with a balance, a clock, a real database and ledger, and a carrier that does as told.</summary>
internal sealed class LabelWorld : IAsyncDisposable
{
    public static readonly Money Price = ScriptedCarrier.Quote.Total;

    private int _fundings;

    private LabelWorld(TestDatabase database, FakeTimeProvider time)
    {
        Database = database;
        Time = time;
        Seams = new Seams();
        Carrier = new ScriptedCarrier(Seams);
        Contexts = new SeamedContexts(database.Contexts, Seams);
    }

    public TestDatabase Database { get; }

    public FakeTimeProvider Time { get; }

    public Seams Seams { get; }

    public ScriptedCarrier Carrier { get; }

    public IDbContextFactory<AppDbContext> Contexts { get; }

    public MerchantId Merchant { get; private set; }

    public StartLabel Start => new(Contexts, Time);

    public SaveLabelDraft Save => new(Contexts, Time);

    public GetRates Rates => new(Contexts, Carrier, Time);

    public RememberGoods Goods => new(Contexts, Time);

    public RememberedGoods Remembered => new(Contexts);

    public LabelPurchase Purchase => new(Contexts, Carrier, Database.Ledger, Goods, Time, NullLogger<LabelPurchase>.Instance);

    public BuyLabel Buy => new(Contexts, Purchase, Carrier, Time);

    public LabelSweep Sweep => new(Contexts, Purchase, Time, NullLogger<LabelSweep>.Instance);

    public LabelRefund Refund => new(Contexts, Carrier, Database.Ledger, Time, NullLogger<LabelRefund>.Instance);

    public VoidLabel Void => new(Contexts, Refund, Time);

    public RefundSweep RefundSweep => new(Contexts, Refund, Time, NullLogger<RefundSweep>.Instance);

    public LabelQueries Queries => new(Contexts, Time);

    public AddressQueries Addresses => new(Contexts, Options.Create(new PrivacyOptions()), Time);

    public static LabelDraft Draft { get; } = new(
        new Address("", "Maple Parcels", "111 Wellington St", "", "Ottawa", "ON", "K1A0A9", "CA", "613-555-0134"),
        new Address("Sample Recipient", "", "800 Burrard St", "", "Vancouver", "BC", "V6Z2J7", "CA", ""),
        new Parcel(1_250, 300, 200, 100),
        Units.Metric,
        Signature: false,
        Coverage: null,
        Reference: "Order 1",
        new Customs(ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense, [], ""));

    public static async Task<LabelWorld> StartAsync(DatabaseProvider provider, long fundsInCents = 100_00)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 2, 14, 0, 0, TimeSpan.Zero));
        var world = new LabelWorld(await TestDatabase.CreateAsync(provider, time), time);
        world.Merchant = await world.Database.AddMerchantAsync(setUp: true);
        if (fundsInCents > 0)
        {
            await world.FundAsync(fundsInCents);
        }

        return world;
    }

    public async Task FundAsync(long cents) =>
        Assert.IsType<LedgerReply.Accepted>(await Database.Ledger.SubmitAsync(
            new Fund(Merchant, LedgerKeys.Fund($"pi_{++_fundings}"), new Money(cents)), CancellationToken.None));

    public Task<Balance> BalanceAsync() => Database.Ledger.BalanceAsync(Merchant, CancellationToken.None);

    /// <summary>A complete draft with rates.</summary>
    public async Task<LabelId> RatedAsync(LabelDraft? draft = null)
    {
        var id = await Start.RunAsync(Merchant, CancellationToken.None);
        Assert.Equal(SaveDraftOutcome.Saved, await Save.RunAsync(Merchant, id, draft ?? Draft, CancellationToken.None));
        Assert.IsType<RatesOutcome.Quoted>(await Rates.RunAsync(Merchant, id, Language.English, CancellationToken.None));
        return id;
    }

    public Task<BuyOutcome> BuyAsync(LabelId id) =>
        Buy.RunAsync(new BuyRequest(Merchant, id, "DOM.EP", Price, "user", Language.English), CancellationToken.None);

    public async Task<LabelId> BoughtAsync()
    {
        var id = await RatedAsync();
        Assert.IsType<BuyOutcome.Bought>(await BuyAsync(id));
        return id;
    }

    /// <summary>Asks for a void or refund and lets the ten seconds pass in which it could be taken back.</summary>
    public async Task<VoidOutcome> VoidAsync(LabelId id)
    {
        var outcome = await Void.RunAsync(Merchant, id, "user", Language.English, CancellationToken.None);
        if (outcome is not VoidOutcome.Sending)
        {
            return outcome;
        }

        Time.Advance(TimeSpan.FromSeconds(10));
        return await Void.SendAsync(Merchant, id, CancellationToken.None);
    }

    /// <summary>The label went with a day's manifest.</summary>
    public async Task ManifestAsync(LabelId id)
    {
        await using var db = await Database.Contexts.CreateDbContextAsync();
        var now = Time.GetUtcNow();
        await db.Labels.Where(row => row.Id == id).ExecuteUpdateAsync(row => row.SetProperty(label => label.ManifestedAt, now));
    }

    public async Task<RefundRequest> RequestAsync(LabelId id)
    {
        await using var db = await Database.Contexts.CreateDbContextAsync();
        return await db.RefundRequests.AsNoTracking().SingleAsync(row => row.LabelId == id);
    }

    public async Task<Label> RowAsync(LabelId id)
    {
        await using var db = await Database.Contexts.CreateDbContextAsync();
        return await db.Labels.AsNoTracking().SingleAsync(label => label.MerchantId == Merchant && label.Id == id);
    }

    /// <summary>Time passes and the sweeps run, as often as given.</summary>
    public async Task PassAsync(TimeSpan step, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Time.Advance(step);
            await Sweep.RunAsync(CancellationToken.None);
            await RefundSweep.RunAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    /// <summary>Contexts in which each save has a seam before and after it.</summary>
    private sealed class SeamedContexts(IDbContextFactory<AppDbContext> inner, Seams seams) : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext()
        {
            var db = inner.CreateDbContext();
            db.SavingChanges += (_, _) => seams.Pass();
            db.SavedChanges += (_, _) => seams.Pass();
            return db;
        }
    }
}
