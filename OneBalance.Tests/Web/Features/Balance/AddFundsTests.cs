using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>Top-ups from press to receipt, with everything that can go wrong between.</summary>
public sealed class AddFundsTests
{
    private const string PaymentsPath = "/v1/payment_intents";

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task Another_amount_under_the_same_id_is_refused_and_charges_nothing(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order(50_00);
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, order));

        Assert.Equal(new AddFundsOutcome.OtherAsked(order.Id, new Money(50_00)), await bench.AddFundsAsync(merchant, order with { Amount = new Money(60_00) }));
        Assert.IsType<AddFundsOutcome.OtherAsked>(await bench.AddFundsAsync(merchant, order with { Card = new CardId(Guid.NewGuid()) }));
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, order));
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
    }

    /// <summary>The top-up was stored, the process died, and the merchant removed the card before the sweep came.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_card_removed_before_it_was_charged_is_not_charged(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        bench.Seam.DieBeforeChargeOnce();
        var order = FundingBench.Order(50_00);
        await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            // As when it died right after the first press: nothing was sent.
            await db.TopUps.Where(t => t.Id == order.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TopUpState.Requested).SetProperty(t => t.ChargingSince, (DateTimeOffset?)null));
        }

        var card = (await bench.TopUpAsync(merchant, order.Id)).CardId;
        await bench.App.InScopeAsync<RemoveCard, RemoveCardOutcome>(remove => remove.RunAsync(merchant, card, CancellationToken.None));
        await bench.SweepAsync();

        var topUp = await bench.TopUpAsync(merchant, order.Id);
        Assert.Equal((TopUpState.Failed, FailureCodes.CardRemoved), (topUp.State, topUp.FailureCode));
        Assert.Empty(await bench.PaymentsAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Adds_the_amount_once_and_keeps_what_the_statement_says(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order(50_00);

        var outcome = await bench.AddFundsAsync(merchant, order);

        Assert.Equal(new AddFundsOutcome.Added(order.Id, new Money(50_00), new Money(50_00)), outcome);
        var topUp = await bench.TopUpAsync(merchant, order.Id);
        Assert.Equal((TopUpState.Succeeded, "STAMPS", "4242"), (topUp.State, topUp.StatementDescriptor, topUp.CardLastFour));
        Assert.Single(await bench.PaymentsAsync(merchant));
        var receipt = await bench.App.InScopeAsync<BalanceQueries, TopUpView?>(q => q.TopUpAsync(merchant, order.Id, CancellationToken.None));
        Assert.Equal(new Money(50_00), receipt!.BalanceAfter);
    }

    [Theory]
    [InlineData(9_99, typeof(AddFundsOutcome.AmountTooSmall))]
    [InlineData(10_00, typeof(AddFundsOutcome.Added))]
    [InlineData(500_00, typeof(AddFundsOutcome.Added))]
    [InlineData(500_01, typeof(AddFundsOutcome.AmountTooLarge))]
    public async Task Bounds_are_checked_in_the_use_case(long cents, Type expected)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();

        Assert.IsType(expected, await bench.AddFundsAsync(merchant, FundingBench.Order(cents)));
    }

    [Theory]
    [InlineData(FundingBench.DeclinedOnCharge, "generic_decline")]
    [InlineData(FundingBench.NoFunds, "insufficient_funds")]
    public async Task A_declined_card_moves_nothing_and_says_why(string card, string code)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(card);
        var order = FundingBench.Order();

        var outcome = Assert.IsType<AddFundsOutcome.NotCharged>(await bench.AddFundsAsync(merchant, order));

        Assert.Equal(code, outcome.Code);
        Assert.Equal(Money.Zero, await bench.AvailableAsync(merchant));
        Assert.Equal(TopUpState.Failed, (await bench.TopUpAsync(merchant, order.Id)).State);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_payment_confirmed_at_the_bank_is_credited_on_return(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        var order = FundingBench.Order();

        var waiting = Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await bench.AddFundsAsync(merchant, order));
        Assert.Equal(Money.Zero, await bench.AvailableAsync(merchant));
        await bench.AnswerBankAsync(waiting.Url, complete: true);
        var back = await bench.App.InScopeAsync<ResumeTopUp, ResumedTopUp?>(resume => resume.RunAsync(merchant, order.Id, CancellationToken.None));

        Assert.Equal((TopUpState.Succeeded, "/labels/new"), (back!.State, back.ReturnPath));
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_payment_refused_at_the_bank_is_not_charged(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        var order = FundingBench.Order();

        var waiting = Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await bench.AddFundsAsync(merchant, order));
        await bench.AnswerBankAsync(waiting.Url, complete: false);
        await bench.SweepAsync();

        Assert.Equal(TopUpState.Failed, (await bench.TopUpAsync(merchant, order.Id)).State);
        Assert.Equal(Money.Zero, await bench.AvailableAsync(merchant));
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.DropAfterActing)]
    [InlineData(DatabaseProvider.Postgres, FaultKind.DropAfterActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.StatusAfterActing)]
    [InlineData(DatabaseProvider.Sqlite, FaultKind.MalformedBody)]
    public async Task A_charge_whose_answer_is_lost_is_found_and_credited_once(DatabaseProvider provider, FaultKind fault)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFaultAsync(new Fault(fault, "POST", PaymentsPath));

        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order()));

        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
        Assert.Single(await bench.PaymentsAsync(merchant));
    }

    /// <summary>The processor answers 500 and did nothing; it would repeat the 500 under the same key for a day.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_charge_that_was_never_made_fails_once_that_is_proven(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFaultAsync(new Fault(FaultKind.Status, "POST", PaymentsPath, Times: 0));
        var order = FundingBench.Order();

        Assert.IsType<AddFundsOutcome.Pending>(await bench.AddFundsAsync(merchant, order));
        await bench.SweepAsync(TimeSpan.FromMinutes(9));
        Assert.Equal(TopUpState.Charging, (await bench.TopUpAsync(merchant, order.Id)).State);
        await bench.SweepAsync(TimeSpan.FromMinutes(5));

        var topUp = await bench.TopUpAsync(merchant, order.Id);
        Assert.Equal((TopUpState.Failed, FailureCodes.NeverCharged), (topUp.State, topUp.FailureCode));
        Assert.Equal(1, bench.Seam.Charges);
        Assert.Empty(await bench.PaymentsAsync(merchant));
    }

    [Fact]
    public async Task A_busy_processor_charges_nothing_and_the_person_may_press_again()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        bench.Seam.InsteadOfCharge = new ProcessorReply<Payment>.Unreachable("429");

        var first = Assert.IsType<AddFundsOutcome.NotCharged>(await bench.AddFundsAsync(merchant, FundingBench.Order()));
        bench.Seam.InsteadOfCharge = null;
        var second = await bench.AddFundsAsync(merchant, FundingBench.Order());

        Assert.Equal(FailureCodes.Unreachable, first.Code);
        Assert.IsType<AddFundsOutcome.Added>(second);
        Assert.Single(await bench.PaymentsAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Pressed_many_times_at_once_it_is_one_top_up(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => bench.AddFundsAsync(merchant, order)));

        Assert.Equal(TopUpState.Succeeded, (await bench.TopUpAsync(merchant, order.Id)).State);
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
        Assert.Single(await bench.PaymentsAsync(merchant));
    }

    public static TheoryData<DatabaseProvider, Death> Deaths
    {
        get
        {
            var rows = new TheoryData<DatabaseProvider, Death>();
            foreach (var death in Enum.GetValues<Death>())
            {
                rows.Add(DatabaseProvider.Sqlite, death);
                rows.Add(DatabaseProvider.Postgres, death);
            }

            return rows;
        }
    }

    public enum Death
    {
        BeforeAnythingWasAsked,
        BeforeTheCharge,
        AfterTheCharge,
        AfterTheLedger,
    }

    [Theory, MemberData(nameof(Deaths))]
    public async Task Dead_between_any_two_steps_it_ends_credited_once(DatabaseProvider provider, Death death)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order();
        switch (death)
        {
            case Death.BeforeAnythingWasAsked:
                bench.Seam.DieBeforeChargeOnce();
                await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
                await SetAsync(bench, merchant, order.Id, TopUpState.Requested);
                break;
            case Death.BeforeTheCharge:
                bench.Seam.DieBeforeChargeOnce();
                await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
                break;
            case Death.AfterTheCharge:
                bench.Seam.DieAfterChargeOnce();
                await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
                break;
            case Death.AfterTheLedger:
                bench.Seam.AfterCharge = async reply =>
                {
                    bench.Seam.AfterCharge = _ => Task.CompletedTask;
                    var payment = ((ProcessorReply<Payment>.Confirmed)reply).Value;
                    await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund(payment.Id), payment.Amount));
                    throw new ProcessDied();
                };
                await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(death), death, null);
        }

        Assert.Equal(1, await bench.SweepAsync());

        Assert.Equal(TopUpState.Succeeded, (await bench.TopUpAsync(merchant, order.Id)).State);
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
        Assert.Single(await bench.PaymentsAsync(merchant));
        Assert.Equal(0, await bench.SweepAsync(TimeSpan.FromDays(1)));
    }

    /// <summary>After a day the processor may have forgotten the key: charging again could charge twice.</summary>
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, true)]
    [InlineData(DatabaseProvider.Sqlite, false)]
    [InlineData(DatabaseProvider.Postgres, true)]
    [InlineData(DatabaseProvider.Postgres, false)]
    public async Task After_a_day_it_is_only_looked_for(DatabaseProvider provider, bool charged)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order();
        if (charged)
        {
            bench.Seam.DieAfterChargeOnce();
        }
        else
        {
            bench.Seam.DieBeforeChargeOnce();
        }

        await Assert.ThrowsAsync<ProcessDied>(() => bench.AddFundsAsync(merchant, order));
        int charges = bench.Seam.Charges;
        await bench.App.StripeControl.DeleteAsync("/_control/keys");

        await bench.SweepAsync(TimeSpan.FromHours(24));
        await bench.SweepAsync(TimeSpan.FromMinutes(15));

        Assert.Equal(charges, bench.Seam.Charges);
        var topUp = await bench.TopUpAsync(merchant, order.Id);
        Assert.Equal(charged ? TopUpState.Succeeded : TopUpState.Failed, topUp.State);
        Assert.Equal(charged ? new Money(50_00) : Money.Zero, await bench.AvailableAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Answer_and_webhook_racing_credit_once(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var webhook = Task.CompletedTask;
        bench.Seam.AfterCharge = reply =>
        {
            string payment = ((ProcessorReply<Payment>.Confirmed)reply).Value.Id;
            webhook = Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
                bench.App.InScopeAsync<SettleTopUp, SettleOutcome>(settle => settle.RunAsync(payment, CancellationToken.None))));
            return Task.CompletedTask;
        };

        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order()));
        await webhook;

        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal(1, await db.LedgerTransfers.CountAsync(t => t.MerchantId == merchant));
    }

    [Fact]
    public async Task A_payment_left_processing_is_pending_until_the_processor_decides()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.PostAsync("/_control/payments/next", new { outcome = "processing" });
        var order = FundingBench.Order();

        Assert.IsType<AddFundsOutcome.Pending>(await bench.AddFundsAsync(merchant, order));
        var topUp = await bench.TopUpAsync(merchant, order.Id);
        Assert.Equal(TopUpState.Processing, topUp.State);
        await bench.PostAsync($"/_control/payments/{topUp.PaymentId}/settle", new { outcome = "succeeded" });
        await bench.SweepAsync();

        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
    }

    [Fact]
    public async Task A_closing_account_is_not_charged()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new BeginClose(merchant, "close/1/begin"));

        Assert.IsType<AddFundsOutcome.AccountClosing>(await bench.AddFundsAsync(merchant, FundingBench.Order()));
        Assert.Empty(await bench.PaymentsAsync(merchant));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Money_that_arrives_after_closing_waits_for_its_payout(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order();
        bench.Seam.AfterCharge = async _ =>
        {
            await bench.SubmitAsync(new BeginClose(merchant, "close/1/begin"));
            await bench.SubmitAsync(new Close(merchant, "close/1/close"));
        };

        Assert.IsType<AddFundsOutcome.Pending>(await bench.AddFundsAsync(merchant, order));

        Assert.Equal(TopUpState.AwaitingPayout, (await bench.TopUpAsync(merchant, order.Id)).State);
    }

    [Fact]
    public async Task Without_finished_setup_nothing_is_charged()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
        }

        Assert.IsType<AddFundsOutcome.NotSetUp>(await bench.AddFundsAsync(merchant, FundingBench.Order()));
    }

    /// <summary>Good on the last day of its month in Eastern time, expired the day after.</summary>
    [Theory]
    [InlineData("2026-12-31T23:59:59-05:00", typeof(AddFundsOutcome.Added))]
    [InlineData("2027-01-01T00:00:00-05:00", typeof(AddFundsOutcome.CardExpired))]
    public async Task An_expired_card_is_not_tried(string now, Type expected)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var card = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false, expiryYear: 2026);
        bench.Time.SetUtcNow(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        Assert.IsType(expected, await bench.AddFundsAsync(merchant, FundingBench.Order(card: card)));
    }

    [Fact]
    public async Task Another_merchants_card_and_top_up_are_not_found()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var owner = await bench.AddMerchantAsync();
        var order = FundingBench.Order();
        await bench.AddFundsAsync(owner, order);
        var other = await bench.AddMerchantAsync(name: "Birch Boxes");
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var foreignCard = (await db.Cards.SingleAsync(c => c.MerchantId == owner)).Id;

        Assert.IsType<AddFundsOutcome.NoCard>(await bench.AddFundsAsync(other, FundingBench.Order(card: foreignCard)));
        Assert.Null(await bench.App.InScopeAsync<ResumeTopUp, ResumedTopUp?>(resume => resume.RunAsync(other, order.Id, CancellationToken.None)));
        Assert.Null(await bench.App.InScopeAsync<BalanceQueries, TopUpView?>(q => q.TopUpAsync(other, order.Id, CancellationToken.None)));
        Assert.Equal(Money.Zero, await bench.AvailableAsync(other));
    }

    [Fact]
    public async Task A_payment_of_nobody_here_is_not_ours()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.AddFundsAsync(merchant, FundingBench.Order());
        string payment = (await bench.PaymentsAsync(merchant))[0].Id;
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.TopUps.ExecuteDeleteAsync();
        }

        Assert.IsType<SettleOutcome.NotOurs>(await bench.App.InScopeAsync<SettleTopUp, SettleOutcome>(s => s.RunAsync(payment, CancellationToken.None)));
        Assert.IsType<SettleOutcome.NotOurs>(await bench.App.InScopeAsync<SettleTopUp, SettleOutcome>(s => s.RunAsync("pi_unknown", CancellationToken.None)));
    }

    [Fact]
    public async Task A_path_of_another_site_is_not_returned_to()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order() with { ReturnPath = "//evil.example/" };

        await bench.AddFundsAsync(merchant, order);

        Assert.Null((await bench.TopUpAsync(merchant, order.Id)).ReturnPath);
    }

    private static async Task SetAsync(FundingBench bench, MerchantId merchant, TopUpId id, TopUpState state)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var topUp = await db.TopUps.SingleAsync(t => t.MerchantId == merchant && t.Id == id);
        topUp.State = state;
        topUp.ChargingSince = null;
        await db.SaveChangesAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_payment_that_nobody_confirms_at_the_bank_is_cancelled_there_after_a_day(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        var order = FundingBench.Order(50_00);
        Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await bench.AddFundsAsync(merchant, order));

        bench.Time.Advance(TopUpFlow.ConfirmWithin - TimeSpan.FromSeconds(1));
        await ResumeAsync(bench, merchant, order.Id);
        Assert.Equal(TopUpState.RequiresAction, (await bench.TopUpAsync(merchant, order.Id)).State);
        await bench.SweepAsync(TimeSpan.FromHours(6));

        var topUp = await bench.TopUpAsync(merchant, order.Id);
        Assert.Equal((TopUpState.Failed, FailureCodes.Cancelled), (topUp.State, topUp.FailureCode));
        Assert.Equal("canceled", Assert.Single(await bench.PaymentsAsync(merchant)).Status);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_payment_confirmed_in_the_moment_it_was_to_be_cancelled_is_credited(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        var order = FundingBench.Order(50_00);
        var atBank = Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await bench.AddFundsAsync(merchant, order));
        await bench.AnswerBankAsync(atBank.Url, complete: true);
        bench.Time.Advance(TopUpFlow.ConfirmWithin);

        await ResumeAsync(bench, merchant, order.Id);

        Assert.Equal(TopUpState.Succeeded, (await bench.TopUpAsync(merchant, order.Id)).State);
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
    }

    [Theory]
    [InlineData(FaultKind.DropAfterActing, 0)]
    [InlineData(FaultKind.StatusAfterActing, 500)]
    [InlineData(FaultKind.Status, 500)]
    public async Task A_cancellation_without_an_answer_is_found_out_by_reading(FaultKind kind, int status)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        var order = FundingBench.Order(50_00);
        await bench.AddFundsAsync(merchant, order);
        string payment = (await bench.PaymentsAsync(merchant))[0].Id;
        await bench.AddFaultAsync(new Fault(kind, "POST", $"/v1/payment_intents/{payment}/cancel", Status: status));
        bench.Time.Advance(TopUpFlow.ConfirmWithin);

        await ResumeAsync(bench, merchant, order.Id);
        await bench.SweepAsync(TimeSpan.FromHours(7));

        Assert.Equal(TopUpState.Failed, (await bench.TopUpAsync(merchant, order.Id)).State);
        Assert.Equal("canceled", Assert.Single(await bench.PaymentsAsync(merchant)).Status);
    }

    private static Task<ResumedTopUp?> ResumeAsync(FundingBench bench, MerchantId merchant, TopUpId id) =>
        bench.App.InScopeAsync<ResumeTopUp, ResumedTopUp?>(resume => resume.RunAsync(merchant, id, CancellationToken.None));
}
