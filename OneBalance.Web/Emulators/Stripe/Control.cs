using System.Text.Json.Nodes;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>
/// Levers that the real service does not have: <c>/_control/...</c>, JSON in and out. With them a test, or a person trying
/// the product, makes happen what otherwise takes days or bad luck.
/// </summary>
internal static class Control
{
    public static void Map(WebApplication app, EmulatorStore store, StripeApi api, WebhookDelivery webhooks)
    {
        // The processor forgets idempotency keys after a day; here it forgets them at once.
        app.MapDelete("/_control/keys", () =>
        {
            store.Run(session => session.Clear("idempotency_key"));
            return TypedResults.NoContent();
        });

        app.MapGet("/_control/webhooks", webhooks.State);
        app.MapPost("/_control/webhooks", (ModeOrder order) =>
        {
            webhooks.Set(order.Mode);
            return TypedResults.NoContent();
        });
        app.MapPost("/_control/webhooks/release", (ReleaseOrder order) =>
        {
            webhooks.Release(order.Events ?? [], order.Reversed);
            return TypedResults.NoContent();
        });
        app.MapPost("/_control/webhooks/send", async (SendOrder order, CancellationToken ct) =>
        {
            var statuses = new List<int>();
            foreach (string id in order.Events)
            {
                for (int i = 0; i < order.Times; i++)
                {
                    statuses.Add(await webhooks.SendAsync(id, order.AgeSeconds, order.Secret, ct));
                }
            }

            return statuses;
        });

        // Saves a card as the hosted page does, without the page.
        app.MapPost("/_control/cards", (HttpRequest request, CardOrder order) => Answer(() => api.Do(StripeApi.Address(request), "", call =>
        {
            var customer = call.Find("customer", order.Customer) ?? throw StripeFailure.NoSuch("customer", order.Customer, "customer");
            var card = TestCards.Find(order.Number) ?? throw StripeFailure.Invalid("number", "Not a test card.");
            var method = StripeObjects.PaymentMethod(
                StripeCall.NewId("pm"), call.Now, card, order.ExpiryMonth, order.ExpiryYear, customer.TextOrNull("email"));
            method["customer"] = order.Customer;
            call.Save(method);
            call.Store.Put("card_behaviour", method.Text("id"), new SavedBehaviour(card.Behaviour));
            call.Happened("payment_method.attached", method);
            return method;
        })));

        // The next payment is left processing; settle it later. The next refund stays pending.
        app.MapPost("/_control/payments/next", (OutcomeOrder order) => Script(store, "payment", order));
        app.MapPost("/_control/refunds/next", (OutcomeOrder order) => Script(store, "refund", order));

        // As it is stored, whatever misbehaviour waits for the API's own callers.
        app.MapGet("/_control/payments/{id}", (HttpRequest request, string id) => Answer(() => api.Do(StripeApi.Address(request), id, call => call.Read("payment_intent", "payment_intent"))));
        app.MapPost("/_control/payments/{id}/settle", (HttpRequest request, string id, OutcomeOrder order) => Answer(() => api.Do(StripeApi.Address(request), id, call =>
        {
            var intent = call.Read("payment_intent", "payment_intent");
            Payments.Settle(call, intent, order.Outcome == "succeeded");
            return intent;
        })));
        app.MapPost("/_control/refunds/{id}/settle", (HttpRequest request, string id, OutcomeOrder order) => Answer(() => api.Do(StripeApi.Address(request), id, call =>
        {
            var refund = call.Read("refund", "refund");
            Payments.SettleRefund(call, refund, order.Outcome == "succeeded");
            return refund;
        })));
        app.MapPost("/_control/charges/{id}/dispute", (HttpRequest request, string id, DisputeOrder order) => Answer(() => api.Do(StripeApi.Address(request), id, call =>
        {
            var charge = call.Read("charge", "charge");
            return Payments.Dispute(call, charge, order.Amount ?? charge.Whole("amount"));
        })));
        app.MapPost("/_control/disputes/{id}/close", (HttpRequest request, string id, OutcomeOrder order) => Answer(() => api.Do(StripeApi.Address(request), id, call =>
            Payments.CloseDispute(call, call.Read("dispute", "dispute"), order.Outcome == "won"))));
    }

    private static Microsoft.AspNetCore.Http.HttpResults.NoContent Script(EmulatorStore store, string subject, OutcomeOrder order)
    {
        store.Run(session => Stripe.Script.Add(session, subject, order.Outcome));
        return TypedResults.NoContent();
    }

    private static IResult Answer(Func<JsonObject> work)
    {
        try
        {
            return TypedResults.Json(work());
        }
        catch (StripeFailure failure)
        {
            return TypedResults.Json(failure.Answer.Body, statusCode: failure.Answer.Status);
        }
    }

    private sealed record ModeOrder(WebhookMode Mode);

    private sealed record ReleaseOrder(IReadOnlyList<string>? Events = null, bool Reversed = false);

    private sealed record SendOrder(IReadOnlyList<string> Events, int Times = 1, int AgeSeconds = 0, string? Secret = null);

    private sealed record CardOrder(string Customer, string Number, int ExpiryMonth = 12, int ExpiryYear = 2039);

    private sealed record OutcomeOrder(string Outcome);

    private sealed record DisputeOrder(long? Amount = null);
}
