using System.Text.Json.Nodes;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>The account itself, customers, their saved cards, and the sessions in which cards are saved.</summary>
internal static class Customers
{
    public static StripeAnswer Account(StripeCall call) => StripeAnswer.Ok(StripeObjects.Account(call.Settings.StatementDescriptor));

    public static StripeAnswer Create(StripeCall call)
    {
        call.Params.Allow("email", "name", "metadata", "preferred_locales", "description", "phone");
        var customer = StripeObjects.Customer(
            StripeCall.NewId("cus"), call.Now, call.Params["email"], call.Params["name"], call.Params.Map("metadata"));
        call.Save(customer);
        call.Happened("customer.created", customer);
        return StripeAnswer.Ok(customer);
    }

    public static StripeAnswer Read(StripeCall call) => StripeAnswer.Ok(call.Read("customer", "customer"));

    public static StripeAnswer List(StripeCall call)
    {
        call.Params.Allow(["email", .. Lists.Parameters]);
        return Lists.Answer(call, "/v1/customers", "customer", "email");
    }

    public static StripeAnswer ListCards(StripeCall call)
    {
        call.Params.Allow(["customer", "type", .. Lists.Parameters]);
        string? customer = call.Params["customer"] ?? (call.Id.Length > 0 ? call.Id : throw StripeFailure.Missing("customer"));
        return Lists.Answer(call, "/v1/payment_methods", "payment_method", [("customer", [customer])]);
    }

    public static StripeAnswer ReadCard(StripeCall call) => StripeAnswer.Ok(call.Read("payment_method", "PaymentMethod"));

    public static StripeAnswer DetachCard(StripeCall call)
    {
        call.Params.Allow();
        var card = call.Read("payment_method", "PaymentMethod");
        if (card.TextOrNull("customer") is null)
        {
            throw new StripeFailure(
                StatusCodes.Status400BadRequest,
                "invalid_request_error",
                "The payment method you provided is not attached to a customer so detachment is impossible.");
        }

        card["customer"] = null;
        call.Save(card);
        call.Happened("payment_method.detached", card);
        return StripeAnswer.Ok(card);
    }

    public static StripeAnswer CreateSession(StripeCall call)
    {
        call.Params.Allow("mode", "currency", "customer", "success_url", "cancel_url", "locale", "allowed_payment_method_types", "payment_method_types", "metadata", "client_reference_id");
        if (call.Params.Required("mode") != "setup")
        {
            throw StripeFailure.Invalid("mode", "Only mode=setup is emulated.");
        }

        var customer = call.Referenced("customer", "customer", "customer");
        string success = call.Params.Required("success_url");
        if (!Uri.TryCreate(success.Replace("{CHECKOUT_SESSION_ID}", "id"), UriKind.Absolute, out _))
        {
            throw StripeFailure.Invalid("success_url", "Not a valid URL", "url_invalid");
        }

        var intent = StripeObjects.SetupIntent(StripeCall.NewId("seti"), call.Now, customer.Text("id"));
        call.Save(intent);
        string id = StripeCall.NewId("cs_test");
        var session = StripeObjects.CheckoutSession(id, call.Now, customer, intent.Text("id"), new Uri(call.Address, $"/c/pay/{id}").ToString());
        session["success_url"] = success;
        session["cancel_url"] = call.Params["cancel_url"];
        session["currency"] = call.Params["currency"];
        session["locale"] = call.Params["locale"];
        session["metadata"] = call.Params.Map("metadata");
        session["client_reference_id"] = call.Params["client_reference_id"];
        call.Save(session);
        return StripeAnswer.Ok(session);
    }

    public static StripeAnswer ReadSession(StripeCall call) => StripeAnswer.Ok(ExpireIfDue(call, call.Read("checkout.session", "checkout.session")));

    public static StripeAnswer ExpireSession(StripeCall call)
    {
        var session = call.Read("checkout.session", "checkout.session");
        return session.Text("status") == "open"
            ? StripeAnswer.Ok(Expire(call, session))
            : throw new StripeFailure(
                StatusCodes.Status400BadRequest,
                "invalid_request_error",
                $"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{session.Text("status")}`.");
    }

    public static StripeAnswer ReadSetupIntent(StripeCall call) => StripeAnswer.Ok(call.Read("setup_intent", "setupintent"));

    /// <summary>A session lives for 24 hours.</summary>
    public static JsonObject ExpireIfDue(StripeCall call, JsonObject session) =>
        session.Text("status") == "open" && session.Whole("expires_at") <= call.Now ? Expire(call, session) : session;

    /// <summary>A card was typed on the hosted page: saved, refused, or the bank wants to ask first.</summary>
    public static CardTaken TakeCard(StripeCall call, JsonObject session, TestCard card, int month, int year)
    {
        var intent = call.Find("setup_intent", session.Text("setup_intent"))!;
        string? email = call.Find("customer", session.Text("customer"))?.TextOrNull("email");
        var method = StripeObjects.PaymentMethod(StripeCall.NewId("pm"), call.Now, card, month, year, email);
        call.Save(method);
        call.Store.Put("card_behaviour", method.Text("id"), new SavedBehaviour(card.Behaviour));
        switch (card.Behaviour)
        {
            case CardBehaviour.DeclinedAtSetUp:
                intent["status"] = "requires_payment_method";
                intent["last_setup_error"] = Payments.ErrorBody(Decline.Generic, method);
                call.Save(intent);
                call.Happened("setup_intent.setup_failed", intent);
                return CardTaken.Declined;
            case CardBehaviour.AuthenticatesAtSetUp:
                intent["status"] = "requires_action";
                intent["payment_method"] = method.Text("id");
                intent["next_action"] = Payments.RedirectTo(new Uri(call.Address, $"/3ds/setup/{intent.Text("id")}"), session.Text("url"));
                call.Save(intent);
                call.Happened("setup_intent.requires_action", intent);
                return CardTaken.MustAuthenticate;
            default:
                Complete(call, session, intent, method);
                return CardTaken.Saved;
        }
    }

    /// <summary>The bank's page was answered while saving a card.</summary>
    public static void Authenticated(StripeCall call, JsonObject session, JsonObject intent, bool confirmed)
    {
        var method = call.Find("payment_method", intent.Text("payment_method"))!;
        intent["next_action"] = null;
        if (confirmed)
        {
            Complete(call, session, intent, method);
            return;
        }

        intent["status"] = "requires_payment_method";
        intent["payment_method"] = null;
        intent["last_setup_error"] = Payments.ErrorBody(Decline.AuthenticationFailed with { Code = "setup_intent_authentication_failure" }, method);
        call.Save(intent);
        call.Happened("setup_intent.setup_failed", intent);
    }

    public static JsonObject? SessionOf(StripeCall call, string setupIntent) =>
        call.Store.Page<JsonObject>("checkout.session", Wanted.Where("setup_intent", setupIntent), 1).FirstOrDefault();

    private static void Complete(StripeCall call, JsonObject session, JsonObject intent, JsonObject method)
    {
        method["customer"] = session.Text("customer");
        call.Save(method);
        intent["status"] = "succeeded";
        intent["payment_method"] = method.Text("id");
        intent["last_setup_error"] = null;
        call.Save(intent);
        session["status"] = "complete";
        session["url"] = null;
        call.Save(session);
        call.Happened("payment_method.attached", method);
        call.Happened("setup_intent.succeeded", intent);
        call.Happened("checkout.session.completed", session);
    }

    private static JsonObject Expire(StripeCall call, JsonObject session)
    {
        session["status"] = "expired";
        session["url"] = null;
        call.Save(session);
        call.Happened("checkout.session.expired", session);
        return session;
    }
}

internal enum CardTaken
{
    Saved,
    Declined,
    MustAuthenticate,
}

internal sealed record SavedBehaviour(CardBehaviour Behaviour);
