using System.Text.Json.Nodes;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>Payment intents, charges, refunds, disputes and the account's balance transactions.</summary>
internal static class Payments
{
    /// <summary>Cents.</summary>
    private const long SmallestAmount = 50;

    /// <summary>Cents, for each dispute; not given back when it is won.</summary>
    private const long DisputeFee = 15_00;

    /// <summary>Seconds after which a refund that is bound to fail does.</summary>
    private const long RefundsFailAfter = 60;

    public static StripeAnswer Create(StripeCall call)
    {
        call.Params.Allow(
            "amount", "currency", "customer", "payment_method", "confirm", "off_session", "return_url", "metadata", "description",
            "allowed_payment_method_types", "payment_method_types", "automatic_payment_methods", "statement_descriptor", "statement_descriptor_suffix");
        long amount = call.Params.Integer("amount") ?? throw StripeFailure.Missing("amount");
        string currency = call.Params.Required("currency");
        if (currency != "cad")
        {
            throw StripeFailure.Invalid("currency", $"Invalid currency: {currency}. This account charges in cad.");
        }

        if (amount < SmallestAmount)
        {
            throw StripeFailure.Invalid("amount", "Amount must be at least $0.50 cad", "amount_too_small");
        }

        if (call.Params["statement_descriptor"] is not null)
        {
            throw StripeFailure.Invalid(
                "statement_descriptor",
                "The `statement_descriptor` parameter is not supported for `card` charges. Use `statement_descriptor_suffix` to customize the statement descriptor.");
        }

        var customer = call.Referenced("customer", "customer", "customer");
        var intent = StripeObjects.PaymentIntent(StripeCall.NewId("pi"), call.Now, amount, currency);
        intent["customer"] = customer.Text("id");
        intent["metadata"] = call.Params.Map("metadata");
        intent["description"] = call.Params["description"];
        intent["statement_descriptor_suffix"] = call.Params["statement_descriptor_suffix"];
        JsonObject? method = null;
        if (call.Params["payment_method"] is not null)
        {
            method = call.Referenced("payment_method", "payment_method", "PaymentMethod");
            if (method.TextOrNull("customer") != customer.Text("id"))
            {
                throw StripeFailure.Invalid(
                    "payment_method", $"The provided PaymentMethod ({method.Text("id")}) does not belong to the Customer that you provided.");
            }

            intent["payment_method"] = method.Text("id");
            intent["status"] = "requires_confirmation";
        }

        call.Save(intent);
        call.Happened("payment_intent.created", intent);
        if (!call.Params.Flag("confirm"))
        {
            return call.Params.Flag("off_session")
                ? throw StripeFailure.Invalid("off_session", "You can only pass `off_session` when `confirm` is true.")
                : StripeAnswer.Ok(intent);
        }

        return Attempt(call, intent, method ?? throw StripeFailure.Missing("payment_method"));
    }

    /// <summary>Another attempt on the same payment, e.g. with another card.</summary>
    public static StripeAnswer Confirm(StripeCall call)
    {
        call.Params.Allow("payment_method", "off_session", "return_url");
        var intent = call.Read("payment_intent", "payment_intent");
        if (intent.Text("status") is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
        {
            throw Unexpected(intent, "confirm");
        }

        string? id = call.Params["payment_method"] ?? intent.TextOrNull("payment_method");
        var method = call.Find("payment_method", id) ?? throw StripeFailure.Missing("payment_method");
        intent["payment_method"] = id;
        return Attempt(call, intent, method);
    }

    public static StripeAnswer Cancel(StripeCall call)
    {
        call.Params.Allow("cancellation_reason");
        var intent = call.Read("payment_intent", "payment_intent");
        if (intent.Text("status") is not ("requires_payment_method" or "requires_confirmation" or "requires_action" or "processing"))
        {
            throw Unexpected(intent, "cancel");
        }

        intent["status"] = "canceled";
        intent["canceled_at"] = call.Now;
        intent["cancellation_reason"] = call.Params["cancellation_reason"];
        intent["next_action"] = null;
        intent["processing"] = null;
        call.Save(intent);
        call.Happened("payment_intent.canceled", intent);
        return StripeAnswer.Ok(intent);
    }

    public static StripeAnswer Read(StripeCall call) => StripeAnswer.Ok(call.Read("payment_intent", "payment_intent"));

    public static StripeAnswer List(StripeCall call)
    {
        call.Params.Allow(["customer", .. Lists.Parameters]);
        return Lists.Answer(call, "/v1/payment_intents", "payment_intent", "customer");
    }

    public static StripeAnswer ReadCharge(StripeCall call) => StripeAnswer.Ok(call.Read("charge", "charge"));

    /// <summary>The bank's page was answered while paying.</summary>
    public static void Authenticated(StripeCall call, JsonObject intent, bool confirmed)
    {
        var method = call.Find("payment_method", intent.Text("payment_method"))!;
        intent["next_action"] = null;
        if (confirmed)
        {
            Succeed(call, intent, method, Behaviour(call, method));
        }
        else
        {
            Fail(call, intent, method, Decline.AuthenticationFailed, charged: false);
        }
    }

    public static StripeAnswer Refund(StripeCall call)
    {
        call.Params.Allow("payment_intent", "charge", "amount", "metadata", "reason");
        string? chargeId = call.Params["charge"];
        if (chargeId is null)
        {
            var intent = call.Referenced("payment_intent", "payment_intent", "payment_intent");
            chargeId = intent.Text("status") == "succeeded"
                ? intent.Text("latest_charge")
                : throw StripeFailure.Invalid("payment_intent", "This PaymentIntent does not have a successful charge to refund.");
        }

        var charge = call.Find("charge", chargeId) ?? throw StripeFailure.NoSuch("charge", chargeId, "charge");
        long left = charge.Whole("amount") - charge.Whole("amount_refunded");
        long amount = call.Params.Integer("amount") ?? left;
        if (charge["disputed"]!.GetValue<bool>())
        {
            throw StripeFailure.Invalid("charge", $"Charge {chargeId} has been charged back; cannot issue a refund.", "charge_disputed");
        }

        if (left == 0)
        {
            throw StripeFailure.Invalid("charge", $"Charge {chargeId} has already been refunded.", "charge_already_refunded");
        }

        if (amount < 1 || amount > left)
        {
            throw StripeFailure.Invalid("amount", $"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount_too_large");
        }

        var method = call.Find("payment_method", charge.Text("payment_method"))!;
        var refund = StripeObjects.Refund(StripeCall.NewId("re"), call.Now, charge, amount, call.Params.Map("metadata"));
        refund["reason"] = call.Params["reason"];
        refund["balance_transaction"] = Book(call, "refund", "refund", refund.Text("id"), -amount, 0, "REFUND FOR CHARGE").Text("id");
        bool willFail = Behaviour(call, method) == CardBehaviour.RefundFails;
        string? scripted = Script.Take(call, "refund");
        refund["status"] = willFail || scripted is not null ? "pending" : "succeeded";
        if (willFail)
        {
            call.Store.Put("refund_due", refund.Text("id"), new DueAt(refund.Text("id"), call.Now + RefundsFailAfter));
        }

        call.Save(refund);
        charge["amount_refunded"] = charge.Whole("amount_refunded") + amount;
        charge["refunded"] = charge.Whole("amount_refunded") == charge.Whole("amount");
        call.Save(charge);
        call.Happened("refund.created", refund);
        call.Happened("charge.refunded", charge);
        return StripeAnswer.Ok(refund);
    }

    public static StripeAnswer ReadRefund(StripeCall call) => StripeAnswer.Ok(call.Read("refund", "refund"));

    public static StripeAnswer ListRefunds(StripeCall call)
    {
        call.Params.Allow(["payment_intent", "charge", .. Lists.Parameters]);
        return Lists.Answer(call, "/v1/refunds", "refund", "payment_intent", "charge");
    }

    /// <summary>
    /// A pending refund ends; a failed one puts the money back into the account's balance. One that succeeded may still fail: a
    /// bank sends it back.
    /// </summary>
    public static void SettleRefund(StripeCall call, JsonObject refund, bool succeeded)
    {
        if (refund.Text("status") != "pending" && (succeeded || refund.Text("status") != "succeeded"))
        {
            throw StripeFailure.Invalid("refund", $"The refund is {refund.Text("status")}.");
        }

        call.Store.Remove("refund_due", refund.Text("id"));
        if (succeeded)
        {
            refund["status"] = "succeeded";
            call.Save(refund);
            call.Happened("refund.updated", refund);
            return;
        }

        long amount = refund.Whole("amount");
        refund["status"] = "failed";
        refund["failure_reason"] = "expired_or_canceled_card";
        refund["failure_balance_transaction"] = Book(call, "refund_failure", "refund_failure", refund.Text("id"), amount, 0, "REFUND FAILURE").Text("id");
        call.Save(refund);
        var charge = call.Find("charge", refund.Text("charge"))!;
        charge["amount_refunded"] = charge.Whole("amount_refunded") - amount;
        charge["refunded"] = false;
        call.Save(charge);
        call.Happened("refund.failed", refund);
    }

    /// <summary>Refunds whose time has come to fail.</summary>
    public static IReadOnlyList<string> RefundsDue(EmulatorStore.Session store, long now) =>
        [.. store.List<DueAt>("refund_due").Where(due => due.At <= now).Select(due => due.Refund)];

    public static StripeAnswer ReadDispute(StripeCall call) => StripeAnswer.Ok(call.Read("dispute", "dispute"));

    public static StripeAnswer ListDisputes(StripeCall call)
    {
        call.Params.Allow(["payment_intent", "charge", .. Lists.Parameters]);
        return Lists.Answer(call, "/v1/disputes", "dispute", "payment_intent", "charge");
    }

    /// <summary>The cardholder disputes the charge: the money leaves the account at once, with a fee.</summary>
    public static JsonObject Dispute(StripeCall call, JsonObject charge, long amount)
    {
        charge["disputed"] = true;
        call.Save(charge);
        var dispute = StripeObjects.Dispute(StripeCall.NewId("dp"), call.Now, charge, amount);
        call.Save(dispute);
        call.Happened("charge.dispute.created", dispute);
        var taken = Book(call, "adjustment", "dispute", dispute.Text("id"), -amount, DisputeFee, $"Chargeback withdrawal for {charge.Text("id")}");
        dispute["balance_transactions"]!.AsArray().Add(taken);
        call.Save(dispute);
        call.Happened("charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    /// <summary>The bank decides: won gives the money back, lost does not.</summary>
    public static JsonObject CloseDispute(StripeCall call, JsonObject dispute, bool won)
    {
        if (dispute.Text("status") is "won" or "lost")
        {
            throw StripeFailure.Invalid("dispute", $"The dispute is already {dispute.Text("status")}.");
        }

        dispute["status"] = won ? "won" : "lost";
        call.Save(dispute);
        call.Happened("charge.dispute.updated", dispute);
        if (won)
        {
            var back = Book(call, "adjustment", "dispute_reversal", dispute.Text("id"), dispute.Whole("amount"), 0, $"Chargeback reversal for {dispute.Text("charge")}");
            dispute["balance_transactions"]!.AsArray().Add(back);
            call.Save(dispute);
            call.Happened("charge.dispute.funds_reinstated", dispute);
        }

        call.Happened("charge.dispute.closed", dispute);
        return dispute;
    }

    public static StripeAnswer ListBalanceTransactions(StripeCall call)
    {
        call.Params.Allow(["type", "source", "currency", .. Lists.Parameters]);
        return Lists.Answer(call, "/v1/balance_transactions", "balance_transaction", "type", "source", "currency");
    }

    public static StripeAnswer ReadBalanceTransaction(StripeCall call) => StripeAnswer.Ok(call.Read("balance_transaction", "balance transaction"));

    public static StripeAnswer Balance(StripeCall call) => StripeAnswer.Ok(StripeObjects.Balance(
        call.Store.Sum("balance_transaction", "net", "available_on", "<=", call.Now),
        call.Store.Sum("balance_transaction", "net", "available_on", ">", call.Now)));

    public static StripeAnswer ListEvents(StripeCall call)
    {
        call.Params.Allow(["type", "types", .. Lists.Parameters]);
        var types = call.Params.List("types");
        return Lists.Answer(call, "/v1/events", "event", [.. from wanted in new[] { call.Params["type"] is { } type ? [type] : types } where wanted.Count > 0 select ("type", wanted)]);
    }

    public static StripeAnswer ReadEvent(StripeCall call) => StripeAnswer.Ok(call.Read("event", "event"));

    /// <summary>A payment that was left processing is decided.</summary>
    public static void Settle(StripeCall call, JsonObject intent, bool succeeded)
    {
        if (intent.Text("status") != "processing")
        {
            throw Unexpected(intent, "settle");
        }

        intent["processing"] = null;
        var method = call.Find("payment_method", intent.Text("payment_method"))!;
        if (succeeded)
        {
            Succeed(call, intent, method, Behaviour(call, method));
        }
        else
        {
            Fail(call, intent, method, Decline.Generic, charged: true);
        }
    }

    public static JsonObject ErrorBody(Decline decline, JsonObject method)
    {
        var error = new JsonObject
        {
            ["type"] = "card_error",
            ["code"] = decline.Code,
            ["doc_url"] = $"https://stripe.com/docs/error-codes/{decline.Code.Replace('_', '-')}",
            ["message"] = decline.Message,
            ["payment_method"] = method.DeepClone(),
        };
        if (decline.DeclineCode is not null)
        {
            error["decline_code"] = decline.DeclineCode;
        }

        return error;
    }

    public static JsonObject RedirectTo(Uri page, string returnUrl) => new()
    {
        ["type"] = "redirect_to_url",
        ["redirect_to_url"] = new JsonObject { ["url"] = page.ToString(), ["return_url"] = returnUrl },
    };

    private static StripeAnswer Attempt(StripeCall call, JsonObject intent, JsonObject method)
    {
        intent["last_payment_error"] = null;
        intent["next_action"] = null;
        if (Script.Take(call, "payment") is "processing")
        {
            intent["status"] = "processing";
            intent["processing"] = new JsonObject { ["type"] = "card", ["card"] = new JsonObject() };
            call.Save(intent);
            call.Happened("payment_intent.processing", intent);
            return StripeAnswer.Ok(intent);
        }

        var behaviour = Behaviour(call, method);
        switch (behaviour)
        {
            case CardBehaviour.DeclinedAtSetUp:
            case CardBehaviour.DeclinedWhenCharged:
                return Declined(call, intent, method, Decline.Generic);
            case CardBehaviour.InsufficientFunds:
                return Declined(call, intent, method, Decline.Funds);
            case CardBehaviour.Expired:
                return Declined(call, intent, method, Decline.Expired);
            case CardBehaviour.ProcessingError:
                return Declined(call, intent, method, Decline.Processing);
            case CardBehaviour.AuthenticatesAlways when call.Params.Flag("off_session"):
                return Declined(call, intent, method, Decline.AuthenticationRequired);
            case CardBehaviour.AuthenticatesAlways:
                string returnUrl = call.Params.Required("return_url");
                intent["status"] = "requires_action";
                call.Store.Put("return_url", intent.Text("id"), new ReturnUrl(returnUrl));
                intent["next_action"] = RedirectTo(new Uri(call.Address, $"/3ds/payment/{intent.Text("id")}"), returnUrl);
                call.Save(intent);
                call.Happened("payment_intent.requires_action", intent);
                return StripeAnswer.Ok(intent);
            default:
                Succeed(call, intent, method, behaviour);
                return StripeAnswer.Ok(intent);
        }
    }

    private static StripeAnswer Declined(StripeCall call, JsonObject intent, JsonObject method, Decline decline)
    {
        Fail(call, intent, method, decline, charged: true);
        var error = ErrorBody(decline, method);
        error["charge"] = intent.TextOrNull("latest_charge");
        error["payment_intent"] = intent.DeepClone();
        return new StripeAnswer(StatusCodes.Status402PaymentRequired, new JsonObject { ["error"] = error });
    }

    private static void Succeed(StripeCall call, JsonObject intent, JsonObject method, CardBehaviour behaviour)
    {
        var charge = StripeObjects.Charge(StripeCall.NewId("ch"), call.Now, intent, method);
        long amount = intent.Whole("amount");
        charge["status"] = "succeeded";
        charge["paid"] = true;
        charge["captured"] = true;
        charge["amount_captured"] = amount;
        charge["calculated_statement_descriptor"] = Descriptor(call, intent);
        charge["statement_descriptor_suffix"] = intent.TextOrNull("statement_descriptor_suffix");
        charge["balance_transaction"] = Book(call, "charge", "charge", charge.Text("id"), amount, ProcessingFee(amount), intent.TextOrNull("description") ?? "Payment").Text("id");
        call.Save(charge);
        intent["status"] = "succeeded";
        intent["amount_received"] = amount;
        intent["latest_charge"] = charge.Text("id");
        call.Save(intent);
        call.Happened("charge.succeeded", charge);
        call.Happened("payment_intent.succeeded", intent);
        if (behaviour == CardBehaviour.Disputed)
        {
            Dispute(call, charge, amount);
        }
    }

    /// <param name="charged">False when the bank never saw the charge.</param>
    private static void Fail(StripeCall call, JsonObject intent, JsonObject method, Decline decline, bool charged)
    {
        if (charged)
        {
            var charge = StripeObjects.Charge(StripeCall.NewId("ch"), call.Now, intent, method);
            charge["failure_code"] = decline.Code;
            charge["failure_message"] = decline.Message;
            charge["outcome"]!["network_status"] = "declined_by_network";
            charge["outcome"]!["reason"] = decline.DeclineCode ?? decline.Code;
            charge["outcome"]!["seller_message"] = decline.Message;
            charge["outcome"]!["type"] = "issuer_declined";
            charge["calculated_statement_descriptor"] = Descriptor(call, intent);
            call.Save(charge);
            intent["latest_charge"] = charge.Text("id");
            call.Happened("charge.failed", charge);
        }

        intent["status"] = "requires_payment_method";
        intent["payment_method"] = null;
        intent["last_payment_error"] = ErrorBody(decline, method);
        call.Save(intent);
        call.Happened("payment_intent.payment_failed", intent);
    }

    private static JsonObject Book(StripeCall call, string type, string category, string source, long amount, long fee, string description)
    {
        var transaction = StripeObjects.BalanceTransaction(StripeCall.NewId("txn"), call.Now, type, category, source, amount, fee, "cad", description);
        call.Save(transaction);
        return transaction;
    }

    /// <summary>2.9 % and 0.30, the processor's published Canadian price.</summary>
    private static long ProcessingFee(long amount) => (((amount * 29) + 500) / 1000) + 30;

    private static string Descriptor(StripeCall call, JsonObject intent) =>
        intent.TextOrNull("statement_descriptor_suffix") is { } suffix
            ? $"{call.Settings.StatementDescriptor}* {suffix}"
            : call.Settings.StatementDescriptor;

    private static CardBehaviour Behaviour(StripeCall call, JsonObject method) =>
        call.Store.Get<SavedBehaviour>("card_behaviour", method.Text("id"))!.Behaviour;

    private static StripeFailure Unexpected(JsonObject intent, string verb) => new(
        StatusCodes.Status400BadRequest,
        "invalid_request_error",
        $"You cannot {verb} this PaymentIntent because it has a status of {intent.Text("status")}.",
        "payment_intent_unexpected_state");

    /// <summary>Where the bank's page sends the cardholder, also when it is opened again after it was answered.</summary>
    internal sealed record ReturnUrl(string Url);

    private sealed record DueAt(string Refund, long At);
}

/// <summary>What the next payment or refund shall do, whatever its card; set by the control endpoints.</summary>
internal static class Script
{
    public static void Add(EmulatorStore.Session store, string subject, string outcome) => store.Put("script", subject, new Next(outcome));

    public static string? Take(StripeCall call, string subject)
    {
        string? outcome = call.Store.Get<Next>("script", subject)?.Outcome;
        if (outcome is not null)
        {
            call.Store.Remove("script", subject);
        }

        return outcome;
    }

    private sealed record Next(string Outcome);
}
