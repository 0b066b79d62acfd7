using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Ledger;
using OneBalance.Core.Notices;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Batches;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.ServiceNotices;

namespace OneBalance.Tests.Web.Features.ServiceNotices;

/// <summary>Support publishes notices, and those that stop purchases stop them before any money is held.</summary>
public sealed class ServiceNoticeTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Support = new("support-1", "support@example.com", "192.0.2.7");
    private static readonly NoticeWords English = new("Storm in British Columbia", "Parcels are delayed.");
    private static readonly NoticeWords French = new("Tempête en Colombie-Britannique", "Les colis sont retardés.");

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_notice_is_published_once_changed_and_withdrawn_and_each_time_the_trail_says_so(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var queries = new ServiceNoticeQueries(world.Contexts, world.Time);
        var id = new ServiceNoticeId(Guid.CreateVersion7());
        Assert.Empty(await queries.ShownAsync(null, None));

        Assert.IsType<SaveNoticeOutcome.ReasonMissing>(await SaveAsync(world, queries, id, null, Stop(world), " "));
        Assert.Equal([NoticeProblem.OnlySevereBlocks], Assert.IsType<SaveNoticeOutcome.Wrong>(await SaveAsync(world, queries, id, null, Stop(world) with { Severity = NoticeSeverity.Info })).Problems);
        Assert.IsType<SaveNoticeOutcome.Saved>(await SaveAsync(world, queries, id, null, Stop(world)));
        Assert.IsType<SaveNoticeOutcome.Saved>(await SaveAsync(world, queries, id, null, Stop(world)));
        Assert.Equal(English, Assert.Single(await queries.ShownAsync(null, None)).English);

        Assert.IsType<SaveNoticeOutcome.ChangedMeanwhile>(await SaveAsync(world, queries, id, 7, Stop(world)));
        Assert.IsType<SaveNoticeOutcome.NotFound>(await SaveAsync(world, queries, new ServiceNoticeId(Guid.CreateVersion7()), 1, Stop(world)));
        Assert.IsType<SaveNoticeOutcome.Saved>(await SaveAsync(world, queries, id, 1, Stop(world) with { Places = ["CA-AB", "US"], To = world.Time.GetUtcNow().AddDays(2) }));
        Assert.Equal(["CA-AB", "US"], Assert.Single(await queries.ShownAsync(null, None)).Terms.Places);

        var withdraw = new WithdrawServiceNotice(world.Contexts, new AuditTrail(world.Time), queries, world.Time);
        Assert.Equal(WithdrawNoticeOutcome.ReasonMissing, await withdraw.RunAsync(Support, id, "", None));
        Assert.Equal(WithdrawNoticeOutcome.NotFound, await withdraw.RunAsync(Support, new ServiceNoticeId(Guid.Empty), "It is over.", None));
        Assert.Equal(WithdrawNoticeOutcome.Withdrawn, await withdraw.RunAsync(Support, id, "It is over.", None));
        Assert.Equal(WithdrawNoticeOutcome.Withdrawn, await withdraw.RunAsync(Support, id, "It is over.", None));
        Assert.Empty(await queries.ShownAsync(null, None));
        Assert.IsType<SaveNoticeOutcome.Over>(await SaveAsync(world, queries, id, 3, Stop(world)));
        Assert.Equal(NoticePhase.Over, Assert.Single(await queries.AllAsync(Support, None)).Phase);

        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        var lines = await db.AuditEntries.AsNoTracking().OrderBy(line => line.At).ThenBy(line => line.Id).ToListAsync();
        Assert.Equal([AuditAction.ServiceNoticePublished, AuditAction.ServiceNoticeChanged, AuditAction.ServiceNoticeWithdrawn], lines.Select(line => line.Action).Order());
        Assert.All(lines, line => Assert.Equal(($"service-notice/{id}", "support-1", null as MerchantId?), (line.Subject, line.UserId, line.MerchantId)));
        Assert.Null(lines.Single(line => line.Action == AuditAction.ServiceNoticePublished).Before);
        Assert.Contains("CA-AB US", lines.Single(line => line.Action == AuditAction.ServiceNoticeChanged).After, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_purchase_that_it_concerns_is_refused_before_money_is_held_until_it_ends(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await world.RatedAsync();
        await PublishAsync(world, Stop(world) with { Places = ["CA-BC"], Services = ["DOM.EP"], To = world.Time.GetUtcNow().AddMinutes(10) });

        var refused = Assert.IsType<BuyOutcome.StoppedByNotice>(await world.BuyAsync(id));

        Assert.Equal((English, French), (refused.Notice.English, refused.Notice.French));
        Assert.Equal(LabelState.Draft, (await world.RowAsync(id)).State);
        Assert.Equal(new Balance(new Money(100_00), Money.Zero, Money.Zero), await world.BalanceAsync());
        Assert.Empty(world.Carrier.Shipped);

        world.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(10));
        Assert.IsType<BuyOutcome.StoppedByNotice>(await world.BuyAsync(id));
        world.Time.Advance(TimeSpan.FromTicks(10));
        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(id));
    }

    [Fact]
    public async Task Other_places_and_services_and_notices_that_only_tell_or_are_still_ahead_stop_nothing()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await PublishAsync(world, Stop(world) with { Places = ["CA-QC", "US"] });
        await PublishAsync(world, Stop(world) with { Services = ["DOM.XP"] });
        await PublishAsync(world, Stop(world) with { BlocksPurchase = false });
        await PublishAsync(world, Stop(world) with { From = world.Time.GetUtcNow().AddSeconds(1) });

        Assert.IsType<BuyOutcome.Bought>(await world.BuyAsync(await world.RatedAsync()));
    }

    [Fact]
    public async Task In_a_batch_the_lines_it_concerns_wait_with_nothing_held_and_all_others_are_bought()
    {
        await using var world = await BatchWorld.StartAsync(DatabaseProvider.Sqlite);
        var batch = await world.ImportAsync(BatchWorld.Lines(3) + "Recipient 4,100 Queen St W,Toronto,ON,M5H 2N2,1.25,30,20,10,Order 4\n");
        await world.RateAsync(batch);
        var labels = world.Labels;
        var stop = await PublishAsync(labels, Stop(labels) with { Places = ["CA-BC"] });

        await world.BuyAsync(batch);

        var view = await world.ViewAsync(batch);
        Assert.Equal(BatchStatus.HeldByNotice, view.Status);
        Assert.Equal((1, 3), (view.Count(BatchLineStatus.Bought), view.Count(BatchLineStatus.Rated)));
        Assert.Equal(new Balance(new Money(1_000_00) - LabelWorld.Price, Money.Zero, Money.Zero), await labels.BalanceAsync());

        Assert.Equal(English, Assert.IsType<BuyBatchOutcome.StoppedByNotice>(await world.AskToBuyAsync(batch)).Notice.English);
        await new WithdrawServiceNotice(labels.Contexts, new AuditTrail(labels.Time), new ServiceNoticeQueries(labels.Contexts, labels.Time), labels.Time).RunAsync(Support, stop, "The storm is over.", None);
        await world.BuyAsync(batch);

        Assert.Equal(BatchStatus.Finished, (await world.ViewAsync(batch)).Status);
        await world.AssertEachBoughtOnceAsync(batch, 4);
    }

    /// <summary>Severe, stops purchases, in force for a day from now.</summary>
    private static NoticeTerms Stop(LabelWorld world) =>
        new(NoticeSeverity.Severe, true, world.Time.GetUtcNow(), world.Time.GetUtcNow().AddDays(1), [], []);

    private static Task<SaveNoticeOutcome> SaveAsync(LabelWorld world, ServiceNoticeQueries queries, ServiceNoticeId id, int? version, NoticeTerms terms, string reason = "A storm.") =>
        new SaveServiceNotice(world.Contexts, new AuditTrail(world.Time), queries, world.Time).RunAsync(Support, id, version, terms, English, French, reason, None);

    private static async Task<ServiceNoticeId> PublishAsync(LabelWorld world, NoticeTerms terms)
    {
        var id = new ServiceNoticeId(Guid.CreateVersion7());
        Assert.IsType<SaveNoticeOutcome.Saved>(await SaveAsync(world, new ServiceNoticeQueries(world.Contexts, world.Time), id, null, terms));
        return id;
    }
}
