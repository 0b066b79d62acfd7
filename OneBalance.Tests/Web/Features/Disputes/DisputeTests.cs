using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Disputes;

namespace OneBalance.Tests.Web.Features.Disputes;

/// <summary>Disputed fundings, from the withdrawal to the bank's decision.</summary>
public sealed class DisputeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task What_the_bank_takes_is_debited_and_buying_stops_while_it_is_owed(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        await scene.SpendAsync(30_00);

        string dispute = await scene.DisputeAsync();
        await scene.SettleAsync(dispute);

        Assert.Equal(new Balance(Money.Zero, Money.Zero, new Money(30_00)), await scene.BalanceAsync());
        Assert.Equal(new LedgerReply.Refused(new LedgerRefusal.Owing(new Money(30_00))), await scene.ReserveAsync(1_00));
        var debt = await scene.InScopeAsync<DebtQueries, Debt>(q => q.LoadAsync(scene.Merchant, None));
        Assert.Equal((new Money(30_00), new Money(50_00)), (debt.Owed, debt.Held));
        var view = Assert.Single(await scene.OfMerchantAsync());
        Assert.Equal(
            (CardDisputeState.Open, scene.TopUp, new Money(50_00), new Money(50_00), new Money(50_00), "4242"),
            (view.State, view.TopUp, view.Funded, view.Taken, view.Held, view.CardLastFour));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Won_it_is_given_back_and_buying_works_again(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        await scene.SpendAsync(30_00);
        string dispute = await scene.DisputeAsync();
        await scene.SettleAsync(dispute);

        await scene.CloseAsync(dispute, "won");
        await scene.SettleAsync(dispute);

        Assert.Equal(new Balance(new Money(20_00), Money.Zero, Money.Zero), await scene.BalanceAsync());
        Assert.IsType<LedgerReply.Accepted>(await scene.ReserveAsync(20_00));
        var view = Assert.Single(await scene.OfMerchantAsync());
        Assert.Equal((CardDisputeState.Won, Money.Zero), (view.State, view.Held));
        Assert.NotNull(view.EndedAt);
    }

    [Fact]
    public async Task Lost_it_stays_with_the_cardholder()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.FundAsync(50_00);
        string dispute = await scene.DisputeAsync();
        await scene.SettleAsync(dispute);
        await scene.CloseAsync(dispute, "lost");
        await scene.SettleAsync(dispute);

        Assert.Equal(new Balance(Money.Zero, Money.Zero, Money.Zero), await scene.BalanceAsync());
        var view = Assert.Single(await scene.OfMerchantAsync());
        Assert.Equal((CardDisputeState.Lost, new Money(50_00)), (view.State, view.Taken - view.Returned));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Settled_by_many_at_once_each_movement_is_booked_once(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        string dispute = await scene.DisputeAsync();
        await scene.CloseAsync(dispute, "won");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => scene.SettleAsync(dispute)));

        Assert.Equal(
            [(LedgerTransferKind.Fund, 50_00), (LedgerTransferKind.Dispute, 50_00), (LedgerTransferKind.Reinstate, 50_00)],
            await scene.TransfersAsync());
    }

    [Fact]
    public async Task A_dispute_heard_of_before_its_payment_books_the_funding_first()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        scene.Bench.Seam.DieAfterChargeOnce();
        await Assert.ThrowsAsync<ProcessDied>(() => scene.FundAsync(50_00));
        string dispute = await scene.DisputeAsync();

        await scene.SettleAsync(dispute);

        Assert.Equal([(LedgerTransferKind.Fund, 50_00), (LedgerTransferKind.Dispute, 50_00)], await scene.TransfersAsync());
    }

    [Fact]
    public async Task While_the_processor_does_not_answer_nothing_is_concluded()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.FundAsync(50_00);
        string dispute = await scene.DisputeAsync();
        await scene.Bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/disputes", Status: 500));

        Assert.IsType<SettleDisputeOutcome.TryLater>(await scene.SettleAsync(dispute));
        Assert.IsType<SettleDisputeOutcome.NotOurs>(await scene.SettleAsync("dp_of_somebody"));
        Assert.Empty(await scene.OfMerchantAsync());
        Assert.IsType<SettleDisputeOutcome.Settled>(await scene.SettleAsync(dispute));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task While_the_processor_does_not_accept_our_key_a_dispute_is_ours_and_waits(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        string dispute = await scene.DisputeAsync();
        await scene.Bench.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/disputes", Status: 401));

        Assert.IsType<SettleDisputeOutcome.TryLater>(await scene.SettleAsync(dispute));
        Assert.IsType<SettleDisputeOutcome.Settled>(await scene.SettleAsync(dispute));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_returned_stays_returned_when_an_older_reading_is_saved_later(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        string dispute = await scene.DisputeAsync();

        // Read while it was open; meanwhile it was won and given back, and somebody else saved that.
        scene.Bench.Seam.AfterReading = async () =>
        {
            await scene.CloseAsync(dispute, "won");
            await scene.SettleAsync(dispute);
        };
        await scene.SettleAsync(dispute);

        var view = Assert.Single(await scene.OfMerchantAsync());
        Assert.Equal((CardDisputeState.Won, new Money(50_00), new Money(50_00)), (view.State, view.Taken, view.Returned));
        Assert.Equal(new Money(50_00), (await scene.BalanceAsync()).Available);
    }

    [Fact]
    public async Task A_card_that_is_disputed_is_not_charged_automatically()
    {
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite);
        await scene.FundAsync(50_00);
        Assert.IsType<SaveAutoFundingOutcome.Saved>(
            await scene.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(scene.Merchant, AutoFundingPlan.Offered, None)));
        string dispute = await scene.DisputeAsync();
        await scene.SettleAsync(dispute);

        Assert.IsType<AutoFundingDecision.NoCard>(await scene.AutoFundAsync());

        var backup = await scene.Bench.AddCardAsync(scene.Merchant, FundingBench.Visa, isDefault: false);
        await scene.InScopeAsync<SetBackupCard, bool>(set => set.RunAsync(scene.Merchant, backup, None));
        Assert.IsType<AutoFundingDecision.Fund>(await scene.AutoFundAsync());
    }

    /// <summary>The bank asks before it takes anything: the pages said that it held $0.00.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_question_of_the_bank_holds_nothing_and_is_listed(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        string payment = (await scene.Bench.TopUpAsync(scene.Merchant, scene.TopUp)).PaymentId!;
        var now = scene.Bench.Time.GetUtcNow();
        scene.Bench.Seam.OtherDispute = new ProcessorDispute("dp_question", payment, new Money(50_00), DisputeState.Open, "fraudulent", now, now.AddDays(7), []);

        Assert.IsType<SettleDisputeOutcome.Settled>(await scene.SettleAsync("dp_question"));

        var debt = await scene.InScopeAsync<DebtQueries, Debt>(q => q.LoadAsync(scene.Merchant, None));
        Assert.Equal((Money.Zero, new Money(50_00)), (debt.Owed, debt.Available));
        Assert.Empty(debt.Open);
        Assert.Equal((scene.TopUp, CardDisputeState.Open, Money.Zero), Assert.Single((await scene.OfMerchantAsync()).Select(d => (d.TopUp, d.State, d.Taken))));
    }

    /// <summary>Once the bank had decided, nothing led there any more.</summary>
    [Fact]
    public async Task The_balance_page_leads_to_disputes_also_when_none_is_open()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var browser = app.CreateClient();
        using var signedIn = await browser.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);

        string page = await browser.GetStringAsync("/balance");

        Assert.Contains("href=\"/balance/disputes\"", page);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Support_sees_overdue_evidence_in_front(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(50_00);
        string early = await scene.DisputeAsync();
        await scene.SettleAsync(early);
        scene.Bench.Time.Advance(TimeSpan.FromDays(8));
        await scene.FundAsync(20_00);
        string late = await scene.DisputeAsync();
        await scene.SettleAsync(late);
        await scene.FundAsync(10_00);
        string won = await scene.DisputeAsync();
        await scene.CloseAsync(won, "won");
        await scene.SettleAsync(won);

        Assert.Equal([(early, false), (late, false), (won, false)], (await scene.AllAsync()).Select(row => (row.Id, row.Overdue)));

        // The first one's nine days are over.
        scene.Bench.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal([(early, true), (late, false), (won, false)], (await scene.AllAsync()).Select(row => (row.Id, row.Overdue)));
    }

    /// <summary>A merchant with one card; what is funded last can be disputed.</summary>
    private sealed class Scene(FundingBench bench, MerchantId merchant) : IAsyncDisposable
    {
        private int _spent;

        public FundingBench Bench => bench;

        public MerchantId Merchant => merchant;

        public TopUpId TopUp { get; private set; }

        private LedgerBook Ledger => bench.App.Services.GetRequiredService<LedgerBook>();

        public static async Task<Scene> StartAsync(DatabaseProvider provider)
        {
            var bench = await FundingBench.StartAsync(provider);
            return new Scene(bench, await bench.AddMerchantAsync());
        }

        public async Task FundAsync(long cents)
        {
            var order = FundingBench.Order(cents);
            TopUp = order.Id;
            Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, order));
        }

        public async Task SpendAsync(long cents)
        {
            string reservation = $"spend/{++_spent}";
            Assert.IsType<LedgerReply.Accepted>(await Ledger.SubmitAsync(new Reserve(merchant, reservation, new Money(cents)), None));
            Assert.IsType<LedgerReply.Accepted>(await Ledger.SubmitAsync(new Capture(merchant, $"{reservation}/capture", reservation, new Money(cents)), None));
        }

        public Task<LedgerReply> ReserveAsync(long cents) => Ledger.SubmitAsync(new Reserve(merchant, "buy/1", new Money(cents)), None);

        public Task<Balance> BalanceAsync() => Ledger.BalanceAsync(merchant, None);

        /// <summary>The holder disputes the newest payment.</summary>
        public async Task<string> DisputeAsync()
        {
            var payment = (await bench.App.ReadStripeAsync("/v1/payment_intents?limit=1"))["data"]![0]!;
            return (await bench.PostAsync($"/_control/charges/{payment["latest_charge"]!.GetValue<string>()}/dispute", new { }))!["id"]!.GetValue<string>();
        }

        public Task<JsonObject?> CloseAsync(string dispute, string outcome) => bench.PostAsync($"/_control/disputes/{dispute}/close", new { outcome });

        public Task<SettleDisputeOutcome> SettleAsync(string dispute) => InScopeAsync<SettleDispute, SettleDisputeOutcome>(settle => settle.RunAsync(dispute, None));

        public Task<AutoFundingDecision> AutoFundAsync() => InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(merchant, None));

        public Task<IReadOnlyList<DisputeView>> OfMerchantAsync() => InScopeAsync<DisputeQueries, IReadOnlyList<DisputeView>>(q => q.OfMerchantAsync(merchant, None));

        public Task<IReadOnlyList<DisputeRow>> AllAsync() => InScopeAsync<DisputeQueries, IReadOnlyList<DisputeRow>>(q => q.AllAsync(TestRights.Desk, None));

        public async Task<IReadOnlyList<(LedgerTransferKind Kind, long Amount)>> TransfersAsync()
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var rows = await db.LedgerTransfers.Where(t => t.MerchantId == merchant).OrderBy(t => t.Sequence).Select(t => new { t.Kind, t.Amount }).ToListAsync();
            return [.. rows.Select(row => (row.Kind, row.Amount))];
        }

        public Task<T> InScopeAsync<TService, T>(Func<TService, Task<T>> work)
            where TService : notnull => bench.App.InScopeAsync(work);

        public ValueTask DisposeAsync() => bench.DisposeAsync();
    }
}
