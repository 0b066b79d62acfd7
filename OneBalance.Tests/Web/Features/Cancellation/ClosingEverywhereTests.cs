using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Batches;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Carriers;
using static OneBalance.Tests.Web.Features.Cancellation.CancellationScene;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>From the start of closing nothing new is bought or charged, whatever another node has under way; what it had begun ends and counts.</summary>
public sealed class ClosingEverywhereTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    public static TheoryData<DatabaseProvider, InFlight> Flights
    {
        get
        {
            var rows = new TheoryData<DatabaseProvider, InFlight>();
            foreach (var provider in new[] { DatabaseProvider.Sqlite, DatabaseProvider.Postgres })
            {
                rows.Add(provider, InFlight.Answered);
                rows.Add(provider, InFlight.AnswerLost);
                rows.Add(provider, InFlight.AtTheBank);
                rows.Add(provider, InFlight.NeverSent);
            }

            return rows;
        }
    }

    /// <summary>How a payment stands when closing begins.</summary>
    public enum InFlight
    {
        /// <summary>The processor has charged, and its answer is on the way.</summary>
        Answered,

        /// <summary>The processor has charged, and nobody hears of it until the sweep asks.</summary>
        AnswerLost,

        /// <summary>The cardholder is at the bank and confirms later.</summary>
        AtTheBank,

        /// <summary>The process died when the intent was stored and the processor had not been asked.</summary>
        NeverSent,
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_batch_that_runs_on_another_node_buys_nothing_more_once_closing_has_begun(DatabaseProvider provider)
    {
        var carrier = new Interruption();
        await using var scene = await CancellationScene.StartAsync(provider, new() { ["Batches:Parallelism"] = "1" }, carrier.Watch);
        await scene.FundAsync(500_00);
        await using var node = await scene.Bench.App.StartNodeAsync();
        var batch = await RatedAsync(node, scene.Merchant, lines: 8);
        var id = await scene.RequestAsync();
        carrier.After(shipments: 3, () => scene.OpenAsync(id));

        Assert.IsType<BuyBatchOutcome.Started>(await node.InScopeAsync<BuyBatch, BuyBatchOutcome>(async buy =>
            await buy.RunAsync(scene.Merchant, batch, (await ViewAsync(node, scene.Merchant, batch)).Total, "user", Language.English, None)));
        var stopped = await StandsAsync(scene.Bench.App, scene.Merchant, batch, BatchState.Paused);

        // The third was at the carrier when closing began: it is bought and paid for. The others wait, whoever runs the batch again.
        Assert.Equal((BatchStop.Account, 3), (stopped.Stop, carrier.Shipments));
        foreach (var app in new[] { node, scene.Bench.App })
        {
            await app.InScopeAsync<BuyBatch, BuyBatchOutcome>(async buy =>
                await buy.RunAsync(scene.Merchant, batch, (await ViewAsync(app, scene.Merchant, batch)).Total, "user", Language.English, None));
            await StandsAsync(app, scene.Merchant, batch, BatchState.Paused);
        }

        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        var paid = await db.Labels.Where(label => label.MerchantId == scene.Merchant && label.State == LabelState.Purchased).Select(label => label.Captured!.Value).ToListAsync();
        Assert.Equal((3, 3), (paid.Count, carrier.Shipments));
        long left = 500_00 - paid.Sum(price => price.Cents);
        Assert.IsType<DeskOutcome.Done>(await scene.ApproveAsync(id, Bea, left));
        await scene.SweepAsync();
        await scene.RecordAllAsync(id);
        await scene.AssertPaidOnceAsync(left);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Auto_funding_on_another_node_charges_nothing_once_closing_has_begun_and_what_it_charged_before_is_paid_back(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(20_00);
        await scene.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(scene.Merchant, AutoFundingPlan.Offered, None));
        await using var node = await scene.Bench.App.StartNodeAsync();
        var id = await scene.RequestAsync();

        // The balance is below the threshold: whoever is faster, this charges once at most.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () => _ = i == 3 ? (object?)await scene.OpenAsync(id) : await FundAsync(node))));

        int charges = scene.Bench.Seam.Charges;
        foreach (var app in new[] { node, scene.Bench.App })
        {
            Assert.IsType<AutoFundingDecision.Off>(await FundAsync(app));
            await app.InScopeAsync<TopUpSweep, int>(sweep => sweep.RunAsync(None));
        }

        await scene.Bench.SweepAsync();
        Assert.Equal(charges, scene.Bench.Seam.Charges);
        long whole = 20_00 + (charges - 1) * 100_00;
        Assert.InRange(whole, 20_00, 120_00);
        Assert.IsType<DeskOutcome.Done>(await scene.ApproveAsync(id, Bea, whole));
        await scene.SweepAsync();
        await scene.AssertPaidOnceAsync(whole);

        Task<AutoFundingDecision> FundAsync(TestApp app) => app.InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(scene.Merchant, None));
    }

    [Theory, MemberData(nameof(Flights))]
    public async Task A_payment_in_flight_when_closing_begins_counts_if_it_was_made_and_is_never_sent_again(DatabaseProvider provider, InFlight flight)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        await using var node = await scene.Bench.App.StartNodeAsync();
        var id = await scene.RequestAsync();
        if (flight == InFlight.AtTheBank)
        {
            await scene.UseCardAsync(FundingBench.ThreeDSecure);
        }

        var order = FundingBench.Order(30_00);
        if (flight == InFlight.NeverSent)
        {
            scene.Bench.Seam.BeforeCharge = BeginClosingAsync;
        }
        else
        {
            scene.Bench.Seam.AfterCharge = _ => BeginClosingAsync();
        }

        var adding = node.InScopeAsync<AddFunds, AddFundsOutcome>(add => add.RunAsync(scene.Merchant, order, None));
        switch (flight)
        {
            case InFlight.Answered:
                Assert.IsType<AddFundsOutcome.Added>(await adding);
                break;
            case InFlight.AnswerLost or InFlight.NeverSent:
                await Assert.ThrowsAsync<ProcessDied>(() => adding);
                Assert.Equal([ClosingBlocker.TopUps], await BlockersAsync());
                await scene.Bench.SweepAsync();
                await scene.Bench.SweepAsync(TopUpFlow.AbsenceProof);
                break;
            case InFlight.AtTheBank:
                string bank = Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await adding).Url;
                Assert.Equal([ClosingBlocker.TopUps], await BlockersAsync());
                await scene.Bench.AnswerBankAsync(bank, complete: true);
                await scene.ResumeAsync(order.Id);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(flight), flight, null);
        }

        bool made = flight != InFlight.NeverSent;
        Assert.Equal(made ? TopUpState.Succeeded : TopUpState.Failed, (await scene.Bench.TopUpAsync(scene.Merchant, order.Id)).State);
        Assert.IsType<AddFundsOutcome.AccountClosing>(await scene.Bench.AddFundsAsync(scene.Merchant, FundingBench.Order()));
        Assert.Equal(made ? 2 : 1, scene.Bench.Seam.Charges);
        Assert.IsType<DeskOutcome.Done>(await scene.ApproveAsync(id, Bea, made ? 70_00 : 40_00));
        await scene.SweepAsync();
        Assert.DoesNotContain((await scene.FileAsync(id)).Lots, lot => lot.Supplementary);
        await scene.AssertPaidOnceAsync(made ? 70_00 : 40_00);

        async Task BeginClosingAsync()
        {
            (scene.Bench.Seam.BeforeCharge, scene.Bench.Seam.AfterCharge) = (() => Task.CompletedTask, _ => Task.CompletedTask);
            Assert.IsType<DeskOutcome.Done>(await scene.OpenAsync(id));
            Assert.Equal([ClosingBlocker.TopUps], await BlockersAsync());
            if (flight is InFlight.AnswerLost or InFlight.NeverSent)
            {
                throw new ProcessDied();
            }
        }

        async Task<IReadOnlyList<ClosingBlocker>> BlockersAsync() => Assert.IsType<ApprovalDecision.Blocked>(
            Assert.IsType<DeskOutcome.Refused>(await scene.ApproveAsync(id, Bea, 40_00)).Why).Blockers;
    }

    private static async Task<BatchId> RatedAsync(TestApp app, MerchantId merchant, int lines)
    {
        var batch = Assert.IsType<ImportOutcome.Imported>(await app.InScopeAsync<ImportBatch, ImportOutcome>(import =>
            import.RunAsync(merchant, "user", "parcels.csv", System.Text.Encoding.UTF8.GetBytes(BatchWorld.Lines(lines)), Language.English, None))).Batch;
        Assert.IsType<RateBatchOutcome.Started>(await app.InScopeAsync<RateBatch, RateBatchOutcome>(rate => rate.RunAsync(merchant, batch, false, None)));
        await StandsAsync(app, merchant, batch, BatchState.Open);
        return batch;
    }

    private static async Task<BatchView> ViewAsync(TestApp app, MerchantId merchant, BatchId batch) =>
        (await app.InScopeAsync<BatchQueries, BatchView?>(queries => queries.ReadAsync(merchant, batch, None)))!;

    /// <summary>Waits until the node's runner has brought the batch there.</summary>
    private static async Task<Batch> StandsAsync(TestApp app, MerchantId merchant, BatchId id, BatchState state)
    {
        for (int look = 0; ; look++)
        {
            await using var db = await app.Contexts.CreateDbContextAsync();
            var batch = await db.Batches.AsNoTracking().SingleAsync(row => row.MerchantId == merchant && row.Id == id);
            if (batch.State == state)
            {
                return batch;
            }

            Assert.True(look < 600, $"The batch is still {batch.State}.");
            await Task.Delay(50);
        }
    }

    /// <summary>Does something after the carrier has made so many shipments, before the product hears of the last.</summary>
    private sealed class Interruption
    {
        private int _shipments;
        private int _at;
        private Func<Task> _act = () => Task.CompletedTask;

        public int Shipments => _shipments;

        public void After(int shipments, Func<Task> act) => (_at, _act) = (shipments, act);

        public void Watch(IServiceCollection product)
        {
            var real = product.Single(service => service.ServiceType == typeof(ICarrier));
            product.Replace(ServiceDescriptor.Singleton(services =>
            {
                var carrier = DispatchProxy.Create<ICarrier, Line>();
                ((Line)(object)carrier).Connect((ICarrier)(real.ImplementationFactory?.Invoke(services) ?? ActivatorUtilities.CreateInstance(services, real.ImplementationType!)), this);
                return carrier;
            }));
        }

        private async Task<CarrierReply<CarrierShipment>> HearAsync(Task<CarrierReply<CarrierShipment>> asked)
        {
            var reply = await asked;
            if (Interlocked.Increment(ref _shipments) == _at)
            {
                await _act();
            }

            return reply;
        }

        /// <summary>Passes everything on to the carrier.</summary>
        private class Line : DispatchProxy
        {
            private ICarrier _carrier = null!;
            private Interruption _interruption = null!;

            public void Connect(ICarrier carrier, Interruption interruption) => (_carrier, _interruption) = (carrier, interruption);

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
            {
                object? answer = targetMethod!.Invoke(_carrier, args);
                return answer is Task<CarrierReply<CarrierShipment>> shipping ? _interruption.HearAsync(shipping) : answer;
            }
        }
    }
}
