using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Integrations.Stripe;

/// <summary>Refunds, disputes, and what moved on our account at the processor.</summary>
public sealed class StripeMoneyBackTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_refund_goes_back_to_the_card_once_for_each_key()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4242424242424242", 50_00);
        var refund = (await processor.Client.RefundAsync(payment.Id, new Money(20_00), "payout-1", None)).Value();
        Assert.Equal((RefundState.Succeeded, new Money(20_00), payment.Id), (refund.State, refund.Amount, refund.PaymentId));
        Assert.Equal(refund, (await processor.Client.RefundAsync(payment.Id, new Money(20_00), "payout-1", None)).Value());
        Assert.Equal(refund, (await processor.Client.ReadRefundAsync(refund.Id, None)).Value());
    }

    [Fact]
    public async Task No_more_than_was_charged_is_refunded()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4242424242424242", 50_00);
        Assert.Equal(RefundState.Succeeded, (await processor.Client.RefundAsync(payment.Id, new Money(20_00), "payout-1", None)).Value().State);
        var tooMuch = await processor.Client.RefundAsync(payment.Id, new Money(30_01), "payout-2", None);
        Assert.Equal("amount_too_large", Assert.IsType<ProcessorReply<ProcessorRefund>.Refused>(tooMuch).Code);
        Assert.Equal(RefundState.Succeeded, (await processor.Client.RefundAsync(payment.Id, new Money(30_00), "payout-3", None)).Value().State);
        var nothingLeft = await processor.Client.RefundAsync(payment.Id, new Money(1), "payout-4", None);
        Assert.Equal("charge_already_refunded", Assert.IsType<ProcessorReply<ProcessorRefund>.Refused>(nothingLeft).Code);
    }

    [Fact]
    public async Task A_refund_to_a_closed_card_is_pending_and_fails_later()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4000000000007726", 50_00);
        var refund = (await processor.Client.RefundAsync(payment.Id, new Money(50_00), "payout-1", None)).Value();
        Assert.Equal(RefundState.Pending, refund.State);
        processor.Time.Advance(TimeSpan.FromMinutes(2));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (refund.State == RefundState.Pending && !limit.IsCancellationRequested)
        {
            await Task.Delay(50);
            refund = (await processor.Client.ReadRefundAsync(refund.Id, None)).Value();
        }

        Assert.Equal((RefundState.Failed, "expired_or_canceled_card"), (refund.State, refund.FailureReason));
        var categories = (await MovementsAsync(processor)).Select(movement => (movement.Category, movement.Amount.Cents));
        Assert.Equal([("charge", 50_00), ("refund", -50_00), ("refund_failure", 50_00)], categories);
    }

    [Theory]
    [InlineData("succeeded", RefundState.Succeeded)]
    [InlineData("failed", RefundState.Failed)]
    public async Task A_pending_refund_ends_when_the_bank_decides(string outcome, RefundState state)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4242424242424242", 50_00);
        await processor.PostAsync("/_control/refunds/next", new { outcome = "pending" });
        var refund = (await processor.Client.RefundAsync(payment.Id, new Money(50_00), "payout-1", None)).Value();
        Assert.Equal(RefundState.Pending, refund.State);
        await processor.PostAsync($"/_control/refunds/{refund.Id}/settle", new { outcome });
        Assert.Equal(state, (await processor.Client.ReadRefundAsync(refund.Id, None)).Value().State);
    }

    [Fact]
    public async Task A_refund_that_succeeded_can_still_come_back()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4242424242424242", 50_00);
        var refund = (await processor.Client.RefundAsync(payment.Id, new Money(50_00), "payout-1", None)).Value();
        Assert.Equal(RefundState.Succeeded, refund.State);

        await processor.PostAsync($"/_control/refunds/{refund.Id}/settle", new { outcome = "failed" });

        Assert.Equal(RefundState.Failed, (await processor.Client.ReadRefundAsync(refund.Id, None)).Value().State);
        Assert.Equal([50_00L, -50_00, 50_00], (await MovementsAsync(processor)).Select(movement => movement.Amount.Cents));
        Assert.Equal(RefundState.Succeeded, (await processor.Client.RefundAsync(payment.Id, new Money(50_00), "payout-2", None)).Value().State);
    }

    [Fact]
    public async Task A_refund_whose_answer_is_lost_is_unknown_and_repeating_it_refunds_once()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4242424242424242", 50_00);
        await processor.AddFaultAsync(new Fault(FaultKind.DropAfterActing, "POST", "/v1/refunds"));
        Assert.IsType<ProcessorReply<ProcessorRefund>.Unknown>(await processor.Client.RefundAsync(payment.Id, new Money(10_00), "payout-1", None));
        Assert.Equal(RefundState.Succeeded, (await RepeatUntilAnsweredAsync(processor, payment.Id)).State);
        Assert.Equal([50_00L, -10_00], (await MovementsAsync(processor)).Select(movement => movement.Amount.Cents));
    }

    /// <summary>The first request may still be ending at the processor, which then says that its key is in use: the same key is sent again.</summary>
    private static async Task<ProcessorRefund> RepeatUntilAnsweredAsync(EmulatedProcessor processor, string paymentId)
    {
        for (int attempt = 1; ; attempt++)
        {
            var reply = await processor.Client.RefundAsync(paymentId, new Money(10_00), "payout-1", None);
            if (reply is ProcessorReply<ProcessorRefund>.Confirmed || attempt == 10)
            {
                return reply.Value();
            }
        }
    }

    [Theory]
    [InlineData("won", DisputeState.Won, new long[] { -50_00, 50_00 })]
    [InlineData("lost", DisputeState.Lost, new long[] { -50_00 })]
    public async Task A_dispute_takes_the_money_and_gives_it_back_only_when_won(string outcome, DisputeState state, long[] amounts)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4000000000000259", 50_00);
        string id = (await MovementsAsync(processor)).Single(movement => movement.Category == "dispute").SourceId;
        var open = (await processor.Client.ReadDisputeAsync(id, None)).Value();
        Assert.Equal((DisputeState.Open, payment.Id, new Money(50_00)), (open.State, open.PaymentId, open.Amount));
        Assert.Equal(processor.Time.GetUtcNow().AddDays(9), open.EvidenceDueBy);

        await processor.PostAsync($"/_control/disputes/{id}/close", new { outcome });

        var closed = (await processor.Client.ReadDisputeAsync(id, None)).Value();
        Assert.Equal(state, closed.State);
        Assert.Equal(amounts, closed.Movements.Select(movement => movement.Amount.Cents));
        Assert.All(closed.Movements, movement => Assert.Equal(payment.Id, movement.PaymentId));
    }

    [Fact]
    public async Task Movements_name_the_payment_behind_them_oldest_first()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var first = await ChargeAsync(processor, "4242424242424242", 50_00);
        processor.Time.Advance(TimeSpan.FromDays(1));
        var second = await ChargeAsync(processor, "4000000000000259", 20_00);
        await processor.Client.RefundAsync(first.Id, new Money(5_00), "payout-1", None);

        var all = await MovementsAsync(processor);

        Assert.Equal(
            [("charge", first.Id), ("charge", second.Id), ("dispute", second.Id), ("refund", first.Id)],
            all.Select(movement => (movement.Category, movement.PaymentId!)));
        Assert.Equal(new Money(1_75), all[0].Fee);
        var late = (await processor.Client.ListMovementsAsync(processor.Time.GetUtcNow(), None)).Value();
        Assert.Equal(all.Skip(1), late);
    }

    [Fact]
    public async Task A_payment_left_on_the_banks_page_can_be_given_up()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4000002760003184", 50_00);
        Assert.Equal(PaymentState.Cancelled, (await processor.Client.CancelPaymentAsync(payment.Id, "give-up-1", None)).Value().State);
        await HostedPage.AnswerBankAsync(processor, payment.RedirectUrl!, complete: true);
        Assert.Equal(PaymentState.Cancelled, (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value().State);
    }

    [Fact]
    public async Task A_payment_that_succeeded_cannot_be_given_up()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = await ChargeAsync(processor, "4242424242424242", 50_00);
        var reply = await processor.Client.CancelPaymentAsync(payment.Id, "give-up-1", None);
        Assert.Equal("payment_intent_unexpected_state", Assert.IsType<ProcessorReply<Payment>.Refused>(reply).Code);
    }

    [Fact]
    public async Task The_account_is_checked_against_what_merchants_are_told()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        Assert.Equal(new ProcessorAccountState.Fits("STAMPS"), await Check("STAMPS").RunAsync(None));
        Assert.Equal(new ProcessorAccountState.OtherDescriptor("POSTAGE", "STAMPS"), await Check("POSTAGE").RunAsync(None));
        await processor.AddFaultAsync(new Fault(FaultKind.Status, "GET", "/v1/account", Status: 503));
        Assert.IsType<ProcessorAccountState.NoAnswer>(await Check("STAMPS").RunAsync(None));

        CheckProcessorAccount Check(string descriptor) => new(processor.Client, Options.Create(new FundingOptions { StatementDescriptor = descriptor }));
    }

    private static async Task<Payment> ChargeAsync(EmulatedProcessor processor, string number, long cents) =>
        (await processor.Client.ChargeAsync(await processor.OrderAsync(number, cents), None)).Value();

    private static async Task<IReadOnlyList<ProcessorMovement>> MovementsAsync(EmulatedProcessor processor) =>
        (await processor.Client.ListMovementsAsync(DateTimeOffset.UnixEpoch, None)).Value();
}
