using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Tests.Web.Features.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Notices;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Refunds;

/// <summary>Labels that nobody used: told of on day 12, voided by themselves on day 14 where wanted; and the merchant's report.</summary>
public sealed class UnusedLabelTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task On_day_14_they_void_themselves_once_and_only_where_wanted(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var open = await world.BoughtAsync();
        var manifested = await world.BoughtAsync();
        await world.ManifestAsync(manifested);
        var kept = await world.BoughtAsync();
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, kept, "user", Language.English, None);
        await world.Void.WithdrawAsync(world.Merchant, kept, None);
        world.Time.Advance(TimeSpan.FromDays(14));
        var sweep = new UnusedLabelSweep(world.Contexts, world.Void, world.Time, NullLogger<UnusedLabelSweep>.Instance);

        Assert.Equal(0, await sweep.RunAsync(None));
        await new UnusedLabelSettings(world.Contexts).SaveAsync(world.Merchant, true, None);
        Assert.Equal(2, await sweep.RunAsync(None));
        Assert.Equal(0, await sweep.RunAsync(None));

        Assert.Equal(RefundState.Credited, (await world.RequestAsync(open)).State);
        Assert.Equal(RefundState.ClaimOpen, (await world.RequestAsync(manifested)).State);
        Assert.True((await world.RequestAsync(open)).Automatic);
        Assert.Equal(RefundState.Withdrawn, (await world.RequestAsync(kept)).State);
        Assert.Single(world.Carrier.Voided);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_report_sums_what_came_and_what_the_carrier_still_decides(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var voided = await world.BoughtAsync();
        var claimed = await world.BoughtAsync();
        await world.ManifestAsync(claimed);
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.VoidAsync(voided);
        await world.VoidAsync(claimed);
        var queries = new RefundQueries(world.Contexts, world.Time);
        var today = new RefundFilter(new DateOnly(2026, 11, 2), new DateOnly(2026, 11, 2));

        var report = await queries.ReportAsync(world.Merchant, today, None);

        Assert.Equal((2, new Money(19_16), 1, new Money(19_16)), (report.Count, report.Credited, report.Outstanding, report.OutstandingAmount));
        Assert.Equal(claimed, Assert.Single((await queries.ReportAsync(world.Merchant, today with { Show = RefundShow.AtCarrier }, None)).Rows).Label);
        Assert.Equal(voided, Assert.Single((await queries.ReportAsync(world.Merchant, today with { Show = RefundShow.Credited }, None)).Rows).Label);
        var before = await queries.ReportAsync(world.Merchant, new RefundFilter(new DateOnly(2026, 10, 1), new DateOnly(2026, 11, 1)), None);
        Assert.Equal((0, 1), (before.Count, before.Outstanding));
        Assert.Equal(2, (await queries.AllAsync(world.Merchant, today, None)).Count);
    }

    [Fact]
    public async Task On_day_12_one_mail_names_them_and_none_is_named_twice()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await NoticeTests.AddUserAsync(bench, merchant, "anna@example.com");
        var bought = bench.Time.GetUtcNow();
        await AddLabelAsync(bench, merchant, bought, "1000000000000001");
        await AddLabelAsync(bench, merchant, bought, "1000000000000002");
        var tell = bench.App.Services.GetRequiredService<TellOfUnusedLabels>();

        bench.Time.Advance(TimeSpan.FromDays(12) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await tell.RunAsync(None));
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await tell.RunAsync(None));
        Assert.Equal(0, await tell.RunAsync(None));

        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var mail = await db.OutgoingMails.AsNoTracking().SingleAsync(row => row.To == "anna@example.com");
        Assert.Equal("2 labels were not used for 12 days", mail.Subject);
        Assert.Contains("1000000000000001", mail.TextBody);
        Assert.Contains("1000000000000002", mail.TextBody);
        Assert.NotNull(mail.UnsubscribeUrl);
    }

    [Fact]
    public async Task A_decision_is_told_to_the_merchant_once_and_an_overdue_claim_to_support_once()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await NoticeTests.AddUserAsync(bench, merchant, "anna@example.com");
        var now = bench.Time.GetUtcNow();
        var rejected = await AddLabelAsync(bench, merchant, now, "1000000000000001");
        var waiting = await AddLabelAsync(bench, merchant, now, "1000000000000002");
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.RefundRequests.AddRange(
                Claim(rejected, RefundState.Rejected, row => (row.Reason, row.DecidedAt) = ("It was delivered.", now)),
                Claim(waiting, RefundState.ClaimOpen, row => row.ExpectedBy = now.AddDays(30)));
            await db.SaveChangesAsync();
        }

        var tell = bench.App.Services.GetRequiredService<TellOfRefunds>();
        Assert.Equal((1, 0), (await tell.RunAsync(None), await tell.RunAsync(None)));
        var remind = bench.App.Services.GetRequiredService<TellOfOverdueClaims>();
        bench.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await remind.RunAsync(None));
        bench.Time.Advance(TimeSpan.FromSeconds(1));

        // While nobody of support can be written to, nobody has been told.
        await NoticeTests.NobodyReadsAsync(bench);
        Assert.Equal(0, await remind.RunAsync(None));
        await NoticeTests.AddSupportAsync(bench, "help@example.com");
        Assert.Equal((1, 0), (await remind.RunAsync(None), await remind.RunAsync(None)));

        await using var mails = await bench.App.Contexts.CreateDbContextAsync();
        var sent = await mails.OutgoingMails.AsNoTracking().OrderBy(row => row.CreatedAt).ToListAsync();
        Assert.Contains("It was delivered.", Assert.Single(sent, mail => mail.To == "anna@example.com").TextBody);
        Assert.Contains(sent, mail => mail.Subject == "Refund claims overdue at Canada Post: 1");

        RefundRequest Claim(LabelId label, RefundState state, Action<RefundRequest> more)
        {
            var row = new RefundRequest { MerchantId = merchant, LabelId = label, Kind = RefundKind.Claim, State = state, Amount = new Money(19_16), RequestedBy = "user", RequestedAt = now, UpdatedAt = now, Ticket = "0000000001" };
            more(row);
            return row;
        }
    }

    private static async Task<LabelId> AddLabelAsync(FundingBench bench, MerchantId merchant, DateTimeOffset bought, string tracking)
    {
        var id = new LabelId(Guid.CreateVersion7());
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        db.Labels.Add(new Label
        {
            MerchantId = merchant,
            Id = id,
            State = LabelState.Purchased,
            From = new PostalAddress(),
            To = new PostalAddress { Name = "Sample Recipient" },
            TrackingNumber = tracking,
            Paid = new Money(19_16),
            Captured = new Money(19_16),
            CreatedAt = bought,
            UpdatedAt = bought,
            PurchasedAt = bought,
        });
        await db.SaveChangesAsync();
        return id;
    }
}
