using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Notices;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Refunds;

/// <summary>Refunds of manifested labels, the ten seconds to take a request back, and the carrier's credit file.</summary>
public sealed class RefundClaimTests
{
    private static readonly Actor Support = new("support", "support@example.com", null);
    private static readonly Balance Whole = new(new Money(100_00), Money.Zero, Money.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Fact]
    public async Task Taken_back_within_ten_seconds_nothing_is_sent()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        var sent = world.Time.GetUtcNow() + TimeSpan.FromSeconds(10);

        Assert.Equal(new VoidOutcome.Sending(sent, false), await world.Void.RunAsync(world.Merchant, id, "user", Language.English, None));
        Assert.Equal(new VoidOutcome.Sending(sent, false), await world.Void.RunAsync(world.Merchant, id, "user", Language.English, None));
        await world.PassAsync(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(new VoidOutcome.Sending(sent, false), await world.Void.SendAsync(world.Merchant, id, None));
        Assert.True(await world.Void.WithdrawAsync(world.Merchant, id, None));
        await world.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Empty(world.Carrier.Voided);
        Assert.IsType<VoidOutcome.TakenBack>(await world.Void.SendAsync(world.Merchant, id, None));
        Assert.IsType<VoidOutcome.Credited>(await world.VoidAsync(id));
    }

    [Fact]
    public async Task Nobody_watching_it_is_sent_after_ten_seconds_and_cannot_be_taken_back_then()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.Void.RunAsync(world.Merchant, id, "user", Language.English, None);

        await world.PassAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(Whole, await world.BalanceAsync());
        Assert.False(await world.Void.WithdrawAsync(world.Merchant, id, None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_manifested_label_gets_a_ticket_and_no_money_until_the_carrier_decides(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await ManifestedAsync(world);

        var open = Assert.IsType<VoidOutcome.ClaimOpen>(await world.VoidAsync(id));

        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromDays(30), open.ExpectedBy);
        Assert.Equal(Assert.Single(world.Carrier.Tickets).Value.Number, open.Ticket);
        Assert.Empty(world.Carrier.Voided);
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        Assert.IsType<VoidOutcome.AlreadyDone>(await world.VoidAsync(id));

        Assert.Equal(new DecideClaimOutcome.TooMuch(new Money(19_16)), await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(19_17), "note 1", None));
        Assert.IsType<DecideClaimOutcome.NoReason>(await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(19_16), " ", None));
        Assert.Equal(new DecideClaimOutcome.Granted(new Money(10_00)), await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(10_00), "note 1", None));
        Assert.Equal(new DecideClaimOutcome.NotOpen(RefundState.Credited), await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(5_00), "note 2", None));
        Assert.Equal(new Money(90_84), (await world.BalanceAsync()).Available);
        Assert.Equal(LabelState.Voided, (await world.RowAsync(id)).State);
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        Assert.Equal("note 1", (await db.Set<AuditEntry>().SingleAsync()).Reason);
    }

    [Fact]
    public async Task A_rejected_claim_says_why_and_a_later_credit_of_the_carrier_still_counts()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await ManifestedAsync(world);
        await world.VoidAsync(id);

        Assert.IsType<DecideClaimOutcome.Rejected>(await Decide(world).RejectAsync(Support, world.Merchant, id, "The parcel was scanned in Ottawa.", None));

        Assert.Equal(new VoidOutcome.Rejected("The parcel was scanned in Ottawa."), await world.VoidAsync(id));
        Assert.Equal(new Money(80_84), (await world.BalanceAsync()).Available);
        var page = (await world.Queries.ReadAsync(world.Merchant, id, None))!;
        Assert.Null(page.Window);
        Assert.Equal("The parcel was scanned in Ottawa.", page.Refund!.Reason);
        Assert.IsType<DecideClaimOutcome.Granted>(await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(19_16), "credited after all", None));
        Assert.Equal(Whole, await world.BalanceAsync());
    }

    /// <summary>Told months later as well: nobody but the round that tells ends what is due.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_decision_stays_due_until_its_merchant_is_told(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var id = await ManifestedAsync(world);
        await world.VoidAsync(id);
        Assert.Null((await world.RequestAsync(id)).NextRunAt);

        await Decide(world).RejectAsync(Support, world.Merchant, id, "The parcel was scanned in Ottawa.", None);
        await world.PassAsync(TimeSpan.FromDays(100));
        Assert.NotNull((await world.RequestAsync(id)).NextRunAt);
        Assert.Equal((1, 0), (await TellAsync(world), await TellAsync(world)));

        await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(19_16), "credited after all", None);
        await world.PassAsync(TimeSpan.FromDays(100));
        Assert.Equal((1, 0), (await TellAsync(world), await TellAsync(world)));
        Assert.Equal(Whole, await world.BalanceAsync());
    }

    [Fact]
    public async Task Refused_by_the_carrier_it_can_be_asked_again()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await ManifestedAsync(world);
        world.Carrier.OnRefund.Enqueue(Misbehaviour.Refuse);

        Assert.IsType<VoidOutcome.Refused>(await world.VoidAsync(id));
        Assert.IsType<VoidOutcome.ClaimOpen>(await world.VoidAsync(id));
    }

    [Fact]
    public async Task A_lost_answer_opens_no_second_ticket()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await ManifestedAsync(world);
        world.Carrier.OnRefund.Enqueue(Misbehaviour.UnknownDone);

        Assert.IsType<VoidOutcome.StillAsking>(await world.VoidAsync(id));
        await world.PassAsync(TimeSpan.FromSeconds(31));

        Assert.Equal(Assert.Single(world.Carrier.Tickets).Value.Number, (await world.RequestAsync(id)).Ticket);
    }

    /// <summary>The process dies at each place between two steps of the claim in turn, the decision and its money included.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Dying_anywhere_in_a_claim_credits_it_once(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var rehearsal = await ManifestedAsync(world);
        world.Seams.Reset(0);
        await ClaimAsync(rehearsal);
        int seams = world.Seams.Passed;
        Assert.True(seams >= 10, $"{seams} places to die");

        for (int dieAt = 1; dieAt <= seams; dieAt++)
        {
            var id = await ManifestedAsync(world);
            world.Seams.Reset(dieAt);
            await Assert.ThrowsAsync<ProcessDied>(() => ClaimAsync(id));
            world.Seams.Reset(0);

            await world.PassAsync(TimeSpan.FromSeconds(31), times: 3);
            await ClaimAsync(id);
            await world.PassAsync(TimeSpan.FromSeconds(31), times: 2);

            Assert.Equal(RefundState.Credited, (await world.RequestAsync(id)).State);
            Assert.Equal(LabelState.Voided, (await world.RowAsync(id)).State);
            Assert.Equal(Whole, await world.BalanceAsync());
        }

        async Task ClaimAsync(LabelId id)
        {
            await world.VoidAsync(id);
            await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(19_16), "credit note", None);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_credit_file_grants_each_line_once_and_says_what_became_of_the_others(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var granted = await NumberedAsync("1000000000000001", claim: true);
        await NumberedAsync("1000000000000002", claim: false);
        await NumberedAsync("1000000000000003", claim: true);
        byte[] file = Encoding.UTF8.GetBytes(
            "Tracking number,Amount,Reference\n1000000000000001,19.16,CR-1\n1000000000000001,19.16,CR-1\n1000000000000001,19.16,CR-2\n"
            + "1000000000000002,19.16,CR-3\n1000000000000003,99.00,CR-4\n1000000000000009,1.00,CR-5\n,1.00,CR-6\n");

        Assert.Equal(
            ["Granted", "AlreadyImported", "AlreadyCredited", "NoClaim", "TooMuch", "NoLabel", "NoTrackingNumber"],
            await ImportAsync());
        Assert.Equal(["AlreadyImported", "AlreadyImported", "AlreadyCredited", "NoClaim", "TooMuch", "NoLabel", "NoTrackingNumber"], await ImportAsync());

        Assert.Equal(RefundState.Credited, (await world.RequestAsync(granted)).State);
        Assert.Equal(new Money(100_00 - 2 * 19_16), (await world.BalanceAsync()).Available);
        // A spreadsheet set to French saves semicolons, and letters as Windows has them.
        byte[] windows = Encoding.Latin1.GetBytes("Numéro de repérage;Montant;Référence\n1000000000000001;10,00;NC-1\n");
        Assert.Equal(CreditLineResult.AlreadyCredited, Assert.Single(Assert.IsType<ImportCreditsOutcome.Imported>(await Import(world).RunAsync(Support, "a.csv", windows, None)).Lines).Result);
        Assert.IsType<ImportCreditsOutcome.NoColumns>(await Import(world).RunAsync(Support, "a.csv", "a,b\n1,2\n"u8.ToArray(), None));
        Assert.IsType<ImportCreditsOutcome.Unreadable>(await Import(world).RunAsync(Support, "a.xlsx", [80, 75, 0, 4], None));

        async Task<IEnumerable<string>> ImportAsync() =>
            Assert.IsType<ImportCreditsOutcome.Imported>(await Import(world).RunAsync(Support, "credits.csv", file, None)).Lines.Select(line => line.Result.ToString());

        async Task<LabelId> NumberedAsync(string number, bool claim)
        {
            var id = await ManifestedAsync(world);
            await using (var db = await world.Database.Contexts.CreateDbContextAsync())
            {
                await db.Labels.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.TrackingNumber, number));
            }

            if (claim)
            {
                Assert.IsType<VoidOutcome.ClaimOpen>(await world.VoidAsync(id));
            }

            return id;
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Parcels_under_one_reference_of_the_carrier_are_each_credited(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var first = await ClaimedAsync(world, "1000000000000001");
        var second = await ClaimedAsync(world, "1000000000000002");

        Assert.Equal(["Granted", "Granted"], await ImportAsync(world, "Tracking number,Amount,Reference\n1000000000000001,19.16,CR-1\n1000000000000002,19.16,CR-1\n"));

        Assert.Equal([RefundState.Credited, RefundState.Credited], [(await world.RequestAsync(first)).State, (await world.RequestAsync(second)).State]);
        Assert.Equal(Whole, await world.BalanceAsync());
    }

    /// <summary>
    /// Something goes wrong at each place of the first line in turn: the second line is credited all the same, the report says what
    /// the first has come to, and its money comes once.
    /// </summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_line_that_fails_leaves_the_others_and_the_report_tells_the_truth(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var said = new HashSet<string>();
        // Two places each: around the save of the file itself, then of the first line's grant, then of its money.
        for (int place = 3; place <= 6; place++)
        {
            var first = await ClaimedAsync(world, $"10000000000000{place}1");
            await ClaimedAsync(world, $"10000000000000{place}2");
            string file = $"Tracking number,Amount,Reference\n10000000000000{place}1,19.16,CR-1\n10000000000000{place}2,19.16,CR-1\n";
            world.Seams.Reset(place);

            string[] results = [.. await ImportAsync(world, file)];

            world.Seams.Reset(0);
            said.Add(results[0]);
            Assert.Equal("Granted", results[1]);
            Assert.Equal(results[0] == "Granted", (await world.RequestAsync(first)).State is RefundState.ClaimGranted or RefundState.Credited);
            await using (var db = await world.Database.Contexts.CreateDbContextAsync())
            {
                string report = await db.CreditFiles.OrderByDescending(row => row.Id).Select(row => row.ReportJson).FirstAsync();
                Assert.Equal(results, System.Text.Json.JsonSerializer.Deserialize<List<CreditReportLine>>(report)!.Select(line => line.Result.ToString()));
            }

            await ImportAsync(world, file);
            await world.PassAsync(TimeSpan.FromSeconds(31));
            Assert.Equal(Whole, await world.BalanceAsync());
        }

        Assert.Equal(["Failed", "Granted"], said.Order());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_grant_between_what_was_held_and_what_was_paid_comes_back_to_the_cent(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        world.Carrier.FinalPrice = new Price(new Money(21_00), [new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(21_00))]);
        var id = await ManifestedAsync(world);
        await world.VoidAsync(id);

        Assert.Equal(new DecideClaimOutcome.TooMuch(new Money(21_00)), await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(21_01), "note", None));
        Assert.Equal(new DecideClaimOutcome.Granted(new Money(19_17)), await Decide(world).GrantAsync(Support, world.Merchant, id, new Money(19_17), "note", None));

        Assert.Equal(new Money(100_00 - 21_00 + 19_17), (await world.BalanceAsync()).Available);
    }

    [Fact]
    public async Task Many_at_once_says_what_each_means_and_stores_what_can_be()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var now = await world.BoughtAsync();
        var claim = await ManifestedAsync(world);
        world.Time.Advance(TimeSpan.FromHours(2));
        var later = await world.BoughtAsync();
        var many = new VoidManyLabels(world.Contexts, world.Void, world.Time, NullLogger<VoidManyLabels>.Instance);
        LabelId[] all = [now, claim, later];

        var plan = await many.PlanAsync(world.Merchant, all, None);

        Assert.Equal(["Void", "AskCarrier", "NotYet"], all.Select(id => plan.Single(row => row.Label == id).Decision.GetType().Name));
        var outcome = await many.RunAsync(world.Merchant, all, "user", Language.English, None);
        Assert.Equal(3, outcome.Stored.Count);
        Assert.Equal(world.Time.GetUtcNow().AddSeconds(10), outcome.FirstAt);
        Assert.Equal(1, await many.WithdrawAsync(world.Merchant, [now], None));
        await world.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(
            [RefundState.Withdrawn, RefundState.ClaimOpen, RefundState.Scheduled],
            [(await world.RequestAsync(now)).State, (await world.RequestAsync(claim)).State, (await world.RequestAsync(later)).State]);
        Assert.Empty(await many.PlanAsync(new MerchantId(world.Merchant.Value + 1), all, None));
    }

    private static async Task<LabelId> ManifestedAsync(LabelWorld world)
    {
        var id = await world.BoughtAsync();
        await world.ManifestAsync(id);
        return id;
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Taking_all_back_leaves_a_void_alone_that_was_asked_for_before(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var (before, among) = (await world.BoughtAsync(), await world.BoughtAsync());
        await world.Void.AsSoonAsAllowedAsync(world.Merchant, before, "user", Language.English, None);
        var many = new VoidManyLabels(world.Contexts, world.Void, world.Time, NullLogger<VoidManyLabels>.Instance);

        var outcome = await many.RunAsync(world.Merchant, [before, among], "user", Language.English, None);

        Assert.Equal([among], outcome.Stored);
        Assert.Equal(1, await many.WithdrawAsync(world.Merchant, outcome.Stored, None));
        Assert.Equal([RefundState.Scheduled, RefundState.Withdrawn], [(await world.RequestAsync(before)).State, (await world.RequestAsync(among)).State]);
    }

    [Fact]
    public async Task One_that_fails_among_many_leaves_the_others()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        LabelId[] labels = [await world.BoughtAsync(), await world.BoughtAsync()];
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Seams.Reset(1);

        var outcome = await new VoidManyLabels(world.Contexts, world.Void, world.Time, NullLogger<VoidManyLabels>.Instance)
            .RunAsync(world.Merchant, labels, "user", Language.English, None);

        Assert.Equal((1, 1, world.Time.GetUtcNow().AddSeconds(10)), (outcome.Stored.Count, outcome.Failed, outcome.FirstAt));
    }

    /// <summary>A label with this tracking number, whose refund the carrier decides.</summary>
    private static async Task<LabelId> ClaimedAsync(LabelWorld world, string number)
    {
        var id = await ManifestedAsync(world);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            await db.Labels.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.TrackingNumber, number));
        }

        Assert.IsType<VoidOutcome.ClaimOpen>(await world.VoidAsync(id));
        return id;
    }

    private static async Task<IEnumerable<string>> ImportAsync(LabelWorld world, string file) =>
        Assert.IsType<ImportCreditsOutcome.Imported>(await Import(world).RunAsync(Support, "credits.csv", Encoding.UTF8.GetBytes(file), None)).Lines.Select(line => line.Result.ToString());

    /// <summary>The merchant has no users here: nothing is phrased, and what is counted is what was told.</summary>
    internal static Task<int> TellAsync(LabelWorld world) => new TellOfRefunds(
        world.Contexts, new NoticeWriter(new Outbox(world.Time), null!, null!, null!, NullLogger<NoticeWriter>.Instance), null!, null!).RunAsync(None);

    private static DecideClaim Decide(LabelWorld world) => new(world.Contexts, world.Refund, new AuditTrail(world.Time), world.Time);

    private static ImportCredits Import(LabelWorld world) => new(world.Contexts, Decide(world), new AuditTrail(world.Time), world.Time, NullLogger<ImportCredits>.Instance);
}
