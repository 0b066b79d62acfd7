using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Disputes;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Tests.Web.Features.Reconciliation;

/// <summary>The processor's account and the ledger, compared.</summary>
public sealed class ReconciliationTests
{
    private static async Task<string> RefundAsync(FundingBench bench, bool pending = false)
    {
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order(50_00);
        await bench.AddFundsAsync(merchant, order);
        if (pending)
        {
            await bench.PostAsync("/_control/refunds/next", new { outcome = "pending" });
        }

        string payment = (await bench.TopUpAsync(merchant, order.Id)).PaymentId!;
        return ((ProcessorReply<ProcessorRefund>.Confirmed)await bench.Seam.RefundAsync(payment, new Money(20_00), "by-hand", None)).Value.Id;
    }

    private static Task<RecordRefundOutcome> RecordAsync(FundingBench bench, string refund) =>
        bench.App.InScopeAsync<RecordRefund, RecordRefundOutcome>(record => record.RunAsync(refund, None));

    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task Each_transaction_meets_one_transfer_and_its_fee_is_booked(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        await bench.AddFundsAsync(merchant, FundingBench.Order(20_00));

        Assert.Equal(new ReconcileOutcome.Done(2, 2, 0), await ReconcileAsync(bench));
        Assert.Equal(new ReconcileOutcome.Done(2, 0, 0), await ReconcileAsync(bench));

        // 2.9 % and 0.30 of each.
        var book = await BookAsync(bench, merchant);
        Assert.Equal((70_00 - 1_75 - 88, 1_75 + 88, 70_00), (book.CardClearing, book.ProcessingFees, book.Available));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_payment_and_a_dispute_that_nobody_heard_of_are_booked_on_the_way(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync("4000000000000259");
        bench.Seam.DieAfterChargeOnce();
        await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, FundingBench.Order(50_00)));
        Assert.Equal(Money.Zero, await bench.AvailableAsync(merchant));

        Assert.Equal(new ReconcileOutcome.Done(2, 2, 0), await ReconcileAsync(bench));

        var book = await BookAsync(bench, merchant);
        // Charged 50.00 and taken back 50.00; the fees of both stay with the platform.
        Assert.Equal((0, 1_75 + 15_00), (book.Available, book.ProcessingFees));
        Assert.Equal(-1_75 - 15_00, book.CardClearing);
    }

    /// <summary>
    /// Somebody made a charge at the processor without a payment intent, and its cardholder disputes it. There is no payment to
    /// read then; the processor was asked for one without an id, and asked again each hour for ever.
    /// </summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_dispute_without_a_payment_is_none_of_ours_and_shows_as_a_difference(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        var now = bench.Time.GetUtcNow();
        var taken = new ProcessorMovement("txn_0", "dispute", "dp_of_nobody", null, new Money(-10_00), new Money(15_00), now);
        bench.Seam.OtherDispute = new ProcessorDispute("dp_of_nobody", "", new Money(10_00), DisputeState.Open, "fraudulent", now, null, [taken]);

        Assert.IsType<SettleDisputeOutcome.NotOurs>(
            await bench.App.InScopeAsync<SettleDispute, SettleDisputeOutcome>(settle => settle.RunAsync("dp_of_nobody", None)));
        Assert.Equal(new ReconcileOutcome.Done(2, 1, 1), await ReconcileAsync(bench));

        var open = Assert.Single(await OpenAsync(bench));
        Assert.Equal((ReconciliationDifferenceKind.NotInLedger, "dispute", new Money(-10_00), null), (open.Kind, open.What, open.Theirs, open.BusinessName));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_refund_made_by_hand_is_a_difference_until_its_transfer_appears(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order(50_00);
        await bench.AddFundsAsync(merchant, order);
        string payment = (await bench.TopUpAsync(merchant, order.Id)).PaymentId!;
        var refunded = await bench.Seam.RefundAsync(payment, new Money(20_00), "by-hand", None);
        string refund = ((ProcessorReply<ProcessorRefund>.Confirmed)refunded).Value.Id;

        Assert.Equal(new ReconcileOutcome.Done(2, 1, 1), await ReconcileAsync(bench));
        var open = Assert.Single(await OpenAsync(bench));
        Assert.Equal((ReconciliationDifferenceKind.NotInLedger, "refund", new Money(-20_00), null, "Maple Parcels"), (open.Kind, open.What, open.Theirs, open.Ours, open.BusinessName));

        // The account is closed and paid out; whoever does that names the transfer with the refund.
        await bench.SubmitAsync(new BeginClose(merchant, "close/1/begin"));
        await bench.SubmitAsync(new Close(merchant, "close/1"));
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new PayOut(merchant, "payout/1", new Money(20_00), PayoutRoute.Card)));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            Assert.Equal(1, await db.CardRefunds.Where(r => r.Id == refund && r.MerchantId == merchant).ExecuteUpdateAsync(set => set.SetProperty(r => r.TransferKey, "payout/1")));
        }

        Assert.Equal(new ReconcileOutcome.Done(2, 1, 0), await ReconcileAsync(bench));
        Assert.Empty(await OpenAsync(bench));
    }

    /// <summary>Put aside as missing in the ledger; then the ledger says another amount: that is another difference.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_difference_put_aside_that_becomes_another_one_is_shown_again(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        string refund = await RefundAsync(bench);
        await ReconcileAsync(bench);
        var open = Assert.Single(await OpenAsync(bench));
        Assert.IsType<ClearDifferenceOutcome.Cleared>(await ClearAsync(bench, open.Id, "refunded by hand on purpose"));
        Assert.Equal(0, Assert.IsType<ReconcileOutcome.Done>(await ReconcileAsync(bench)).Open);

        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            var merchant = await db.CardRefunds.Where(r => r.Id == refund).Select(r => r.MerchantId).SingleAsync();
            await bench.SubmitAsync(new BeginClose(merchant, "close/1/begin"));
            await bench.SubmitAsync(new Close(merchant, "close/1"));
            Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new PayOut(merchant, "payout/1", new Money(19_00), PayoutRoute.Card)));
            await db.CardRefunds.Where(r => r.Id == refund).ExecuteUpdateAsync(set => set.SetProperty(r => r.TransferKey, "payout/1"));
        }

        Assert.Equal(1, Assert.IsType<ReconcileOutcome.Done>(await ReconcileAsync(bench)).Open);
        var now = Assert.Single(await OpenAsync(bench));
        Assert.Equal((ReconciliationDifferenceKind.AmountsDiffer, new Money(-19_00), new Money(-20_00)), (now.Kind, now.Ours, now.Theirs));
        var before = Assert.Single(await AsideAsync(bench));
        Assert.Equal((ReconciliationDifferenceKind.NotInLedger, "refunded by hand on purpose", null), (before.Kind, before.Clearance!.Reason, before.Ours));
        Assert.Equal(1, Assert.IsType<ReconcileOutcome.Done>(await ReconcileAsync(bench)).Open);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_comparison_that_breaks_off_has_ended_and_the_next_one_begins_from_the_same_place(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        bench.Seam.BeforeListing = () => throw new InvalidOperationException("A transaction of a kind nobody expects.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReconcileAsync(bench));

        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            var run = await db.ReconciliationRuns.SingleAsync();
            Assert.Equal((true, "it broke off"), (run.EndedAt is not null, run.Problem));
        }

        bench.Seam.BeforeListing = null;
        Assert.Equal(new ReconcileOutcome.Done(1, 1, 0), await ReconcileAsync(bench));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_refund_that_failed_stays_failed_when_an_older_reading_is_saved_later(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        string refund = await RefundAsync(bench, pending: true);

        // Read while it was pending; meanwhile it failed, and somebody else wrote that down.
        bench.Seam.AfterReading = async () =>
        {
            await bench.PostAsync($"/_control/refunds/{refund}/settle", new { outcome = "failed" });
            Assert.Equal(CardRefundState.Failed, Assert.IsType<RecordRefundOutcome.Recorded>(await RecordAsync(bench, refund)).State);
        };

        Assert.Equal(CardRefundState.Failed, Assert.IsType<RecordRefundOutcome.Recorded>(await RecordAsync(bench, refund)).State);
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var row = await db.CardRefunds.SingleAsync(r => r.Id == refund);
        Assert.Equal(CardRefundState.Failed, row.State);
        Assert.NotNull(row.FailureReason);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task While_the_processor_does_not_accept_our_key_a_refund_is_ours_and_waits(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        string refund = await RefundAsync(bench);
        await bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/refunds", Status: 401));

        Assert.IsType<RecordRefundOutcome.TryLater>(await RecordAsync(bench, refund));
        Assert.IsType<RecordRefundOutcome.Recorded>(await RecordAsync(bench, refund));
        Assert.IsType<RecordRefundOutcome.NotOurs>(await RecordAsync(bench, "re_of_somebody"));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_transfer_that_the_processor_does_not_know_is_a_difference(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_of_nobody"), new Money(12_34)));
        bench.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(new ReconcileOutcome.Done(1, 1, 1), await ReconcileAsync(bench));

        var open = Assert.Single(await OpenAsync(bench));
        Assert.Equal((ReconciliationDifferenceKind.NotAtProcessor, new Money(12_34), null, "payment/pi_of_nobody/fund"), (open.Kind, open.Ours, open.Theirs, open.Reference));
    }

    [Fact]
    public async Task Amounts_that_differ_are_one_difference_with_both_sides()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        bench.Seam.AfterCharge = async reply =>
        {
            // A wrong amount, booked before the right one could be.
            var payment = ((ProcessorReply<Payment>.Confirmed)reply).Value;
            await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund(payment.Id), new Money(50_01)));
            throw new ProcessDied();
        };
        await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, FundingBench.Order(50_00)));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            // The row knows its payment, as after a webhook of an earlier state.
            string payment = (await bench.PaymentsAsync(merchant))[0].Id;
            await db.TopUps.Where(t => t.MerchantId == merchant).ExecuteUpdateAsync(set => set.SetProperty(t => t.PaymentId, payment));
        }

        bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(new ReconcileOutcome.Done(1, 0, 1), await ReconcileAsync(bench));

        var open = Assert.Single(await OpenAsync(bench));
        Assert.Equal((ReconciliationDifferenceKind.AmountsDiffer, new Money(50_01), new Money(50_00)), (open.Kind, open.Ours, open.Theirs));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_difference_is_put_aside_only_for_a_reason_that_nobody_can_change(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_of_nobody"), new Money(12_34)));
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        await ReconcileAsync(bench);
        var open = Assert.Single(await OpenAsync(bench));

        Assert.IsType<ClearDifferenceOutcome.ReasonNeeded>(await ClearAsync(bench, open.Id, "   ok      "));
        Assert.IsType<ClearDifferenceOutcome.ReasonNeeded>(await ClearAsync(bench, open.Id, new string('x', 501)));
        Assert.IsType<ClearDifferenceOutcome.NotFound>(await ClearAsync(bench, Guid.NewGuid(), "booked by hand before the move"));
        Assert.IsType<ClearDifferenceOutcome.Cleared>(await ClearAsync(bench, open.Id, " booked by hand before the move "));
        Assert.IsType<ClearDifferenceOutcome.AlreadyGone>(await ClearAsync(bench, open.Id, "booked by hand before the move"));

        // Not reported again.
        Assert.Equal(0, Assert.IsType<ReconcileOutcome.Done>(await ReconcileAsync(bench)).Open);
        var cleared = Assert.Single(await AsideAsync(bench)).Clearance!;
        Assert.Equal(new ClearanceView("support-1", bench.Time.GetUtcNow(), "booked by hand before the move", Resolved: false), cleared);

        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.DifferenceClearances.ExecuteUpdateAsync(set => set.SetProperty(c => c.Reason, "another")));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.DifferenceClearances.ExecuteDeleteAsync());
    }

    /// <summary>Several moved in the same moment, where one page ends and the next one begins.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Differences_are_read_page_by_page_each_once_the_oldest_open_and_the_newest_put_aside_first(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var now = bench.Time.GetUtcNow();
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            for (int i = 0; i < 14; i++)
            {
                var difference = Difference($"txn_{i:00}", now.AddHours(-20 + (i / 4)));
                if (i >= 7)
                {
                    difference.ClearedAt = now.AddMinutes(-i / 3);
                    db.DifferenceClearances.Add(new DifferenceClearance { DifferenceId = difference.Id, ClearedBy = "support-1", Reason = "booked by hand", ClearedAt = difference.ClearedAt.Value });
                }

                db.ReconciliationDifferences.Add(difference);
            }

            var resolved = Difference("txn_resolved", now);
            resolved.ResolvedAt = now;
            db.ReconciliationDifferences.Add(resolved);
            await db.SaveChangesAsync();
        }

        foreach (int pageSize in new[] { 1, 2, 7, 25 })
        {
            var open = await AllAsync(bench, new DifferenceFilter(), pageSize);
            Assert.Equal(Enumerable.Range(0, 7).Select(i => $"txn_{i:00}"), open.Select(d => d.Reference).Order());
            Assert.Equal(open.Select(d => d.OccurredAt).Order(), open.Select(d => d.OccurredAt));
            var aside = await AllAsync(bench, new DifferenceFilter { Aside = true }, pageSize);
            Assert.Equal(Enumerable.Range(7, 7).Select(i => $"txn_{i:00}"), aside.Select(d => d.Reference).Order());
            Assert.Equal(aside.Select(d => d.Clearance!.At).OrderDescending(), aside.Select(d => d.Clearance!.At));
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Differences_are_found_by_kind_by_age_and_by_any_name_the_processor_or_the_ledger_has_for_them(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var now = bench.Time.GetUtcNow();
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            db.ProcessorTransactions.Add(new ProcessorTransaction { Id = "txn_1", Category = "refund", SourceId = "re_1", PaymentId = "pi_1", Amount = new Money(-5_00), OccurredAt = now, SeenAt = now });
            db.ReconciliationDifferences.Add(Difference("txn_1", now.AddDays(-7)));
            db.ReconciliationDifferences.Add(Difference("txn_11", now.AddDays(-7).AddMilliseconds(1), ReconciliationDifferenceKind.AmountsDiffer));
            db.ReconciliationDifferences.Add(new ReconciliationDifference
            {
                Id = Guid.NewGuid(),
                Kind = ReconciliationDifferenceKind.NotAtProcessor,
                Subject = $"transfer/{merchant}/payment/pi_2/fund",
                MerchantId = merchant,
                TransferKey = "payment/pi_2/fund",
                What = "Fund",
                Ours = new Money(5_00),
                OccurredAt = now.AddDays(-30),
                FirstSeenAt = now,
            });
            await db.SaveChangesAsync();
        }

        await FindsAsync(new() { Kind = ReconciliationDifferenceKind.AmountsDiffer }, "txn_11");
        await FindsAsync(new() { Kind = ReconciliationDifferenceKind.NotInLedger, Days = 30 });
        await FindsAsync(new() { Days = 7 }, "payment/pi_2/fund", "txn_1");
        await FindsAsync(new() { Days = 31 });
        await FindsAsync(new() { Reference = " txn_11 " }, "txn_11");
        await FindsAsync(new() { Reference = "txn_1" }, "txn_1", "txn_11");
        await FindsAsync(new() { Reference = "re_1" }, "txn_1");
        await FindsAsync(new() { Reference = "pi_1" }, "txn_1");
        await FindsAsync(new() { Reference = "pi_2" }, "payment/pi_2/fund");
        await FindsAsync(new() { Reference = "pi_2", Aside = true });
        await FindsAsync(new() { Reference = "pi%" });
        await FindsAsync(new() { Reference = "PI_2" });
        await FindsAsync(new() { After = Guid.NewGuid() }, "payment/pi_2/fund", "txn_1", "txn_11");

        async Task FindsAsync(DifferenceFilter filter, params string[] expected) => Assert.Equal(expected, (await AllAsync(bench, filter)).Select(d => d.Reference));
    }

    private static ReconciliationDifference Difference(string transaction, DateTimeOffset at, ReconciliationDifferenceKind kind = ReconciliationDifferenceKind.NotInLedger) => new()
    {
        Id = Guid.NewGuid(),
        Kind = kind,
        Subject = $"transaction/{transaction}",
        TransactionId = transaction,
        What = "refund",
        Theirs = new Money(-5_00),
        OccurredAt = at,
        FirstSeenAt = at,
    };

    [Fact]
    public async Task A_processor_that_does_not_answer_leaves_the_next_run_where_this_one_began()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        await bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/balance_transactions", Status: 500));

        Assert.IsType<ReconcileOutcome.ProcessorAway>(await ReconcileAsync(bench));
        Assert.False((await LastRunAsync(bench))!.Complete);
        bench.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(new ReconcileOutcome.Done(1, 1, 0), await ReconcileAsync(bench));
    }

    [Fact]
    public async Task It_runs_once_a_day_and_looks_two_days_further_back()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order(50_00));
        var first = bench.Time.GetUtcNow();

        Assert.Equal(1, await SweepAsync(bench));
        bench.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, await SweepAsync(bench));
        await bench.AddFundsAsync(merchant, FundingBench.Order(20_00));
        bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await SweepAsync(bench));

        Assert.Equal(first - TimeSpan.FromHours(48), (await LastRunAsync(bench))!.Since);
    }

    private static Task<ReconcileOutcome> ReconcileAsync(FundingBench bench) =>
        bench.App.InScopeAsync<ReconcileProcessor, ReconcileOutcome>(reconcile => reconcile.RunAsync("support-1", None));

    private static Task<int> SweepAsync(FundingBench bench) => bench.App.InScopeAsync<ReconciliationSweep, int>(sweep => sweep.RunAsync(None));

    private static Task<RunView?> LastRunAsync(FundingBench bench) =>
        bench.App.InScopeAsync<ReconciliationQueries, RunView?>(queries => queries.LastRunAsync(TestRights.Desk, None));

    private static Task<IReadOnlyList<DifferenceView>> OpenAsync(FundingBench bench) => AllAsync(bench, new DifferenceFilter());

    private static Task<IReadOnlyList<DifferenceView>> AsideAsync(FundingBench bench) => AllAsync(bench, new DifferenceFilter { Aside = true });

    /// <summary>All that fit, as somebody reads them who goes from page to page.</summary>
    private static async Task<IReadOnlyList<DifferenceView>> AllAsync(FundingBench bench, DifferenceFilter filter, int pageSize = 3)
    {
        var all = new List<DifferenceView>();
        do
        {
            var page = await bench.App.InScopeAsync<ReconciliationQueries, DifferencePage>(queries => queries.FindAsync(TestRights.Desk, filter, pageSize, None));
            Assert.InRange(page.Differences.Count, page.After is null ? 0 : pageSize, pageSize);
            all.AddRange(page.Differences);
            filter = filter with { After = page.After };
        }
        while (filter.After is not null);

        return all;
    }

    private static Task<ClearDifferenceOutcome> ClearAsync(FundingBench bench, Guid difference, string reason) =>
        bench.App.InScopeAsync<ClearDifference, ClearDifferenceOutcome>(clear => clear.RunAsync(difference, new Actor("support-1", "support@example.com", null), reason, None));

    private static async Task<OneBalance.Web.Data.Model.LedgerBookRow> BookAsync(FundingBench bench, MerchantId merchant)
    {
        var audit = await bench.App.Services.GetRequiredService<LedgerAuditor>().RunAsync(None);
        Assert.True(audit.IsClean);
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        return await db.LedgerBooks.AsNoTracking().SingleAsync(b => b.MerchantId == merchant);
    }
}
