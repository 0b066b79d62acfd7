using System.Net;
using OneBalance.Core;
using OneBalance.Web.Features.Balance;
using Stripe;
using Stripe.Checkout;
using Card = OneBalance.Core.Billing.Card;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>
/// The card processor behind our port. Every call that changes something carries our own idempotency key and is sent once.
/// </summary>
public sealed class StripeProcessor(StripeConnection connection) : IPaymentProcessor
{
    private const string MerchantKey = "merchant_id";
    private const string TopUpKey = "top_up_id";
    private const string RefundKey = "refund_key";

    /// <summary>How far the processor's clock may lag behind ours when we look for a payment made since a moment.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10);

    private V1Services Stripe => connection.Api;

    public Task<ProcessorReply<ProcessorAccount>> GetAccountAsync(CancellationToken ct) => StripeConnection.ReadAsync(async () =>
    {
        var account = await Stripe.Accounts.GetSelfAsync(null, ct);
        return new ProcessorAccount(account.Id, [account.DefaultCurrency], account.Settings?.Payments?.StatementDescriptor ?? "");
    }, ct);

    public Task<ProcessorReply<string>> CreateCustomerAsync(MerchantId merchant, string email, string name, string idempotencyKey, CancellationToken ct) =>
        StripeConnection.ActAsync(async () =>
        {
            var customer = await Stripe.Customers.CreateAsync(
                new CustomerCreateOptions
                {
                    Email = email,
                    Name = name,
                    Metadata = new Dictionary<string, string> { [MerchantKey] = merchant.ToString() },
                },
                Key(idempotencyKey),
                ct);
            return customer.Id;
        }, ct);

    public Task<ProcessorReply<string?>> FindCustomerAsync(MerchantId merchant, string email, CancellationToken ct) => StripeConnection.ReadAsync(async () =>
    {
        await foreach (var customer in Stripe.Customers.ListAutoPagingAsync(new CustomerListOptions { Email = email, Limit = 100 }, null, ct))
        {
            if (customer.Metadata is not null && customer.Metadata.TryGetValue(MerchantKey, out string? owner) && owner == merchant.ToString())
            {
                return customer.Id;
            }
        }

        return null;
    }, ct);

    public Task<ProcessorReply<CardSetupPage>> StartCardSetupAsync(string customerId, string successUrl, string cancelUrl, Language language, string idempotencyKey, CancellationToken ct) =>
        StripeConnection.ActAsync(async () =>
        {
            var session = await Stripe.Checkout.Sessions.CreateAsync(
                new SessionCreateOptions
                {
                    Mode = "setup",
                    Currency = "cad",
                    Customer = customerId,
                    SuccessUrl = successUrl,
                    CancelUrl = cancelUrl,
                    Locale = language switch
                    {
                        Language.English => "en",
                        Language.French => "fr-CA",
                        _ => throw new ArgumentOutOfRangeException(nameof(language), language, null),
                    },
                    AllowedPaymentMethodTypes = ["card"],
                },
                Key(idempotencyKey),
                ct);
            return new CardSetupPage(session.Id, session.Url);
        }, ct);

    public Task<ProcessorReply<CardSetup>> ReadCardSetupAsync(string sessionId, CancellationToken ct) => ReadAsync(sessionId, async () =>
    {
        var session = await Stripe.Checkout.Sessions.GetAsync(sessionId, new SessionGetOptions { Expand = ["setup_intent.payment_method"] }, null, ct);
        return new CardSetup(
            session.Id,
            session.CustomerId ?? "",
            session.Status switch
            {
                "complete" => CardSetupState.Complete,
                "expired" => CardSetupState.Expired,
                _ => CardSetupState.Open,
            },
            session.SetupIntent?.PaymentMethod is { Card: not null } method && session.Status == "complete" ? Saved(method) : null);
    }, ct);

    public Task<ProcessorReply<SavedCard>> ReadCardAsync(string paymentMethodId, CancellationToken ct) =>
        ReadAsync(paymentMethodId, async () => Saved(await Stripe.PaymentMethods.GetAsync(paymentMethodId, null, null, ct)), ct);

    public async Task<ProcessorReply<bool>> RemoveCardAsync(string paymentMethodId, string idempotencyKey, CancellationToken ct)
    {
        var reply = await StripeConnection.ActAsync(async () =>
        {
            await Stripe.PaymentMethods.DetachAsync(paymentMethodId, null, Key(idempotencyKey), ct);
            return true;
        }, ct);

        // A card that is no longer attached is removed, whoever removed it, and also when the answer to our own request was lost.
        return reply is ProcessorReply<bool>.Refused or ProcessorReply<bool>.Unknown
            && await ReadCardAsync(paymentMethodId, ct) is ProcessorReply<SavedCard>.Confirmed { Value.CustomerId: "" }
                ? new ProcessorReply<bool>.Confirmed(true)
                : reply;
    }

    public Task<ProcessorReply<Payment>> ChargeAsync(ChargeOrder order, CancellationToken ct) => StripeConnection.ActAsync(async () =>
    {
        // No statement_descriptor: the processor refuses it for cards; the account's own is printed.
        var options = new PaymentIntentCreateOptions
        {
            Amount = order.Amount.Cents,
            Currency = "cad",
            Customer = order.CustomerId,
            PaymentMethod = order.PaymentMethodId,
            AllowedPaymentMethodTypes = ["card"],
            Confirm = true,
            OffSession = order.OffSession ? true : null,
            ReturnUrl = order.OffSession ? null : order.ReturnUrl,
            Metadata = new Dictionary<string, string>
            {
                [MerchantKey] = order.Merchant.ToString(),
                [TopUpKey] = order.TopUp.ToString(),
            },
            Expand = ["latest_charge"],
        };
        try
        {
            var intent = await Stripe.PaymentIntents.CreateAsync(options, Key(order.TopUp.ToString()), ct);

            // A repeated answer tells how the payment was when it was made; its present state counts.
            return WasRepeated(intent.StripeResponse)
                ? Describe(await Stripe.PaymentIntents.GetAsync(intent.Id, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, ct))
                : Describe(intent);
        }
        catch (StripeException declined) when (declined.HttpStatusCode == HttpStatusCode.PaymentRequired && declined.StripeError?.PaymentIntent is not null)
        {
            return Describe(declined.StripeError.PaymentIntent);
        }
    }, ct);

    public Task<ProcessorReply<Payment>> ReadPaymentAsync(string paymentId, CancellationToken ct) => ReadAsync(paymentId, async () =>
        Describe(await Stripe.PaymentIntents.GetAsync(paymentId, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, ct)), ct);

    public Task<ProcessorReply<Payment?>> FindPaymentAsync(string customerId, TopUpId topUp, DateTimeOffset since, CancellationToken ct) => StripeConnection.ReadAsync(async () =>
    {
        var options = new PaymentIntentListOptions
        {
            Customer = customerId,
            Created = new DateRangeOptions { GreaterThanOrEqual = (since - ClockSlack).UtcDateTime },
            Limit = 100,
            Expand = ["data.latest_charge"],
        };
        await foreach (var intent in Stripe.PaymentIntents.ListAutoPagingAsync(options, null, ct))
        {
            if (TopUpOf(intent) == topUp)
            {
                return Describe(intent);
            }
        }

        return null;
    }, ct);

    public Task<ProcessorReply<Payment>> CancelPaymentAsync(string paymentId, string idempotencyKey, CancellationToken ct) => StripeConnection.ActAsync(async () =>
        Describe(await Stripe.PaymentIntents.CancelAsync(paymentId, new PaymentIntentCancelOptions { Expand = ["latest_charge"] }, Key(idempotencyKey), ct)), ct);

    public Task<ProcessorReply<ProcessorRefund>> RefundAsync(string paymentId, Money amount, string idempotencyKey, CancellationToken ct) => StripeConnection.ActAsync(async () =>
        Describe(await Stripe.Refunds.CreateAsync(new RefundCreateOptions { PaymentIntent = paymentId, Amount = amount.Cents, Metadata = new Dictionary<string, string> { [RefundKey] = idempotencyKey } }, Key(idempotencyKey), ct)), ct);

    public Task<ProcessorReply<ProcessorRefund?>> FindRefundAsync(string paymentId, string idempotencyKey, CancellationToken ct) => StripeConnection.ReadAsync(async () =>
    {
        await foreach (var refund in Stripe.Refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = paymentId, Limit = 100 }, null, ct))
        {
            if (refund.Metadata is not null && refund.Metadata.TryGetValue(RefundKey, out string? key) && key == idempotencyKey)
            {
                return Describe(refund);
            }
        }

        return null;
    }, ct);

    public Task<ProcessorReply<ProcessorRefund>> ReadRefundAsync(string refundId, CancellationToken ct) => ReadAsync(refundId, async () =>
        Describe(await Stripe.Refunds.GetAsync(refundId, null, null, ct)), ct);

    public Task<ProcessorReply<ProcessorDispute>> ReadDisputeAsync(string disputeId, CancellationToken ct) => ReadAsync(disputeId, async () =>
    {
        var dispute = await Stripe.Disputes.GetAsync(disputeId, null, null, ct);
        return new ProcessorDispute(
            dispute.Id,
            dispute.PaymentIntentId ?? "",
            new Money(dispute.Amount),
            dispute.Status switch
            {
                "won" or "warning_closed" or "prevented" => DisputeState.Won,
                "lost" => DisputeState.Lost,
                _ => DisputeState.Open,
            },
            dispute.Reason,
            new DateTimeOffset(dispute.Created, TimeSpan.Zero),
            dispute.EvidenceDetails?.DueBy is { } due ? new DateTimeOffset(due, TimeSpan.Zero) : null,
            [.. dispute.BalanceTransactions.Select(transaction => Describe(transaction) with { PaymentId = dispute.PaymentIntentId })]);
    }, ct);

    public Task<ProcessorReply<IReadOnlyList<ProcessorMovement>>> ListMovementsAsync(DateTimeOffset since, CancellationToken ct) =>
        StripeConnection.ReadAsync<IReadOnlyList<ProcessorMovement>>(async () =>
        {
            var options = new BalanceTransactionListOptions
            {
                Created = new DateRangeOptions { GreaterThanOrEqual = since.UtcDateTime },
                Limit = 100,
                Expand = ["data.source"],
            };
            var movements = new List<ProcessorMovement>();
            await foreach (var transaction in Stripe.BalanceTransactions.ListAutoPagingAsync(options, null, ct))
            {
                movements.Add(Describe(transaction));
            }

            movements.Reverse();
            return movements;
        }, ct);

    /// <summary>
    /// Reads one thing by its id. Nothing is found under an empty one, such as that of the payment behind a charge that was made
    /// without a payment intent: the processor would be asked for another address, and say nothing of the thing.
    /// </summary>
    private static Task<ProcessorReply<T>> ReadAsync<T>(string id, Func<Task<T>> call, CancellationToken ct) => string.IsNullOrWhiteSpace(id)
        ? Task.FromResult<ProcessorReply<T>>(new ProcessorReply<T>.Refused("resource_missing", "Nothing has an empty id."))
        : StripeConnection.ReadAsync(call, ct);

    private static ProcessorRefund Describe(Refund refund) => new(
        refund.Id,
        refund.PaymentIntentId ?? "",
        new Money(refund.Amount),
        refund.Status switch
        {
            "succeeded" => RefundState.Succeeded,
            "failed" => RefundState.Failed,
            "canceled" => RefundState.Cancelled,
            // Pending, requires_action, and whatever may be added: not decided.
            _ => RefundState.Pending,
        },
        refund.FailureReason);

    private static ProcessorMovement Describe(BalanceTransaction transaction) => new(
        transaction.Id,
        transaction.ReportingCategory,
        transaction.SourceId ?? "",
        transaction.Source switch
        {
            Charge charge => charge.PaymentIntentId,
            Refund refund => refund.PaymentIntentId,
            Dispute dispute => dispute.PaymentIntentId,
            _ => null,
        },
        new Money(transaction.Amount),
        new Money(transaction.Fee),
        new DateTimeOffset(transaction.Created, TimeSpan.Zero));

    private static Payment Describe(PaymentIntent intent)
    {
        var state = intent.Status switch
        {
            "succeeded" => PaymentState.Succeeded,
            "requires_action" => PaymentState.RequiresAction,
            "requires_payment_method" => PaymentState.Declined,
            "canceled" => PaymentState.Cancelled,
            // Processing, and whatever a later version of the processor may add: not decided, so nothing is concluded from it.
            _ => PaymentState.Processing,
        };
        var error = state == PaymentState.Declined ? intent.LastPaymentError : null;
        return new Payment(
            intent.Id,
            state,
            new Money(intent.Amount),
            intent.CustomerId ?? "",
            TopUpOf(intent),
            intent.LatestChargeId,
            intent.LatestCharge?.CalculatedStatementDescriptor,
            intent.NextAction?.RedirectToUrl?.Url,
            state == PaymentState.Declined ? error?.DeclineCode ?? error?.Code ?? "card_declined" : null,
            error?.Message);
    }

    private static TopUpId? TopUpOf(PaymentIntent intent) =>
        intent.Metadata is not null && intent.Metadata.TryGetValue(TopUpKey, out string? text)
            && Guid.TryParseExact(text, "N", out var id)
                ? new TopUpId(id)
                : null;

    private static SavedCard Saved(PaymentMethod method) => new(
        method.Id,
        method.CustomerId ?? "",
        new Card(method.Card.Brand, method.Card.Last4, (int)method.Card.ExpMonth, (int)method.Card.ExpYear));

    private static RequestOptions Key(string idempotencyKey) => new() { IdempotencyKey = idempotencyKey };

    private static bool WasRepeated(StripeResponse? response) =>
        response?.Headers is { } headers && headers.TryGetValues("Idempotent-Replayed", out var values) && values.Contains("true");
}
