using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Audit;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Cancellation;
using static OneBalance.Tests.Web.Features.Cancellation.CancellationScene;
using RefundKind = OneBalance.Core.Refunds.RefundKind;
using RefundState = OneBalance.Core.Refunds.RefundState;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>What comes between approval and the last cent: credits, disputes, refusals, cheques that come back; and who signs for it.</summary>
public sealed class LatePayoutTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    public static TheoryData<DatabaseProvider, string> Decisions => new(
        from provider in new[] { DatabaseProvider.Sqlite, DatabaseProvider.Postgres }
        from outcome in new[] { "won", "lost" }
        select (provider, outcome));

    [Theory, MemberData(nameof(Providers))]
    public async Task A_credit_between_approval_and_closing_is_not_paid_out_on_one_persons_word(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(90_00);
        var id = await scene.RequestAsync();
        await scene.OpenAsync(id);
        await scene.StoreApprovalAsync(id, Ann, 90_00);
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(20_00)));

        await scene.SweepAsync();

        var file = await scene.FileAsync(id);
        Assert.Equal((ClosingState.Closing, new Money(90_00), null, new Money(110_00)), (file.Row.State, file.VoidedAmount, file.ApprovedBy, file.Remainder));
        Assert.Equal(new DeskOutcome.Refused(new ApprovalDecision.SecondPersonNeeded(new Money(100_00))), await scene.ApproveAsync(id, Ann, 110_00));
        Assert.IsType<DeskOutcome.Done>(await scene.ApproveAsync(id, Bea, 110_00));
        Assert.Null((await scene.FileAsync(id)).VoidedAt);
        await scene.RecordAllAsync(id);
        await scene.AssertPaidOnceAsync(110_00);
        Assert.Single(await scene.MailsAsync(), "Approved");
    }

    [Fact]
    public async Task An_approval_that_meets_held_money_or_a_debt_goes_back_to_the_desk()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        await scene.Bench.SubmitAsync(new Reserve(scene.Merchant, "label", new Money(3_00)));
        var id = await scene.RequestAsync();
        await scene.OpenAsync(id);

        await scene.StoreApprovalAsync(id, Bea, 37_00);
        await scene.SweepAsync();
        Assert.Equal(ClosingState.Closing, (await scene.FileAsync(id)).Row.State);

        await scene.Bench.SubmitAsync(new Capture(scene.Merchant, "captured", "label", new Money(3_00)));
        await scene.StoreApprovalAsync(id, Bea, 37_00);
        await scene.DisputeAsync();
        await scene.SweepAsync();
        var file = await scene.FileAsync(id);
        Assert.Equal(ClosingState.Closing, file.Row.State);
        Assert.Equal([ClosingBlocker.Disputes, ClosingBlocker.Debt], file.Pending.Blockers);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Late_credits_above_the_limit_need_a_second_person_by_the_rule_and_by_the_database(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        var id = await scene.CloseAsync();
        await scene.LateAsync(60_00);
        await scene.LateAsync(60_00);

        // The first is within the limit, together they are not.
        var file = await scene.FileAsync(id);
        Assert.Equal([false, false, true], file.Lots.Select(lot => lot.WaitsForApproval));
        Assert.Equal(new Money(60_00), file.Supplement);
        Assert.IsType<DeskOutcome.Done>(await scene.RecordAsync(id, file.Lots[1].Id));
        Assert.IsType<DeskOutcome.Held>(await scene.RecordAsync(id, file.Lots[2].Id));

        await scene.RefusesAsync("UPDATE payout_lots SET state = 2 WHERE needs_approval");
        await scene.RefusesAsync("UPDATE payout_lots SET approved_by = 'ann' WHERE needs_approval");
        await scene.RefusesAsync(provider == DatabaseProvider.Sqlite
            ? "UPDATE payout_lots SET needs_approval = 0 WHERE needs_approval"
            : "UPDATE payout_lots SET needs_approval = false WHERE needs_approval");
        Assert.Equal(new DeskOutcome.Refused(new ApprovalDecision.SecondPersonNeeded(new Money(100_00))), await scene.ApproveSupplementAsync(id, Ann, 60_00));
        Assert.Equal(new DeskOutcome.Refused(new ApprovalDecision.AmountChanged(new Money(60_00))), await scene.ApproveSupplementAsync(id, Bea, 50_00));
        Assert.IsType<DeskOutcome.Done>(await scene.ApproveSupplementAsync(id, Bea, 60_00));
        await scene.RecordAllAsync(id);

        // From that approval on the sum counts anew.
        await scene.LateAsync(100_00);
        Assert.Equal(Money.Zero, (await scene.FileAsync(id)).Supplement);
        await scene.RecordAllAsync(id);
        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);
        await scene.AssertPaidOnceAsync(260_00);
        Assert.Equal(new Money(260_00), (await scene.FileAsync(id)).Row.Amount);
    }

    [Theory, MemberData(nameof(Decisions))]
    public async Task A_dispute_after_closing_holds_what_has_not_left_and_is_not_paid_twice(DatabaseProvider provider, string outcome)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(50_00);
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(20_00)));
        var id = await scene.RequestAsync();
        await scene.OpenAsync(id);
        scene.Bench.Seam.AroundRefund = _ => throw new Died();
        await Assert.ThrowsAsync<Died>(() => scene.ApproveAsync(id, Bea, 70_00));
        scene.Bench.Seam.AroundRefund = _ => Task.CompletedTask;
        string dispute = await scene.DisputeAsync();

        // Nothing leaves while the bank decides, and nothing turns into a cheque.
        await scene.SweepAsync();
        await scene.SweepAsync();
        Assert.Equal([(PayoutRoute.Card, 50_00, PayoutLotState.Planned), (PayoutRoute.Bank, 20_00, PayoutLotState.Planned)], await scene.LotsAsync(id));
        var held = await scene.FileAsync(id);
        Assert.True(held.Held);
        Assert.IsType<DeskOutcome.Held>(await scene.RecordAsync(id, held.Lots[1].Id));
        Assert.Empty(scene.Bench.Seam.RefundKeys);

        await scene.DecideAsync(dispute, outcome);
        await scene.SweepAsync();
        if (outcome == "lost")
        {
            Assert.Equal(
                [
                    (PayoutRoute.Card, 50_00, PayoutLotState.Replaced), (PayoutRoute.Bank, 20_00, PayoutLotState.Replaced),
                    (PayoutRoute.Owed, 50_00, PayoutLotState.Paid), (PayoutRoute.Bank, 20_00, PayoutLotState.Planned),
                ],
                await scene.LotsAsync(id));
        }

        await scene.RecordAllAsync(id);
        await scene.SweepAsync();
        var file = await scene.FileAsync(id);
        Assert.Equal((ClosingState.Paid, Money.Zero), (file.Row.State, file.Money.Owed));
        Assert.All(file.Lots, lot => Assert.Equal(file.DueBy, lot.DueBy));
        await scene.AssertPaidOnceAsync(outcome == "lost" ? 20_00 : 70_00);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_dispute_of_a_late_payment_takes_its_part_back(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        var id = await scene.CloseAsync();
        var late = await scene.HearLateAsync(20_00);
        Assert.Equal(TopUpState.AwaitingPayout, (await scene.Bench.TopUpAsync(scene.Merchant, late)).State);

        string dispute = await scene.DisputeAsync();
        await scene.SweepAsync();
        Assert.Single((await scene.FileAsync(id)).Lots);
        await scene.DecideAsync(dispute, "lost");
        await scene.SweepAsync();

        Assert.Equal([(PayoutRoute.Card, 40_00, PayoutLotState.Paid), (PayoutRoute.Owed, 20_00, PayoutLotState.Paid)], await scene.LotsAsync(id));
        await scene.AssertPaidOnceAsync(40_00);
        Assert.Contains("OwedPaid", await scene.MailsAsync());
    }

    [Fact]
    public async Task A_refusal_that_passes_is_tried_again_on_the_same_card_and_a_final_one_leaves_by_cheque()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        scene.Bench.Seam.InsteadOfRefund = new ProcessorReply<ProcessorRefund>.Refused("balance_insufficient", "Not enough money on the account.");
        var id = await scene.CloseAsync();
        var lot = Assert.Single((await scene.FileAsync(id)).Lots);
        Assert.Equal((PayoutRoute.Card, PayoutLotState.Planned, "balance_insufficient"), (lot.Route, lot.State, lot.FailureCode));

        // Under another key: the processor answers the same for ever under the one it has refused.
        scene.Bench.Seam.InsteadOfRefund = null;
        await scene.SweepAsync();
        Assert.Equal([$"payout-{lot.Id:N}-1"], scene.Bench.Seam.RefundKeys);
        await scene.AssertPaidOnceAsync(40_00);

        await scene.AddMerchantAsync();
        await scene.FundAsync(40_00);
        scene.Bench.Seam.InsteadOfRefund = new ProcessorReply<ProcessorRefund>.Refused("charge_already_refunded", "Already refunded.");
        var other = await scene.CloseAsync();
        Assert.Equal([(PayoutRoute.Card, 40_00, PayoutLotState.Failed), (PayoutRoute.Bank, 40_00, PayoutLotState.Planned)], await scene.LotsAsync(other));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_cheque_that_comes_back_is_sent_again_within_the_days_promised_first(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(5_00)));
        var id = await scene.CloseAsync();
        await scene.RecordAllAsync(id);
        var paid = await scene.FileAsync(id);
        Assert.Equal(ClosingState.Paid, paid.Row.State);
        scene.Bench.Time.Advance(TimeSpan.FromDays(20));

        Assert.IsType<DeskOutcome.ReasonNeeded>(await scene.ReturnAsync(id, paid.Lots[0].Id, "back"));
        Assert.IsType<DeskOutcome.Done>(await scene.ReturnAsync(id, paid.Lots[0].Id));
        Assert.IsType<DeskOutcome.Changed>(await scene.ReturnAsync(id, paid.Lots[0].Id));

        var again = await scene.FileAsync(id);
        Assert.Equal(ClosingState.PayingOut, again.Row.State);
        Assert.Equal([(PayoutRoute.Bank, 5_00, PayoutLotState.Failed), (PayoutRoute.Bank, 5_00, PayoutLotState.Planned)], await scene.LotsAsync(id));
        Assert.Equal(paid.DueBy, again.Lots[1].DueBy);
        Assert.Contains("Returned", await scene.MailsAsync());
        await scene.RecordAllAsync(id);
        await scene.AssertPaidOnceAsync(5_00);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_database_takes_no_cancellation_that_nobody_signed_for(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        var id = await scene.RequestAsync();
        await scene.RefusesAsync("UPDATE account_closings SET state = 3");
        await scene.OpenAsync(id);

        foreach (int state in new[] { 4, 5, 6 })
        {
            await scene.RefusesAsync($"UPDATE account_closings SET state = {state}");
        }

        await scene.RefusesAsync("UPDATE account_closings SET opened_by = 'bea'");
        await scene.RefusesAsync("UPDATE account_closings SET opened_by = NULL");
        await scene.ApproveAsync(id, Bea, 40_00);
        await scene.RefusesAsync("UPDATE account_closings SET remainder = 4001");
        await scene.RefusesAsync("UPDATE account_closings SET approved_by = NULL");
        await scene.AssertPaidOnceAsync(40_00);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_stored_top_up_is_not_charged_once_closing_has_begun(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        int charges = scene.Bench.Seam.Charges;
        var id = await scene.RequestAsync();
        var stored = await scene.StoreTopUpAsync(20_00, TopUpState.Requested);
        await scene.OpenAsync(id);
        var blocked = Assert.IsType<DeskOutcome.Refused>(await scene.ApproveAsync(id, Bea, 40_00));
        Assert.Equal([ClosingBlocker.TopUps], Assert.IsType<ApprovalDecision.Blocked>(blocked.Why).Blockers);

        // The sweep's charge and the approval at once: whoever is first, the card is not charged.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () => _ = i % 2 == 0 ? (object?)await scene.ResumeAsync(stored) : await scene.ApproveAsync(id, Bea, 40_00))));
        await scene.ApproveAsync(id, Bea, 40_00);

        var ended = await scene.Bench.TopUpAsync(scene.Merchant, stored);
        Assert.Equal((TopUpState.Failed, FailureCodes.AccountClosing, charges), (ended.State, ended.FailureCode, scene.Bench.Seam.Charges));
        await scene.AssertPaidOnceAsync(40_00);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Each_thing_that_pends_is_found_and_blocks(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        var (merchant, now) = (scene.Merchant, scene.Bench.Time.GetUtcNow());
        var id = await scene.RequestAsync();
        Assert.Empty((await scene.FileAsync(id)).Pending.Blockers);

        foreach (var state in new[] { LabelState.Reserved, LabelState.Attempting, LabelState.Unknown })
        {
            await BlocksAsync(ClosingBlocker.Purchases, new Label
            {
                MerchantId = merchant,
                Id = new LabelId(Guid.CreateVersion7()),
                State = state,
                From = new PostalAddress(),
                To = new PostalAddress(),
                CreatedAt = now,
                UpdatedAt = now,
            });
        }

        foreach (var state in new[] { RefundState.Requested, RefundState.CarrierVoided, RefundState.Scheduled, RefundState.ClaimOpen, RefundState.ClaimGranted })
        {
            await BlocksAsync(ClosingBlocker.Claims, new RefundRequest
            {
                MerchantId = merchant,
                LabelId = new LabelId(Guid.CreateVersion7()),
                Kind = RefundKind.Void,
                State = state,
                Amount = new Money(1),
                RequestedBy = "user",
                RequestedAt = now,
                UpdatedAt = now,
            });
        }

        await BlocksAsync(ClosingBlocker.Disputes, new CardDispute
        {
            MerchantId = merchant,
            Id = "dp_1",
            TopUpId = new TopUpId(Guid.CreateVersion7()),
            PaymentId = "pi_1",
            Reason = "fraudulent",
            State = CardDisputeState.Open,
            OpenedAt = now,
            UpdatedAt = now,
        });
        foreach (var state in new[] { AdjustmentState.Noticed, AdjustmentState.Disputed, AdjustmentState.CreditDue })
        {
            await BlocksAsync(ClosingBlocker.Adjustments, new CarrierAdjustment
            {
                MerchantId = merchant,
                Id = Guid.CreateVersion7(),
                CarrierLineId = $"line-{state}",
                State = state,
                Kind = default,
                Amount = new Money(1),
                Explanation = "Heavier",
                EvidenceName = "scale.png",
                EvidenceType = "image/png",
                Evidence = [1],
                NoticedAt = now,
            });
        }

        await BlocksAsync(ClosingBlocker.SupportActions, new SupportAction
        {
            MerchantId = merchant,
            Id = Guid.CreateVersion7(),
            Kind = SupportActionKind.Goodwill,
            State = SupportActionState.Asked,
            Amount = new Money(1),
            Reason = "Was promised",
            UserId = "ann",
            Email = "ann@example.com",
            AskedAt = now,
        });
        await scene.StoreTopUpAsync(20_00, TopUpState.Charging);
        await scene.Bench.SubmitAsync(new Reserve(merchant, "label", new Money(40_00)));
        await scene.Bench.SubmitAsync(new Surcharge(merchant, "surcharge", new Money(1_00)));
        Assert.Equal([ClosingBlocker.HeldMoney, ClosingBlocker.TopUps, ClosingBlocker.Debt], (await scene.FileAsync(id)).Pending.Blockers);

        async Task BlocksAsync(ClosingBlocker blocker, object row)
        {
            await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
            db.Add(row);
            await db.SaveChangesAsync();
            Assert.Equal([blocker], (await scene.FileAsync(id)).Pending.Blockers);
            db.Remove(row);
            await db.SaveChangesAsync();
        }
    }

    [Fact]
    public async Task A_cancellation_is_queued_until_it_has_ended_and_so_is_every_part()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.UseCardAsync(RefundFails);
        await scene.FundAsync(40_00);
        var id = await scene.RequestAsync();
        await scene.OpenAsync(id);
        foreach (var state in new[] { ClosingState.Opening, ClosingState.Withdrawing, ClosingState.Closing })
        {
            await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
            await db.AccountClosings.ExecuteUpdateAsync(set => set.SetProperty(c => c.State, state));
            Assert.Equal((1, 0), await QueuedAsync());
            Assert.False(Assert.Single(await scene.ListAsync()).Ended);
        }

        await scene.StoreApprovalAsync(id, Bea, 40_00);
        Assert.Equal((1, 0), await QueuedAsync());
        await scene.SweepAsync();
        Assert.Equal((1, 1), await QueuedAsync());
        await scene.FailPendingRefundsAsync();
        await scene.SweepAsync();
        await scene.RecordAllAsync(id);
        Assert.Equal((0, 0), await QueuedAsync());

        async Task<(int Cancellations, int Parts)> QueuedAsync()
        {
            var queues = scene.Bench.App.Services.GetServices<DeskQueue>().ToDictionary(queue => queue.Kind);
            await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
            var now = scene.Bench.Time.GetUtcNow();
            return (
                (await queues[DeskQueueKind.Cancellations].ReadAsync(db, now, None)).Count,
                (await queues[DeskQueueKind.PayoutsDue].ReadAsync(db, now, None)).Count);
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Support_is_reminded_of_an_overdue_part_once_and_only_when_somebody_reads_it(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.UseCardAsync(RefundFails);
        await scene.FundAsync(40_00);
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(5_00)));
        await scene.CloseAsync();
        scene.Bench.Time.Advance(TimeSpan.FromDays(56));
        await NoticeTests.NobodyReadsAsync(scene.Bench);
        await NoticeTests.AddSupportAsync(scene.Bench, "help@example.com");
        Assert.Equal(0, await TellAsync());
        scene.Bench.Time.Advance(TimeSpan.FromDays(1));
        await NoticeTests.NobodyReadsAsync(scene.Bench);
        Assert.Equal(0, await TellAsync());
        await NoticeTests.AddSupportAsync(scene.Bench, "more-help@example.com");

        // The cheque, and the refund that has not arrived.
        Assert.Equal((2, 0), (await TellAsync(), await TellAsync()));
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal("Payouts overdue: 2", Assert.Single(await db.OutgoingMails.Where(m => m.To == "more-help@example.com").Select(m => m.Subject).ToListAsync()));

        Task<int> TellAsync() => scene.InScopeAsync<TellOfOverduePayouts, int>(tell => tell.RunAsync(None));
    }

    [Fact]
    public async Task Support_asks_for_a_merchant_with_a_reason_of_its_own_rule_and_it_is_audited()
    {
        await using var scene = await CancellationScene.StartAsync();

        Assert.IsType<RequestCancellationOutcome.ReasonNeeded>(await AskAsync(scene.Merchant, "By phone"));
        Assert.IsType<RequestCancellationOutcome.NotFound>(await AskAsync(new MerchantId(9_999), "Asked for by telephone"));
        var asked = Assert.IsType<RequestCancellationOutcome.Requested>(await AskAsync(scene.Merchant, "Asked for by telephone"));
        Assert.Equal(new RequestCancellationOutcome.UnderWay(asked.Id, asked.Reference), await AskAsync(scene.Merchant, "Asked for by telephone"));

        var view = await scene.InScopeAsync<CancellationQueries, CancellationView?>(queries => queries.OfMerchantAsync(scene.Merchant, None));
        Assert.Equal("Asked for by telephone", view!.Reason);
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        Assert.Single(await db.AuditEntries.Where(e => e.Action == AuditAction.CancellationRequested && e.MerchantId == scene.Merchant).ToListAsync());

        Task<RequestCancellationOutcome> AskAsync(MerchantId merchant, string reason) =>
            scene.InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.ForMerchantAsync(Ann, merchant, reason, None));
    }

    [Fact]
    public async Task Run_now_asks_how_refunds_stand_and_moves_on_at_once()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.UseCardAsync(RefundFails);
        await scene.FundAsync(40_00);
        var id = await scene.CloseAsync();
        await scene.FailPendingRefundsAsync();

        await scene.InScopeAsync<RunCancellationNow, bool>(async now =>
        {
            await now.RunAsync(Ann, id, "Asked by phone.", None);
            await now.RunAsync(Ann, Guid.NewGuid(), "Asked by phone.", None);
            return true;
        });

        Assert.Equal([(PayoutRoute.Card, 40_00, PayoutLotState.Failed), (PayoutRoute.Bank, 40_00, PayoutLotState.Planned)], await scene.LotsAsync(id));
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        Assert.Single(await db.AuditEntries.Where(e => e.Action == AuditAction.FlowRunNow).ToListAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Withdrawn_and_approved_at_once_it_is_one_of_the_two(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        for (int round = 0; round < 6; round++)
        {
            await scene.AddMerchantAsync();
            await scene.FundAsync(40_00);
            var id = await scene.RequestAsync();
            await scene.OpenAsync(id);

            var withdraw = Task.Run(scene.WithdrawAsync);
            var approve = Task.Run(() => scene.ApproveAsync(id, Bea, 40_00));
            await Task.WhenAll(withdraw, approve);
            await scene.SweepAsync();

            if (await withdraw is WithdrawCancellationOutcome.Withdrawn)
            {
                Assert.IsNotType<DeskOutcome.Done>(await approve);
                Assert.Equal(ClosingState.Withdrawn, (await scene.FileAsync(id)).Row.State);
                Assert.IsType<LedgerReply.Accepted>(await scene.Bench.SubmitAsync(new Reserve(scene.Merchant, "again", new Money(40_00))));
            }
            else
            {
                Assert.IsType<DeskOutcome.Done>(await approve);
                await scene.AssertPaidOnceAsync(40_00);
            }
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task With_nothing_left_it_is_paid_at_once_and_what_comes_late_is_late_all_the_same(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        var id = await scene.CloseAsync();
        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);
        Assert.Empty(await scene.LotsAsync(id));
        Assert.Equal(["Requested", "Opened", "Approved", "Paid"], await scene.MailsAsync());

        await scene.LateAsync(100_01);

        var lot = Assert.Single((await scene.FileAsync(id)).Lots);
        Assert.True(lot is { Supplementary: true, WaitsForApproval: true });
    }
}
