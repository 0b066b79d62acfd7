using System.Net;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Integrations.Stripe;

/// <summary>Our client of the card processor against the emulated processor, over HTTP.</summary>
public sealed class StripeProcessorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_account_charges_in_canadian_dollars_and_prints_STAMPS()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var account = (await processor.Client.GetAccountAsync(None)).Value();
        Assert.Equal(["cad"], account.Currencies);
        Assert.Equal("STAMPS", account.StatementDescriptor);
    }

    [Fact]
    public async Task The_same_key_makes_one_customer()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string first = (await processor.Client.CreateCustomerAsync(new MerchantId(7), "a@example.com", "A", "merchant-7", None)).Value();
        string second = (await processor.Client.CreateCustomerAsync(new MerchantId(7), "a@example.com", "A", "merchant-7", None)).Value();
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task The_same_key_with_other_parameters_is_not_taken_for_nothing_happened()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        await processor.Client.CreateCustomerAsync(new MerchantId(7), "a@example.com", "A", "merchant-7", None);
        var reply = await processor.Client.CreateCustomerAsync(new MerchantId(7), "b@example.com", "B", "merchant-7", None);
        Assert.IsType<ProcessorReply<string>.Unknown>(reply);
    }

    [Fact]
    public async Task Nothing_has_an_empty_id()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        Assert.True(Assert.IsType<ProcessorReply<Payment>.Refused>(await processor.Client.ReadPaymentAsync("", None)).UnknownId);
        Assert.True(Assert.IsType<ProcessorReply<ProcessorRefund>.Refused>(await processor.Client.ReadRefundAsync("", None)).UnknownId);
        Assert.True(Assert.IsType<ProcessorReply<ProcessorDispute>.Refused>(await processor.Client.ReadDisputeAsync("", None)).UnknownId);
    }

    [Fact]
    public async Task A_card_is_saved_on_the_hosted_page()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string customer = await processor.CreateCustomerAsync();
        var page = (await processor.Client.StartCardSetupAsync(
            customer, "http://localhost:5080/cards/return?session={CHECKOUT_SESSION_ID}", "http://localhost:5080/cards", Language.English, "setup-1", None)).Value();
        Assert.Equal(CardSetupState.Open, (await processor.Client.ReadCardSetupAsync(page.SessionId, None)).Value().State);

        var answer = await HostedPage.TypeCardAsync(processor, page.Url, "4242 4242 4242 4242");

        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal($"http://localhost:5080/cards/return?session={page.SessionId}", answer.Location);
        var setup = (await processor.Client.ReadCardSetupAsync(page.SessionId, None)).Value();
        Assert.Equal(CardSetupState.Complete, setup.State);
        Assert.Equal(customer, setup.CustomerId);
        Assert.Equal(new Card("visa", "4242", 12, 2034), setup.Card!.Card);
        Assert.Equal(customer, setup.Card.CustomerId);
        Assert.Equal(setup.Card, (await processor.Client.ReadCardAsync(setup.Card.Id, None)).Value());
    }

    [Fact]
    public async Task An_unknown_session_is_refused()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var reply = Assert.IsType<ProcessorReply<CardSetup>.Refused>(await processor.Client.ReadCardSetupAsync("cs_test_unknown", None));
        Assert.Equal("resource_missing", reply.Code);
    }

    [Fact]
    public async Task A_hosted_page_nobody_completes_expires_after_a_day()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string customer = await processor.CreateCustomerAsync();
        var page = (await processor.Client.StartCardSetupAsync(customer, "http://localhost/ok", "http://localhost/no", Language.French, "setup-1", None)).Value();
        processor.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(CardSetupState.Expired, (await processor.Client.ReadCardSetupAsync(page.SessionId, None)).Value().State);
        Assert.Equal(HttpStatusCode.Gone, (await processor.Browser.GetAsync(page.Url)).StatusCode);
    }

    [Fact]
    public async Task A_removed_card_can_be_removed_again()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string customer = await processor.CreateCustomerAsync();
        string card = await processor.SaveCardAsync(customer, "4242424242424242");
        Assert.True((await processor.Client.RemoveCardAsync(card, "remove-1", None)).Value());
        Assert.True((await processor.Client.RemoveCardAsync(card, "remove-2", None)).Value());
        Assert.Equal("", (await processor.Client.ReadCardAsync(card, None)).Value().CustomerId);
    }

    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("5555555555554444")]
    [InlineData("4000001240000000")]
    [InlineData("4000002500003155")]
    [InlineData("4000000000000259")]
    [InlineData("4000000000007726")]
    public async Task A_good_card_is_charged_and_the_statement_says_STAMPS(string number)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync(number, 25_50);
        var payment = (await processor.Client.ChargeAsync(order, None)).Value();
        Assert.Equal(PaymentState.Succeeded, payment.State);
        Assert.Equal(new Money(25_50), payment.Amount);
        Assert.Equal("STAMPS", payment.StatementDescriptor);
        Assert.Equal(order.TopUp, payment.TopUp);
        Assert.Equal(order.CustomerId, payment.CustomerId);
        Assert.StartsWith("ch_", payment.ChargeId);
        Assert.Null(payment.DeclineCode);
        Assert.Equal(payment, (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value());
    }

    [Theory]
    [InlineData("4000000000000341", "generic_decline")]
    [InlineData("4000000000009995", "insufficient_funds")]
    [InlineData("4000000000000069", "expired_card")]
    [InlineData("4000000000000119", "processing_error")]
    public async Task A_bad_card_is_declined_with_its_reason(string number, string code)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync(number), None)).Value();
        Assert.Equal(PaymentState.Declined, payment.State);
        Assert.Equal(code, payment.DeclineCode);
        Assert.False(string.IsNullOrEmpty(payment.DeclineMessage));
        var again = (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value();
        Assert.Equal((PaymentState.Declined, code), (again.State, again.DeclineCode));
    }

    [Fact]
    public async Task A_card_that_wants_its_bank_asked_leads_to_the_banks_page_and_back()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync("4000002760003184"), None)).Value();
        Assert.Equal(PaymentState.RequiresAction, payment.State);

        var answer = await HostedPage.AnswerBankAsync(processor, payment.RedirectUrl!, complete: true);

        Assert.StartsWith($"http://localhost:5080/balance/return?payment_intent={payment.Id}&", answer.Location);
        Assert.EndsWith("redirect_status=succeeded", answer.Location);
        Assert.Equal(PaymentState.Succeeded, (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value().State);
    }

    [Fact]
    public async Task A_cardholder_whom_the_bank_does_not_recognise_is_declined()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync("4000002760003184"), None)).Value();
        var answer = await HostedPage.AnswerBankAsync(processor, payment.RedirectUrl!, complete: false);
        Assert.EndsWith("redirect_status=failed", answer.Location);
        var after = (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value();
        Assert.Equal((PaymentState.Declined, "payment_intent_authentication_failure"), (after.State, after.DeclineCode));
    }

    [Fact]
    public async Task Without_the_cardholder_such_a_card_is_declined_for_authentication()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync("4000002760003184", offSession: true), None)).Value();
        Assert.Equal((PaymentState.Declined, "authentication_required"), (payment.State, payment.DeclineCode));
    }

    [Fact]
    public async Task The_same_top_up_charges_once_and_answers_the_present_state()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4000002760003184");
        var first = (await processor.Client.ChargeAsync(order, None)).Value();
        await HostedPage.AnswerBankAsync(processor, first.RedirectUrl!, complete: true);
        var second = (await processor.Client.ChargeAsync(order, None)).Value();
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(PaymentState.Succeeded, second.State);
    }

    [Fact]
    public async Task A_payment_is_found_by_its_top_up_and_no_other_is()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        var payment = (await processor.Client.ChargeAsync(order, None)).Value();
        var since = processor.Time.GetUtcNow();
        Assert.Equal(payment, (await processor.Client.FindPaymentAsync(order.CustomerId, order.TopUp, since, None)).Value());
        Assert.Null((await processor.Client.FindPaymentAsync(order.CustomerId, new TopUpId(Guid.CreateVersion7()), since, None)).Value());
        Assert.Null((await processor.Client.FindPaymentAsync("cus_other", order.TopUp, since, None)).Value());
    }

    [Fact]
    public async Task A_payment_is_found_beyond_the_first_page_of_the_list()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        var oldest = (await processor.Client.ChargeAsync(order, None)).Value();
        for (int i = 0; i < 120; i++)
        {
            await processor.Client.ChargeAsync(order with { TopUp = new TopUpId(Guid.CreateVersion7()) }, None);
        }

        Assert.Equal(oldest.Id, (await processor.Client.FindPaymentAsync(order.CustomerId, order.TopUp, processor.Time.GetUtcNow(), None)).Value()?.Id);
    }

    [Fact]
    public async Task A_line_that_drops_before_anything_is_done_leaves_a_charge_unknown_and_nothing_to_find()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        await processor.AddFaultAsync(new Fault(FaultKind.DropBeforeActing, "POST", "/v1/payment_intents"));
        Assert.IsType<ProcessorReply<Payment>.Unknown>(await processor.Client.ChargeAsync(order, None));
        Assert.Null((await processor.Client.FindPaymentAsync(order.CustomerId, order.TopUp, processor.Time.GetUtcNow(), None)).Value());
    }

    [Theory]
    [InlineData(FaultKind.DropAfterActing)]
    [InlineData(FaultKind.MalformedBody)]
    public async Task A_charge_whose_answer_is_lost_is_unknown_and_found_afterwards(FaultKind kind)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        await processor.AddFaultAsync(new Fault(kind, "POST", "/v1/payment_intents"));
        Assert.IsType<ProcessorReply<Payment>.Unknown>(await processor.Client.ChargeAsync(order, None));
        var found = (await processor.Client.FindPaymentAsync(order.CustomerId, order.TopUp, processor.Time.GetUtcNow(), None)).Value();
        Assert.Equal(PaymentState.Succeeded, found!.State);

        // The processor lets go of the key a moment after the line has dropped: until then it answers that it is busy with it.
        var again = await processor.Client.ChargeAsync(order, None);
        for (int i = 0; i < 100 && again is not ProcessorReply<Payment>.Confirmed; i++)
        {
            await Task.Delay(20);
            again = await processor.Client.ChargeAsync(order, None);
        }

        Assert.Equal(found, again.Value());
    }

    [Fact]
    public async Task A_server_error_after_charging_is_unknown_and_stays_so_for_that_key_but_the_payment_is_found()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        await processor.AddFaultAsync(new Fault(FaultKind.StatusAfterActing, "POST", "/v1/payment_intents", Status: 500));
        Assert.IsType<ProcessorReply<Payment>.Unknown>(await processor.Client.ChargeAsync(order, None));
        Assert.IsType<ProcessorReply<Payment>.Unknown>(await processor.Client.ChargeAsync(order, None));
        var found = (await processor.Client.FindPaymentAsync(order.CustomerId, order.TopUp, processor.Time.GetUtcNow(), None)).Value();
        Assert.Equal(PaymentState.Succeeded, found!.State);
    }

    [Fact]
    public async Task A_charge_that_takes_too_long_is_unknown()
    {
        await using var processor = await EmulatedProcessor.StartAsync(timeOut: TimeSpan.FromSeconds(1));
        var order = await processor.OrderAsync("4242424242424242");
        await processor.AddFaultAsync(new Fault(FaultKind.Latency, "POST", "/v1/payment_intents", Milliseconds: 2000));
        Assert.IsType<ProcessorReply<Payment>.Unknown>(await processor.Client.ChargeAsync(order, None));
    }

    [Fact]
    public async Task A_second_request_while_the_first_is_worked_on_is_unknown()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        await processor.AddFaultAsync(new Fault(FaultKind.Latency, "POST", "/v1/payment_intents", Milliseconds: 1500));

        // Whichever arrives first is the one that is worked on.
        var answers = await Task.WhenAll(processor.Client.ChargeAsync(order, None), processor.Client.ChargeAsync(order, None));

        Assert.Single(answers, answer => answer is ProcessorReply<Payment>.Unknown);
        Assert.Equal(PaymentState.Succeeded, Assert.Single(answers, answer => answer is not ProcessorReply<Payment>.Unknown).Value().State);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(429)]
    public async Task A_processor_that_is_busy_did_nothing(int status)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        await processor.AddFaultAsync(new Fault(FaultKind.Status, "POST", "/v1/payment_intents", Status: status));
        Assert.IsType<ProcessorReply<Payment>.Unreachable>(await processor.Client.ChargeAsync(order, None));
        Assert.Equal(PaymentState.Succeeded, (await processor.Client.ChargeAsync(order, None)).Value().State);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_server_error_leaves_a_charge_unknown(int status)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        await processor.AddFaultAsync(new Fault(FaultKind.Status, "POST", "/v1/payment_intents", Status: status));
        Assert.IsType<ProcessorReply<Payment>.Unknown>(await processor.Client.ChargeAsync(await processor.OrderAsync("4242424242424242"), None));
    }

    [Theory]
    [InlineData(FaultKind.Status, 500)]
    [InlineData(FaultKind.Status, 429)]
    [InlineData(FaultKind.DropBeforeActing, 0)]
    [InlineData(FaultKind.MalformedBody, 0)]
    public async Task Reading_never_leaves_anything_unknown(FaultKind kind, int status)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync("4242424242424242"), None)).Value();
        await processor.AddFaultAsync(new Fault(kind, "GET", "/v1/payment_intents", Times: 0, Status: status));
        Assert.IsType<ProcessorReply<Payment>.Unreachable>(await processor.Client.ReadPaymentAsync(payment.Id, None));
    }

    [Fact]
    public async Task A_processor_that_is_not_there_was_not_reached()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        await processor.StopAsync();
        Assert.IsType<ProcessorReply<Payment>.Unreachable>(await processor.Client.ChargeAsync(order, None));
        await processor.RestartAsync();
        Assert.Equal(PaymentState.Succeeded, (await processor.Client.ChargeAsync(order, None)).Value().State);
    }

    /// <summary>It speaks of us and not of what was asked: nothing happened, and nothing is concluded.</summary>
    [Fact]
    public async Task A_wrong_key_puts_the_call_off()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var stranger = processor.CreateClient("sk_test_wrong");
        Assert.IsType<ProcessorReply<Payment>.Unreachable>(await stranger.ChargeAsync(await processor.OrderAsync("4242424242424242"), None));
    }

    [Fact]
    public async Task Another_customers_card_is_refused()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        string stranger = await processor.CreateCustomerAsync(8);
        Assert.IsType<ProcessorReply<Payment>.Refused>(await processor.Client.ChargeAsync(order with { CustomerId = stranger }, None));
    }

    [Fact]
    public async Task Less_than_fifty_cents_is_refused()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var reply = await processor.Client.ChargeAsync(await processor.OrderAsync("4242424242424242", 49), None);
        Assert.Equal("amount_too_small", Assert.IsType<ProcessorReply<Payment>.Refused>(reply).Code);
    }

    [Fact]
    public async Task A_restart_of_the_processor_keeps_customers_cards_payments_and_keys()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        var payment = (await processor.Client.ChargeAsync(order, None)).Value();
        await processor.RestartAsync();
        Assert.Equal(payment, (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value());
        Assert.Equal(payment, (await processor.Client.ChargeAsync(order, None)).Value());
    }

    [Fact]
    public async Task After_a_day_a_key_is_forgotten_and_charges_again()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var order = await processor.OrderAsync("4242424242424242");
        var first = (await processor.Client.ChargeAsync(order, None)).Value();
        processor.Time.Advance(TimeSpan.FromHours(24));
        Assert.NotEqual(first.Id, (await processor.Client.ChargeAsync(order, None)).Value().Id);
    }

    [Fact]
    public async Task A_payment_that_the_processor_has_not_decided_is_processing_until_it_has()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        await processor.PostAsync("/_control/payments/next", new { outcome = "processing" });
        var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync("4242424242424242"), None)).Value();
        Assert.Equal(PaymentState.Processing, payment.State);
        await processor.PostAsync($"/_control/payments/{payment.Id}/settle", new { outcome = "succeeded" });
        Assert.Equal(PaymentState.Succeeded, (await processor.Client.ReadPaymentAsync(payment.Id, None)).Value().State);
    }
}
