using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OneBalance.Core;
using OneBalance.Tests.Web.Integrations.Stripe;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Emulators.Stripe;

/// <summary>The emulated processor on the wire: objects, errors, keys and pages as the real one has them.</summary>
public sealed class StripeEmulatorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Fields that no emulated object may leave empty.</summary>
    private static readonly string[] NeverNull = ["id", "object", "created", "livemode", "metadata", "status", "amount", "type"];

    [Fact]
    public async Task Every_object_has_the_published_fields_and_types()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var shapes = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "TestData", "processor-object-shapes.json")))!.AsObject();
        var documents = await EveryObjectAsync(processor);

        Assert.Equal(shapes.Select(shape => shape.Key).Order(), documents.Select(document => document["object"]!.GetValue<string>()).Distinct().Order());
        Assert.All(documents, document =>
        {
            string kind = document["object"]!.GetValue<string>();
            Assert.Equal([], Differences(shapes[kind]!, document, kind.Replace('.', '_')));
        });
    }

    [Fact]
    public void The_comparison_of_shapes_finds_a_missing_field_a_wrong_type_and_an_empty_id()
    {
        var shape = JsonNode.Parse("""{"id":"x","amount":1,"card":{"brand":"visa"},"note":null}""")!;
        var document = JsonNode.Parse("""{"id":null,"amount":"1","card":{}}""")!;
        Assert.Equal(
            ["thing.id is empty", "thing.amount is String, not Number", "thing.card.brand is missing", "thing.note is missing"],
            Differences(shape, document, "thing"));
    }

    [Fact]
    public async Task Errors_have_the_processors_form()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var missing = await processor.CallAsync(HttpMethod.Get, "/v1/payment_intents/pi_unknown");
        Assert.Equal(HttpStatusCode.NotFound, missing.Status);
        Assert.Equal("resource_missing", missing.Body["error"]!["code"]!.GetValue<string>());

        var unknown = await processor.CallAsync(HttpMethod.Post, "/v1/customers", new() { ["colour"] = "blue" });
        Assert.Equal(HttpStatusCode.BadRequest, unknown.Status);
        Assert.Equal(("parameter_unknown", "colour"), (unknown.Body["error"]!["code"]!.GetValue<string>(), unknown.Body["error"]!["param"]!.GetValue<string>()));

        var order = await processor.OrderAsync("4000000000009995");
        var declined = await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", Payment(order));
        Assert.Equal(HttpStatusCode.PaymentRequired, declined.Status);
        var error = declined.Body["error"]!;
        Assert.Equal(("card_error", "card_declined", "insufficient_funds"), (error["type"]!.GetValue<string>(), error["code"]!.GetValue<string>(), error["decline_code"]!.GetValue<string>()));
        Assert.Equal("requires_payment_method", error["payment_intent"]!["status"]!.GetValue<string>());

        using var anonymous = await processor.Browser.GetAsync("/v1/account");
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task A_card_payment_with_a_statement_descriptor_is_refused()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var form = Payment(await processor.OrderAsync("4242424242424242"));
        form["statement_descriptor"] = "STAMPS";
        var answer = await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("statement_descriptor", answer.Body["error"]!["param"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_key_repeats_its_answer_until_it_is_forgotten()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var form = Payment(await processor.OrderAsync("4242424242424242"));
        var first = await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-1");
        var second = await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-1");
        Assert.True(JsonNode.DeepEquals(first.Body, second.Body));

        form["amount"] = "9999";
        var changed = await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-1");
        Assert.Equal((HttpStatusCode.BadRequest, "idempotency_error"), (changed.Status, changed.Body["error"]!["type"]!.GetValue<string>()));

        Assert.Equal(HttpStatusCode.NoContent, (await processor.Browser.DeleteAsync("/_control/keys")).StatusCode);
        var forgotten = await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-1");
        Assert.Equal(HttpStatusCode.OK, forgotten.Status);
        Assert.NotEqual(first.Body["id"]!.GetValue<string>(), forgotten.Body["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_server_error_is_kept_for_its_key_too()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var form = Payment(await processor.OrderAsync("4242424242424242"));
        await processor.AddFaultAsync(new Fault(FaultKind.Status, "POST", "/v1/payment_intents", Status: 500));
        Assert.Equal(HttpStatusCode.InternalServerError, (await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-1")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await processor.CallAsync(HttpMethod.Post, "/v1/payment_intents", form, "key-2")).Status);
    }

    [Theory]
    [InlineData("4242424242424241", "12/34", "123", "number")]
    [InlineData("4111111111111111", "12/34", "123", "number")]
    [InlineData("4242424242424242", "10/26", "123", "expiry")]
    [InlineData("4242424242424242", "13/34", "123", "expiry")]
    [InlineData("4242424242424242", "12/34", "12", "cvc")]
    public async Task The_hosted_page_takes_only_test_cards_and_keeps_what_was_typed(string number, string expiry, string cvc, string field)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string url = await OpenCardPageAsync(processor, Language.English);
        var answer = await HostedPage.TypeCardAsync(processor, url, number, expiry, cvc);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains($"href=\"#{field}\"", answer.Html);
        Assert.Contains($"value=\"{number}\"", answer.Html);
    }

    [Fact]
    public async Task A_card_is_good_until_the_end_of_its_month()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await HostedPage.TypeCardAsync(processor, await OpenCardPageAsync(processor, Language.English), "4242424242424242", "11 / 26")).Status);
    }

    [Fact]
    public async Task A_card_declined_at_set_up_stays_on_the_page_and_another_can_be_used()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string url = await OpenCardPageAsync(processor, Language.English);
        var declined = await HostedPage.TypeCardAsync(processor, url, "4000000000000002");
        Assert.Equal(HttpStatusCode.PaymentRequired, declined.Status);
        Assert.Contains("Your card was declined", declined.Html);
        Assert.Equal(HttpStatusCode.Redirect, (await HostedPage.TypeCardAsync(processor, url, "4242424242424242")).Status);
    }

    [Fact]
    public async Task A_card_that_authenticates_at_set_up_asks_the_bank_first()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string url = await OpenCardPageAsync(processor, Language.English);
        var toBank = await HostedPage.TypeCardAsync(processor, url, "4000002500003155");
        Assert.StartsWith("/3ds/setup/", toBank.Location);
        var refused = await HostedPage.AnswerBankAsync(processor, toBank.Location!, complete: false);
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.Status);
        toBank = await HostedPage.TypeCardAsync(processor, url, "4000002500003155");
        var confirmed = await HostedPage.AnswerBankAsync(processor, toBank.Location!, complete: true);
        Assert.StartsWith("http://localhost:5080/cards/return?session=cs_test_", confirmed.Location);
        var again = await HostedPage.AnswerBankAsync(processor, toBank.Location!, complete: true);
        Assert.Equal(confirmed.Location, again.Location);
    }

    [Theory]
    [InlineData(Language.English, "<html lang=\"en-CA\">", "Save card")]
    [InlineData(Language.French, "<html lang=\"fr-CA\">", "Enregistrer la carte")]
    public async Task The_hosted_page_speaks_the_merchants_language(Language language, string tag, string button)
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string html = WebUtility.HtmlDecode(await processor.Browser.GetStringAsync(await OpenCardPageAsync(processor, language)));
        Assert.Contains(tag, html);
        Assert.Contains(button, html);
        Assert.DoesNotContain("<script", html);
    }

    [Fact]
    public async Task Typing_the_card_twice_saves_it_once()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        string url = await OpenCardPageAsync(processor, Language.English);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => HostedPage.TypeCardAsync(processor, url, "4242424242424242")));
        Assert.Single(answers.Select(answer => answer.Location).Distinct());
        var events = await processor.CallAsync(HttpMethod.Get, "/v1/events?type=payment_method.attached");
        Assert.Single(events.Body["data"]!.AsArray());
    }

    [Fact]
    public async Task No_card_number_is_stored()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        await HostedPage.TypeCardAsync(processor, await OpenCardPageAsync(processor, Language.English), "4242 4242 4242 4242");
        string state = System.Text.Encoding.Latin1.GetString(await processor.ReadStateAsync());
        Assert.Contains("\"last4\":\"4242\"", state);
        Assert.DoesNotContain("4242424242424242", state);
        Assert.DoesNotContain("4242 4242 4242 4242", state);
    }

    private static async Task<string> OpenCardPageAsync(EmulatedProcessor processor, Language language)
    {
        string customer = await processor.CreateCustomerAsync();
        return (await processor.Client.StartCardSetupAsync(
            customer, "http://localhost:5080/cards/return?session={CHECKOUT_SESSION_ID}", "http://localhost:5080/cards", language, $"setup-{Guid.NewGuid():N}", None)).Value().Url;
    }

    private static Dictionary<string, string> Payment(ChargeOrder order) => new()
    {
        ["amount"] = "5000",
        ["currency"] = "cad",
        ["customer"] = order.CustomerId,
        ["payment_method"] = order.PaymentMethodId,
        ["confirm"] = "true",
    };

    /// <summary>At least one of each kind, in each of its states that differ in fields.</summary>
    private static async Task<IReadOnlyList<JsonObject>> EveryObjectAsync(EmulatedProcessor processor)
    {
        await HostedPage.TypeCardAsync(processor, await OpenCardPageAsync(processor, Language.English), "4242424242424242");
        await HostedPage.TypeCardAsync(processor, await OpenCardPageAsync(processor, Language.English), "4000000000000002");
        await HostedPage.TypeCardAsync(processor, await OpenCardPageAsync(processor, Language.English), "4000002500003155");
        string page = await OpenCardPageAsync(processor, Language.French);
        foreach (string number in (string[])["4242424242424242", "4000000000000341", "4000002760003184", "4000000000000259"])
        {
            var payment = (await processor.Client.ChargeAsync(await processor.OrderAsync(number), None)).Value();
            if (number == "4242424242424242")
            {
                await processor.Client.RefundAsync(payment.Id, new Money(1_00), "refund-1", None);
            }
        }

        var documents = new List<JsonObject>
        {
            (await processor.CallAsync(HttpMethod.Get, "/v1/account")).Body,
            (await processor.CallAsync(HttpMethod.Get, "/v1/balance")).Body,
            (await processor.CallAsync(HttpMethod.Get, $"/v1/checkout/sessions/{page.Split('/')[^1]}")).Body,
        };
        foreach (string list in (string[])["payment_intents", "refunds", "disputes", "balance_transactions", "events"])
        {
            documents.AddRange((await processor.CallAsync(HttpMethod.Get, $"/v1/{list}?limit=100")).Body["data"]!.AsArray().Select(item => item!.AsObject()));
        }

        // Customers, cards, set-ups, sessions and charges as the events tell of them.
        documents.AddRange([.. documents.Where(document => document["object"]!.GetValue<string>() == "event").Select(document => document["data"]!["object"]!.AsObject())]);
        return documents;
    }

    private static IReadOnlyList<string> Differences(JsonNode shape, JsonNode document, string path)
    {
        var differences = new List<string>();
        foreach (var (name, sample) in shape.AsObject())
        {
            string here = $"{path}.{name}";
            // An event carries any object; metadata is whatever its owner wrote.
            if (here == "event.data" || (name == "metadata" && document is JsonObject { } owner && owner.ContainsKey("metadata")))
            {
                continue;
            }

            if (!document.AsObject().TryGetPropertyValue(name, out var value))
            {
                differences.Add($"{here} is missing");
            }
            else if (value is null)
            {
                if (sample is not null && path.IndexOf('.') < 0 && NeverNull.Contains(name))
                {
                    differences.Add($"{here} is empty");
                }
            }
            else if (sample is not null && Kind(value) != Kind(sample))
            {
                differences.Add($"{here} is {Kind(value)}, not {Kind(sample)}");
            }
            else if (value is JsonObject && sample is JsonObject)
            {
                differences.AddRange(Differences(sample, value, here));
            }
        }

        if (path.IndexOf('.') < 0)
        {
            // What an object gains in some states only: a failed refund names its failure.
            string[] sometimes = ["failure_reason", "failure_balance_transaction"];
            differences.AddRange(document.AsObject().Select(field => field.Key).Where(name => !shape.AsObject().ContainsKey(name) && !sometimes.Contains(name)).Select(name => $"{path}.{name} is not published"));
        }

        return differences;
    }

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.False => JsonValueKind.True,
        var kind => kind,
    };
}
