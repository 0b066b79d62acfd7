using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Core.Tax;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Admin;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>The desk as the product composes it: every queue, every open flow and every way to find an account, with one item of each.</summary>
public sealed class DeskTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 15, 0, 0, TimeSpan.Zero);

    /// <summary>When the seeded items were begun; each was tried again a moment ago.</summary>
    private static readonly DateTimeOffset Begun = Now - TimeSpan.FromHours(3);

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    /// <summary>A purchase and a manifest that were tried again each minute looked a minute old for ever.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Every_queue_counts_its_item_and_its_age_from_its_beginning(DatabaseProvider provider)
    {
        await using var desk = await Desk.StartAsync(provider);
        Assert.All(await desk.Queries.QueuesAsync(TestRights.Desk, None), queue => Assert.Equal((0, (DateTimeOffset?)null), (queue.Count, queue.Oldest)));

        await desk.SeedAsync();

        var queues = await desk.Queries.QueuesAsync(TestRights.Desk, None);
        Assert.Equal(Enum.GetValues<DeskQueueKind>(), queues.Select(queue => queue.Kind));
        Assert.All(queues, queue => Assert.Equal((queue.Kind, 1, Begun), (queue.Kind, queue.Count, queue.Oldest)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Every_kind_under_way_is_listed_since_its_beginning_and_what_ended_or_waits_as_it_should_is_not(DatabaseProvider provider)
    {
        await using var desk = await Desk.StartAsync(provider);
        Assert.Empty(await desk.Queries.OpenItemsAsync(TestRights.Desk, null, null, None));

        await desk.SeedAsync();

        var items = await desk.Queries.OpenItemsAsync(TestRights.Desk, null, null, None);
        Assert.Equal(
            [
                (OpenKind.Label, "Unknown"), (OpenKind.TopUp, "Charging"), (OpenKind.Refund, "NotKnown"), (OpenKind.Manifest, "Collecting"),
                (OpenKind.Cancellation, "Closing.Requested"), (OpenKind.SupportAction, "Asked"), (OpenKind.Adjustment, "Disputed"), (OpenKind.Batch, "Buying"),
            ],
            items.OrderBy(item => item.Kind).Select(item => (item.Kind, item.Row.State)));
        Assert.All(items, item => Assert.Equal((Begun, "Québec Livres"), (item.Row.Since, item.BusinessName)));
        Assert.Equal([OpenKind.Cancellation, OpenKind.Adjustment], items.Where(item => item.Row.Waits).Select(item => item.Kind).Order());
        Assert.Equal(items.Count, (await desk.Queries.OpenItemsAsync(TestRights.Desk, desk.Merchant, null, None)).Count);
        Assert.Empty(await desk.Queries.OpenItemsAsync(TestRights.Desk, new MerchantId(999), null, None));
        Assert.Equal([OpenKind.Manifest], (await desk.Queries.OpenItemsAsync(TestRights.Desk, null, OpenKind.Manifest, None)).Select(item => item.Kind));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_is_found_by_every_number_it_has_whatever_the_case(DatabaseProvider provider)
    {
        await using var desk = await Desk.StartAsync(provider);
        await desk.SeedAsync();

        foreach (string typed in new[] { "t-4711", "LINE-9", "line-9", "dp_1", "quebec", "order 815", $"inv-{desk.Merchant.Value}-000042", $"INV-{desk.Merchant.Value}-42" })
        {
            Assert.Equal((typed, desk.Merchant), (typed, Assert.Single((await desk.Queries.FindMerchantsAsync(TestRights.Desk, typed, None)).Rows).Id));
        }

        foreach (string typed in new[] { "T-47", $"INV-{desk.Merchant.Value}-000043", $"CRN-{desk.Merchant.Value}-000042", "INV-x-1", "dp_" })
        {
            Assert.Empty((await desk.Queries.FindMerchantsAsync(TestRights.Desk, typed, None)).Rows);
        }
    }

    [Fact]
    public async Task Events_of_the_processor_that_lead_to_nothing_are_counted_with_their_age()
    {
        await using var desk = await Desk.StartAsync(DatabaseProvider.Sqlite);
        Task<EventHealth> ReadAsync() => desk.App.InScopeAsync<PlatformHealth, EventHealth>(async health => (await health.ReadAsync(TestRights.Desk, None)).Events);
        await using var db = await desk.App.Contexts.CreateDbContextAsync();
        Assert.Equal(new EventHealth(0, null), await ReadAsync());

        db.ProcessorEvents.Add(new ProcessorEvent { Id = "evt_1", Type = "payment_intent.succeeded", ObjectId = "pi_1", OccurredAt = Begun, ReceivedAt = Begun, DueAt = Now.AddHours(1), Attempts = 9 });
        db.ProcessorEvents.Add(new ProcessorEvent { Id = "evt_2", Type = "payment_intent.succeeded", ObjectId = "pi_2", OccurredAt = Begun, ReceivedAt = Begun.AddHours(-1), DueAt = Begun, WorkedAt = Begun });
        await db.SaveChangesAsync();

        var health = await ReadAsync();
        Assert.Equal(new EventHealth(1, Begun), health);
        Assert.True(health.Stuck(Now));
        Assert.False(health.Stuck(Begun + EventHealth.Late));
    }

    /// <summary>Mails were found by their address: those of another account of the same person were shown too, those to an old address not.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task An_account_shows_its_own_mails_top_ups_and_refunds_and_more_when_asked(DatabaseProvider provider)
    {
        await using var desk = await Desk.StartAsync(provider);
        await desk.SeedAsync();
        await using (var db = await desk.App.Contexts.CreateDbContextAsync())
        {
            foreach (int number in Enumerable.Range(1, AccountQueries.Step + 1))
            {
                db.OutgoingMails.Add(Mail(desk.Merchant, $"Own {number}", Now.AddMinutes(number)));
            }

            db.OutgoingMails.Add(Mail(new MerchantId(desk.Merchant.Value + 1), "Other", Now));
            await db.SaveChangesAsync();
        }

        var queries = desk.App.Services.GetRequiredService<AccountQueries>();
        var account = (await queries.ReadAsync(TestRights.Desk, desk.Merchant, None))!;
        Assert.True(account.Mails.More);
        Assert.Equal((AccountQueries.Step, "Own 21"), (account.Mails.Rows.Count, account.Mails.Rows[0].Subject));
        Assert.Equal([TopUpState.AwaitingPayout, TopUpState.Charging, TopUpState.Failed], account.TopUps.Rows.Select(topUp => topUp.State).OrderBy(state => $"{state}"));
        Assert.Equal("card_declined", Assert.Single(account.TopUps.Rows, topUp => topUp.State == TopUpState.Failed).FailureCode);
        Assert.Contains("T-4711", account.Refunds.Rows.Select(refund => refund.Ticket));
        var all = (await queries.ReadAsync(TestRights.Desk, desk.Merchant, None, 2 * AccountQueries.Step))!;
        Assert.Equal((AccountQueries.Step + 1, false), (all.Mails.Rows.Count, all.Mails.More));
    }

    private static OutgoingMail Mail(MerchantId merchant, string subject, DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(),
        MerchantId = merchant,
        To = "owner@example.com",
        Subject = subject,
        TextBody = "",
        HtmlBody = "",
        CreatedAt = at,
        SentAt = at,
    };

    private sealed class Desk(TestApp app, MerchantId merchant) : IAsyncDisposable
    {
        public TestApp App => app;

        public MerchantId Merchant => merchant;

        public AdminQueries Queries => app.Services.GetRequiredService<AdminQueries>();

        public static async Task<Desk> StartAsync(DatabaseProvider provider)
        {
            var app = await TestApp.StartAsync(provider, new FakeTimeProvider(Now), new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
            return new Desk(app, await app.Database.AddMerchantAsync("Québec Livres", setUp: true));
        }

        /// <summary>One item of each queue and kind, begun at <see cref="Begun"/>; and of some kinds one that has ended or waits as it should.</summary>
        public async Task SeedAsync()
        {
            await using var db = await app.Contexts.CreateDbContextAsync();
            var unknown = Label(LabelState.Unknown);
            unknown.Reference = "Order 815";
            var claimed = Label(LabelState.Purchased);
            var voiding = Label(LabelState.Purchased);
            var scheduled = Label(LabelState.Purchased);
            db.AddRange(unknown, claimed, voiding, scheduled);
            db.AddRange(TopUp(TopUpState.Charging, null), TopUp(TopUpState.Failed, "card_declined"), TopUp(TopUpState.AwaitingPayout, null));
            var asked = Refund(voiding, RefundState.Requested, RefundKind.Void, null, null);
            asked.Doubt = VoidDoubt.NotKnown;
            db.AddRange(
                Refund(claimed, RefundState.ClaimOpen, RefundKind.Claim, "T-4711", null),
                asked,
                Refund(scheduled, RefundState.Scheduled, RefundKind.Void, null, Now.AddMinutes(1)));
            db.Add(new Manifest
            {
                MerchantId = merchant,
                Id = new ManifestId(Guid.CreateVersion7()),
                State = ManifestState.Collecting,
                CarrierGroup = "group",
                ShippingPoint = "K1A0A9",
                RequestedAt = Begun,
                UpdatedAt = Now,
            });
            var closing = new AccountClosing
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(),
                Reference = "CA-TEST",
                State = ClosingState.Requested,
                Reason = "moving on",
                RequestedBy = "user",
                RequestedAt = Begun,
                UpdatedAt = Now,
            };
            db.Add(closing);
            db.Add(new PayoutLot
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(),
                ClosingId = closing.Id,
                Number = 1,
                Route = PayoutRoute.Bank,
                State = PayoutLotState.Planned,
                Amount = new Money(1_00),
                PlannedAt = Begun,
                NextAttemptAt = Now,
            });
            db.Add(new CardDispute
            {
                MerchantId = merchant,
                Id = "dp_1",
                TopUpId = new TopUpId(Guid.CreateVersion7()),
                CardId = new CardId(Guid.CreateVersion7()),
                PaymentId = "pi_1",
                Reason = "fraudulent",
                State = CardDisputeState.Open,
                OpenedAt = Begun,
                UpdatedAt = Now,
            });
            db.Add(new ReconciliationDifference
            {
                Id = Guid.CreateVersion7(),
                Kind = ReconciliationDifferenceKind.NotInLedger,
                Subject = "txn_1",
                What = "charge",
                OccurredAt = Begun,
                FirstSeenAt = Begun,
            });
            db.Add(new CarrierAdjustment
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(),
                CarrierLineId = "Line-9",
                Kind = AdjustmentKind.Reweigh,
                State = AdjustmentState.Disputed,
                Amount = new Money(1_00),
                Explanation = "heavier than declared",
                EvidenceName = "scale.pdf",
                EvidenceType = "application/pdf",
                Evidence = [1],
                NoticedAt = Begun.AddDays(-1),
                DisputedAt = Begun,
                Dispute = "The scale was wrong.",
            });
            db.Add(new SupportAction
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(),
                Kind = SupportActionKind.Pause,
                State = SupportActionState.Asked,
                Reason = "asked by phone",
                UserId = "support",
                Email = "support@example.com",
                AskedAt = Begun,
            });
            db.Add(new Batch
            {
                MerchantId = merchant,
                Id = new BatchId(Guid.CreateVersion7()),
                Name = "parcels.csv",
                State = BatchState.Buying,
                CreatedBy = "user",
                ColumnsJson = "[]",
                From = new PostalAddress(),
                CreatedAt = Begun,
                RequestedAt = Begun,
                UpdatedAt = Now,
            });
            db.Add(new TaxPaper
            {
                MerchantId = merchant,
                Kind = TaxPaperKind.Invoice,
                Number = 42,
                LabelId = claimed.Id,
                LedgerSequence = 1,
                IssuedAt = Begun,
                ServiceName = "Expedited Parcel",
                ContentJson = "{}",
            });
            await db.SaveChangesAsync();
        }

        private Label Label(LabelState state) => new()
        {
            MerchantId = merchant,
            Id = new LabelId(Guid.CreateVersion7()),
            State = state,
            From = new PostalAddress(),
            To = new PostalAddress(),
            CreatedAt = Begun,
            RequestedAt = Begun,
            UpdatedAt = Now,
        };

        private TopUp TopUp(TopUpState state, string? failure) => new()
        {
            MerchantId = merchant,
            Id = new TopUpId(Guid.CreateVersion7()),
            State = state,
            Amount = new Money(50_00),
            CardBrand = "visa",
            CardLastFour = "4242",
            FailureCode = failure,
            ReturnUrl = "http://localhost/",
            RequestedBy = "user",
            RequestedAt = Begun,
            UpdatedAt = Now,
            NextAttemptAt = Now.AddDays(1),
        };

        private RefundRequest Refund(Label label, RefundState state, RefundKind kind, string? ticket, DateTimeOffset? notBefore) => new()
        {
            MerchantId = merchant,
            LabelId = label.Id,
            State = state,
            Kind = kind,
            RequestedBy = "user",
            RequestedAt = Begun,
            Ticket = ticket,
            NotBefore = notBefore,
            CarrierConfirmedAt = ticket is null ? null : Begun,
            UpdatedAt = Now,
        };

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
