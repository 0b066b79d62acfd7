using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// What the product needs of the card processor. Card numbers never come near us: cards are entered on the processor's
/// hosted page. Every call that changes something takes an idempotency key chosen before the attempt.
/// </summary>
public interface IPaymentProcessor
{
    /// <summary>Who we are at the processor: currency and the statement descriptor it prints.</summary>
    Task<ProcessorReply<ProcessorAccount>> GetAccountAsync(CancellationToken ct);

    /// <summary>The processor's customer for this merchant; our merchant id goes into its metadata.</summary>
    Task<ProcessorReply<string>> CreateCustomerAsync(MerchantId merchant, string email, string name, string idempotencyKey, CancellationToken ct);

    /// <summary>The customer made for this merchant under this address, by our metadata; null when the processor has none.</summary>
    Task<ProcessorReply<string?>> FindCustomerAsync(MerchantId merchant, string email, CancellationToken ct);

    /// <summary>Opens the hosted page that saves a card. The merchant's browser is redirected to the address.</summary>
    /// <param name="successUrl">May hold <c>{CHECKOUT_SESSION_ID}</c>, which the processor fills in.</param>
    Task<ProcessorReply<CardSetupPage>> StartCardSetupAsync(string customerId, string successUrl, string cancelUrl, Language language, string idempotencyKey, CancellationToken ct);

    /// <summary>What became of a hosted page. The caller checks that the customer is the merchant's own.</summary>
    Task<ProcessorReply<CardSetup>> ReadCardSetupAsync(string sessionId, CancellationToken ct);

    Task<ProcessorReply<SavedCard>> ReadCardAsync(string paymentMethodId, CancellationToken ct);

    /// <summary>Makes the processor forget a card; confirmed also when it has been forgotten already, whoever made it.</summary>
    Task<ProcessorReply<bool>> RemoveCardAsync(string paymentMethodId, string idempotencyKey, CancellationToken ct);

    /// <summary>Charges a saved card. The same key within 24 hours answers the same payment.</summary>
    Task<ProcessorReply<Payment>> ChargeAsync(ChargeOrder order, CancellationToken ct);

    /// <summary>The payment's present state.</summary>
    Task<ProcessorReply<Payment>> ReadPaymentAsync(string paymentId, CancellationToken ct);

    /// <summary>The payment made for this top-up, by our metadata; null when the processor has none.</summary>
    Task<ProcessorReply<Payment?>> FindPaymentAsync(string customerId, TopUpId topUp, DateTimeOffset since, CancellationToken ct);

    /// <summary>Gives up a payment that waits for the cardholder; refused once it has succeeded.</summary>
    Task<ProcessorReply<Payment>> CancelPaymentAsync(string paymentId, string idempotencyKey, CancellationToken ct);

    /// <summary>Gives money back to the card that was charged; only when an account is closed. It may stay pending and fail later.</summary>
    Task<ProcessorReply<ProcessorRefund>> RefundAsync(string paymentId, Money amount, string idempotencyKey, CancellationToken ct);

    /// <summary>The refund of this payment that was asked for under this key, by our metadata; null when the processor has none.</summary>
    Task<ProcessorReply<ProcessorRefund?>> FindRefundAsync(string paymentId, string idempotencyKey, CancellationToken ct);

    Task<ProcessorReply<ProcessorRefund>> ReadRefundAsync(string refundId, CancellationToken ct);

    Task<ProcessorReply<ProcessorDispute>> ReadDisputeAsync(string disputeId, CancellationToken ct);

    /// <summary>What moved on our account at the processor since then, oldest first.</summary>
    Task<ProcessorReply<IReadOnlyList<ProcessorMovement>>> ListMovementsAsync(DateTimeOffset since, CancellationToken ct);
}

/// <param name="Currencies">Lower case ISO codes the account can charge in.</param>
public sealed record ProcessorAccount(string Id, IReadOnlyList<string> Currencies, string StatementDescriptor);

public sealed record CardSetupPage(string SessionId, string Url);

/// <param name="CustomerId">Whose session it is.</param>
/// <param name="Card">Null until the page was completed.</param>
public sealed record CardSetup(string SessionId, string CustomerId, CardSetupState State, SavedCard? Card);

public enum CardSetupState
{
    Open,
    Complete,
    Expired,
}

/// <param name="Id">The processor's id of the saved card.</param>
public sealed record SavedCard(string Id, string CustomerId, Card Card);

/// <param name="OffSession">True when the cardholder is not there: no bank page can be shown.</param>
/// <param name="ReturnUrl">Where the bank's page sends the cardholder back to.</param>
public sealed record ChargeOrder(
    MerchantId Merchant,
    TopUpId TopUp,
    string CustomerId,
    string PaymentMethodId,
    Money Amount,
    bool OffSession,
    string ReturnUrl);

/// <param name="StatementDescriptor">What the processor printed; null until charged.</param>
/// <param name="TopUp">From our metadata; null for a payment that is not ours.</param>
/// <param name="RedirectUrl">The bank's page, when <see cref="PaymentState.RequiresAction"/>.</param>
/// <param name="DeclineCode">The processor's code, e.g. <c>insufficient_funds</c>, when declined.</param>
/// <param name="DeclineMessage">The processor's words, when declined.</param>
public sealed record Payment(
    string Id,
    PaymentState State,
    Money Amount,
    string CustomerId,
    TopUpId? TopUp,
    string? ChargeId,
    string? StatementDescriptor,
    string? RedirectUrl,
    string? DeclineCode,
    string? DeclineMessage);

public enum PaymentState
{
    Succeeded,
    RequiresAction,
    Processing,
    /// <summary>The card was refused; the payment can be abandoned.</summary>
    Declined,
    Cancelled,
}

/// <param name="FailureReason">The processor's word, e.g. <c>expired_or_canceled_card</c>, when failed.</param>
public sealed record ProcessorRefund(string Id, string PaymentId, Money Amount, RefundState State, string? FailureReason);

public enum RefundState
{
    Pending,
    Succeeded,
    /// <summary>The money came back to our account at the processor; also after it had succeeded.</summary>
    Failed,
    Cancelled,
}

/// <param name="EvidenceDueBy">Until when evidence may be sent; null when none is wanted any more.</param>
/// <param name="Movements">What the dispute took and gave back so far: only this is booked, each once.</param>
public sealed record ProcessorDispute(
    string Id,
    string PaymentId,
    Money Amount,
    DisputeState State,
    string Reason,
    DateTimeOffset OpenedAt,
    DateTimeOffset? EvidenceDueBy,
    IReadOnlyList<ProcessorMovement> Movements);

public enum DisputeState
{
    Open,
    Won,
    Lost,
}

/// <summary>One line of our account at the processor (a balance transaction).</summary>
/// <param name="Category">The processor's reporting category, e.g. <c>charge</c>, <c>refund</c>, <c>dispute</c>, <c>dispute_reversal</c>.</param>
/// <param name="SourceId">The charge, refund or dispute that caused it.</param>
/// <param name="PaymentId">The payment behind the source; null when there is none, or when the source was not asked for.</param>
/// <param name="Amount">Before the fee; negative when it left the account.</param>
public sealed record ProcessorMovement(string Id, string Category, string SourceId, string? PaymentId, Money Amount, Money Fee, DateTimeOffset OccurredAt);

/// <summary>What came of a call to the processor: a closed set.</summary>
public abstract record ProcessorReply<T>
{
    private ProcessorReply()
    {
    }

    public sealed record Confirmed(T Value) : ProcessorReply<T>;

    /// <summary>The processor said no (a wrong request, an unknown id); nothing happened there. A decline is a confirmed payment.</summary>
    public sealed record Refused(string Code, string Message) : ProcessorReply<T>
    {
        /// <summary>It has nothing under the id we gave. Only this says that a thing is not ours, or gone.</summary>
        public bool UnknownId => Code == "resource_missing";
    }

    /// <summary>Certain that nothing happened: no connection, or the processor puts us off, or does not accept our credentials just now.</summary>
    public sealed record Unreachable(string Reason) : ProcessorReply<T>;

    /// <summary>Sent, and no usable answer. Never guess: read or find the payment.</summary>
    public sealed record Unknown(string Reason) : ProcessorReply<T>;
}
