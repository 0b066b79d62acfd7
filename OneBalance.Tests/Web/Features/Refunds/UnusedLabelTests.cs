using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Tests.Web.Features.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Notices;
using OneBalance.Web.Features.Refunds;
using OneBalance.Web.Features.Tracking;

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
        world.Time.Advance(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        var sweep = new UnusedLabelSweep(world.Contexts, world.Void, world.Time, NullLogger<UnusedLabelSweep>.Instance);
        var settings = new UnusedLabelSettings(world.Contexts);

        Assert.Equal(3, await Track(world).RunAsync(None));
        await settings.SaveAsync(world.Merchant, true, None);
        Assert.Equal(0, await sweep.RunAsync(None));
        await settings.SaveAsync(world.Merchant, false, None);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await sweep.RunAsync(None));
        await settings.SaveAsync(world.Merchant, true, None);
        Assert.Equal(2, await sweep.RunAsync(None));
        Assert.Equal(0, await sweep.RunAsync(None));

        Assert.Equal(RefundState.Credited, (await world.RequestAsync(open)).State);
        Assert.Equal(RefundState.ClaimOpen, (await world.RequestAsync(manifested)).State);
        Assert.True((await world.RequestAsync(open)).Automatic);
        Assert.Equal(RefundState.Withdrawn, (await world.RequestAsync(kept)).State);
        Assert.Single(world.Carrier.Voided);
    }

    /// <summary>A parcel may be mailed without ever being on a manifest: that the product heard nothing of it says nothing.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_parcel_mailed_without_a_manifest_is_neither_shown_as_unused_nor_voided(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var mailed = await world.BoughtAsync();
        await new UnusedLabelSettings(world.Contexts).SaveAsync(world.Merchant, true, None);
        var sweep = new UnusedLabelSweep(world.Contexts, world.Void, world.Time, NullLogger<UnusedLabelSweep>.Instance);
        world.Time.Advance(TimeSpan.FromDays(11) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await Track(world).RunAsync(None));
        world.Carrier.Events.Add(new TrackingEvent("1302", new DateOnly(2026, 11, 2), new TimeOnly(17, 5), "EST", "Item accepted", "OTTAWA", "ON"));

        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Track(world).RunAsync(None));
        for (int hours = 0; hours < 4 * 24; hours++)
        {
            world.Time.Advance(TimeSpan.FromHours(1));
            await Track(world).RunAsync(None);
            Assert.Empty(await new RefundQueries(world.Contexts, world.Time).UnusedAsync(world.Merchant, None));
            Assert.Equal(0, await sweep.RunAsync(None));
        }

        Assert.Empty(world.Carrier.Voided);
        Assert.Equal(LabelState.Purchased, (await world.RowAsync(mailed)).State);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Without_a_recent_answer_of_the_carrier_nothing_is_voided_and_it_is_asked_first(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.BoughtAsync();
        await new UnusedLabelSettings(world.Contexts).SaveAsync(world.Merchant, true, None);
        var (sweep, shown) = (new UnusedLabelSweep(world.Contexts, world.Void, world.Time, NullLogger<UnusedLabelSweep>.Instance), new RefundQueries(world.Contexts, world.Time));

        world.Time.Advance(TimeSpan.FromDays(12));
        world.Carrier.OnTrack.Enqueue(Misbehaviour.Unreachable);
        Assert.Equal(1, await Track(world).RunAsync(None));
        Assert.Empty(await shown.UnusedAsync(world.Merchant, None));
        world.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, await Track(world).RunAsync(None));
        Assert.Single(await shown.UnusedAsync(world.Merchant, None));

        // Day 14: the answer is from before, so the carrier is asked anew, and the next round voids.
        world.Time.Advance(TimeSpan.FromHours(45));
        Assert.Equal(0, await sweep.RunAsync(None));
        world.Carrier.OnTrack.Enqueue(Misbehaviour.Unreachable);
        Assert.Equal(1, await Track(world).RunAsync(None));
        Assert.Equal(0, await sweep.RunAsync(None));
        Assert.Equal(0, await Track(world).RunAsync(None));
        world.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(0, await sweep.RunAsync(None));
        Assert.Equal(1, await Track(world).RunAsync(None));
        Assert.Equal(1, await sweep.RunAsync(None));

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
        Assert.Equal([new RefundSum(RefundState.Credited, 1, new Money(19_16)), new RefundSum(RefundState.ClaimOpen, 1, new Money(19_16))], report.States);
        Assert.Equal(2, (await queries.ReportAsync(world.Merchant, today with { Least = new Money(19_16), Most = new Money(19_16) }, None)).Count);
        Assert.Empty((await queries.ReportAsync(world.Merchant, today with { Least = new Money(19_17) }, None)).Rows);
        Assert.Empty(await queries.AllAsync(world.Merchant, today with { Most = new Money(19_15) }, None));
    }

    [Fact]
    public async Task Fifty_one_requests_are_two_pages_and_each_is_on_one_of_them()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var now = bench.Time.GetUtcNow();
        var labels = await AddLabelsAsync(bench, merchant, now, [.. Enumerable.Range(0, RefundQueries.PageSize + 1).Select(number => $"1{number:000000000000000}")]);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.RefundRequests.AddRange(labels.Select((label, number) => new RefundRequest
            {
                MerchantId = merchant,
                LabelId = label,
                State = RefundState.Scheduled,
                Amount = new Money(19_16),
                RequestedBy = "user",
                RequestedAt = now.AddMinutes(-number),
                UpdatedAt = now,
            }));
            await db.SaveChangesAsync();
        }

        var queries = new RefundQueries(bench.App.Contexts, bench.Time);
        var all = new RefundFilter(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-2), DateOnly.FromDateTime(now.UtcDateTime).AddDays(1));

        var first = await queries.ReportAsync(merchant, all, None);
        var second = await queries.ReportAsync(merchant, all with { From = first.Next }, None);

        Assert.Equal((RefundQueries.PageSize, 1, RefundQueries.PageSize + 1), (first.Rows.Count, second.Rows.Count, first.Count));
        Assert.Null(second.Next);
        Assert.Equal(labels, first.Rows.Concat(second.Rows).Select(row => row.Label));
    }

    [Theory]
    [InlineData(Language.English,
        "Asked for,Recipient,Tracking number,Kind,State,Amount,Amount credited,Credited on,Service ticket,Expected by,Reason\r\n"
        + "2026-11-02 09:00,Sample Recipient,1000000000000001,Void,Credited,1234.50,1234.50,2026-11-02,,,\r\n"
        + "2026-11-02 09:00,\"Maple, Parcels\",1000000000000002,Refund by Canada Post,Credited,19.16,10.00,2026-11-02,0000000001,2026-12-02,\r\n"
        + "2026-11-02 09:00,'=Formula,1000000000000003,Refund by Canada Post,Rejected,19.16,,,0000000002,2026-12-02,It was delivered.\r\n"
        + "2026-11-02 09:00,Sample Recipient,,Void,\"Ended, not sent\",19.16,,,,,Canada Post had scanned the parcel.\r\n")]
    [InlineData(Language.French,
        "Demandé le;Destinataire;Numéro de repérage;Genre;État;Montant;Montant crédité;Crédité le;Billet de service;Attendu d’ici le;Motif\r\n"
        + "2026-11-02 09:00;Sample Recipient;1000000000000001;Annulation;Crédité;1234,50;1234,50;2026-11-02;;;\r\n"
        + "2026-11-02 09:00;Maple, Parcels;1000000000000002;Remboursement par Postes Canada;Crédité;19,16;10,00;2026-11-02;0000000001;2026-12-02;\r\n"
        + "2026-11-02 09:00;'=Formula;1000000000000003;Remboursement par Postes Canada;Rejeté;19,16;;;0000000002;2026-12-02;It was delivered.\r\n"
        + "2026-11-02 09:00;Sample Recipient;;Annulation;Terminé, non envoyé;19,16;;;;;Postes Canada avait balayé le colis.\r\n")]
    public void The_file_to_the_letter(Language language, string expected)
    {
        var asked = new DateTimeOffset(2026, 11, 2, 14, 0, 0, TimeSpan.Zero);
        var id = new LabelId(Guid.Empty);
        using var services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
        RefundRow[] rows =
        [
            new(id, "Sample Recipient", "1000000000000001", RefundKind.Void, RefundState.Credited, asked, new Money(1_234_50), null, null, null, asked, null, null),
            new(id, "Maple, Parcels", "1000000000000002", RefundKind.Claim, RefundState.Credited, asked, new Money(19_16), new Money(10_00), "0000000001", asked.AddDays(30), asked, null, null),
            new(id, "=Formula", "1000000000000003", RefundKind.Claim, RefundState.Rejected, asked, new Money(19_16), null, "0000000002", asked.AddDays(30), null, "It was delivered.", null),
            new(id, "Sample Recipient", null, RefundKind.Void, RefundState.NotSent, asked, new Money(19_16), null, null, null, null, null, NotSentReason.Used),
        ];

        byte[] file = new RefundFile(services.GetRequiredService<IStringLocalizer<RefundTexts>>()).Csv(rows, language);

        Assert.Equal([0xEF, 0xBB, 0xBF], file[..3]);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(file[3..]));
    }

    [Fact]
    public async Task On_day_12_one_mail_names_them_and_none_is_named_twice()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await NoticeTests.AddUserAsync(bench, merchant, "anna@example.com");
        var bought = bench.Time.GetUtcNow();
        await AddLabelAsync(bench, merchant, bought, "1000000000000001");
        var manifested = await AddLabelAsync(bench, merchant, bought, "1000000000000002");
        await using (var labels = await bench.App.Contexts.CreateDbContextAsync())
        {
            await labels.Labels.Where(label => label.Id == manifested).ExecuteUpdateAsync(set => set.SetProperty(label => label.ManifestedAt, bought));
        }

        var tell = bench.App.Services.GetRequiredService<TellOfUnusedLabels>();

        bench.Time.Advance(TimeSpan.FromDays(12) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await tell.RunAsync(None));
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await tell.RunAsync(None));
        await NotSeenAsync(bench);
        Assert.Equal(2, await tell.RunAsync(None));
        Assert.Equal(0, await tell.RunAsync(None));

        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var mail = await db.OutgoingMails.AsNoTracking().SingleAsync(row => row.To == "anna@example.com");
        Assert.Equal("2 labels were not used for 12 days", mail.Subject);
        Assert.Contains("1000000000000001, $19.16: void by ", mail.TextBody);
        Assert.Contains("1000000000000002, $19.16: on a manifest, ask for a refund by ", mail.TextBody);
        Assert.NotNull(mail.UnsubscribeUrl);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task More_unused_labels_than_one_round_tells_of_are_told_of_in_the_next(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddLabelsAsync(bench, merchant, bench.Time.GetUtcNow(), [.. Enumerable.Range(0, TellOfUnusedLabels.AtMost + 1).Select(number => $"1{number:000000000000000}")]);
        var tell = bench.App.Services.GetRequiredService<TellOfUnusedLabels>();
        bench.Time.Advance(TimeSpan.FromDays(12));
        await NotSeenAsync(bench);

        Assert.Equal((TellOfUnusedLabels.AtMost, 1, 0), (await tell.RunAsync(None), await tell.RunAsync(None), await tell.RunAsync(None)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task More_decisions_than_one_round_tells_are_told_in_the_next(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var now = bench.Time.GetUtcNow();
        var labels = await AddLabelsAsync(bench, merchant, now, [.. Enumerable.Range(0, TellOfRefunds.AtMost + 1).Select(number => $"1{number:000000000000000}")]);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.RefundRequests.AddRange(labels.Select((label, number) => new RefundRequest
            {
                MerchantId = merchant,
                LabelId = label,
                Kind = RefundKind.Claim,
                State = number % 2 == 0 ? RefundState.Credited : RefundState.Rejected,
                Amount = new Money(19_16),
                RequestedBy = "user",
                RequestedAt = now,
                UpdatedAt = now,
                DecidedAt = now,
                NextRunAt = now,
            }));
            await db.SaveChangesAsync();
        }

        var tell = bench.App.Services.GetRequiredService<TellOfRefunds>();

        Assert.Equal((TellOfRefunds.AtMost, 1, 0), (await tell.RunAsync(None), await tell.RunAsync(None), await tell.RunAsync(None)));
        await using var late = await bench.App.Contexts.CreateDbContextAsync();
        var rejected = await late.RefundRequests.Where(row => row.State == RefundState.Rejected).FirstAsync();
        rejected.State = RefundState.Credited;
        rejected.NextRunAt = now;
        await late.SaveChangesAsync();
        Assert.Equal(1, await tell.RunAsync(None));
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
        var decidedLong = await AddLabelAsync(bench, merchant, now, "1000000000000003");
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.RefundRequests.AddRange(
                Claim(rejected, RefundState.Rejected, row => (row.Reason, row.DecidedAt, row.NextRunAt) = ("It was delivered.", now, now)),
                Claim(decidedLong, RefundState.Credited, row => row.DecidedAt = now.AddYears(-1)),
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
        Assert.Contains(sent, mail => mail.Subject == "Refund claims overdue at Canada Post: 1" && mail.TextBody.Contains("has not decided 1 refund claim in time", StringComparison.Ordinal));

        RefundRequest Claim(LabelId label, RefundState state, Action<RefundRequest> more)
        {
            var row = new RefundRequest { MerchantId = merchant, LabelId = label, Kind = RefundKind.Claim, State = state, Amount = new Money(19_16), RequestedBy = "user", RequestedAt = now, UpdatedAt = now, Ticket = "0000000001" };
            more(row);
            return row;
        }
    }

    [Theory]
    [InlineData(RefundKind.Void, RefundState.Refused, null, "Canada Post refused to void a label", "Reason: Already used. (9111)", "You can ask again")]
    [InlineData(RefundKind.Claim, RefundState.Refused, null, "Canada Post did not take a refund request", "Reason: Already used. (9111)", "You can ask again")]
    [InlineData(RefundKind.Void, RefundState.NotSent, NotSentReason.Used, "A label was not voided", "Reason: Canada Post had scanned the parcel.", "Nothing was sent to Canada Post")]
    [InlineData(RefundKind.Void, RefundState.NotSent, NotSentReason.TooLate, "A label was not voided", "Reason: The 15 days had ended.", "Nothing was sent to Canada Post")]
    public async Task What_came_to_nothing_while_nobody_looked_is_told_with_its_reason(
        RefundKind kind, RefundState state, NotSentReason? reason, string subject, string why, string next)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await NoticeTests.AddUserAsync(bench, merchant, "anna@example.com");
        var now = bench.Time.GetUtcNow();
        var label = await AddLabelAsync(bench, merchant, now, "1000000000000001");
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.RefundRequests.Add(new RefundRequest
            {
                MerchantId = merchant,
                LabelId = label,
                Kind = kind,
                State = state,
                NotSentReason = reason,
                ErrorsJson = state == RefundState.Refused ? System.Text.Json.JsonSerializer.Serialize<CarrierError[]>([new("9111", "Already used.")]) : null,
                Amount = new Money(19_16),
                RequestedBy = "user",
                RequestedAt = now,
                UpdatedAt = now,
                NextRunAt = now,
            });
            await db.SaveChangesAsync();
        }

        var tell = bench.App.Services.GetRequiredService<TellOfRefunds>();
        Assert.Equal((1, 0), (await tell.RunAsync(None), await tell.RunAsync(None)));

        await using var mails = await bench.App.Contexts.CreateDbContextAsync();
        var sent = Assert.Single(await mails.OutgoingMails.AsNoTracking().Where(mail => mail.To == "anna@example.com").ToListAsync());
        Assert.Equal(subject, sent.Subject);
        Assert.All(["Sample Recipient, 1000000000000001", why, next, "othing was credited", $"/labels/{label}"], words => Assert.Contains(words, sent.TextBody));
    }

    private static TrackLabels Track(LabelWorld world) =>
        new(world.Contexts, world.Carrier, Options.Create(new TrackingOptions()), world.Time, NullLogger<TrackLabels>.Instance);

    /// <summary>The carrier answered just now that it has not seen any parcel.</summary>
    private static async Task NotSeenAsync(FundingBench bench)
    {
        var now = bench.Time.GetUtcNow();
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var labels = await db.Labels.AsNoTracking().Select(label => new { label.MerchantId, label.Id }).ToListAsync();
        db.LabelTrackings.AddRange(labels.Select(label => new LabelTracking { MerchantId = label.MerchantId, LabelId = label.Id, Status = TrackingStatus.NotScanned, Since = now, AnsweredAt = now }));
        await db.SaveChangesAsync();
    }

    private static async Task<LabelId> AddLabelAsync(FundingBench bench, MerchantId merchant, DateTimeOffset bought, string tracking) =>
        (await AddLabelsAsync(bench, merchant, bought, [tracking]))[0];

    private static async Task<IReadOnlyList<LabelId>> AddLabelsAsync(FundingBench bench, MerchantId merchant, DateTimeOffset bought, IReadOnlyList<string> tracking)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var labels = tracking.Select(number => new Label
        {
            MerchantId = merchant,
            Id = new LabelId(Guid.CreateVersion7()),
            State = LabelState.Purchased,
            From = new PostalAddress(),
            To = new PostalAddress { Name = "Sample Recipient" },
            TrackingNumber = number,
            Paid = new Money(19_16),
            Captured = new Money(19_16),
            CreatedAt = bought,
            UpdatedAt = bought,
            PurchasedAt = bought,
        }).ToList();
        db.Labels.AddRange(labels);
        await db.SaveChangesAsync();
        return [.. labels.Select(label => label.Id)];
    }
}
