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

    private static readonly string[] Lists = ["payment_intents", "refunds", "disputes", "balance_transactions", "events", "customers"];

    /// <summary>Fields that no emulated object may leave empty.</summary>
    private static readonly string[] NeverNull = ["id", "object", "created", "livemode", "metadata", "status", "amount", "type"];

    [Fact]
    public async Task Every_object_has_the_published_fields_and_types()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var shapes = await ShapesAsync();
        var documents = await EveryObjectAsync(processor);

        Assert.Equal(shapes.Select(shape => shape.Key).Order(), documents.Select(document => document["object"]!.GetValue<string>()).Distinct().Order());
        Assert.All(documents, document => Assert.Equal([], Differences(shapes, document)));

        // What stands in a list was looked at too: a dispute's transactions, a balance's sums, what was expanded.
        Assert.Contains(documents, document => document["balance_transactions"] is JsonArray { Count: > 0 });
        Assert.Contains(documents, document => document["pending"] is JsonArray { Count: > 0 });
        Assert.Contains(documents, document => document["setup_intent"] is JsonObject intent && intent["payment_method"] is JsonObject);
        Assert.Contains(documents, document => document["last_payment_error"]?["payment_method"] is JsonObject);
    }

    [Fact]
    public async Task Every_list_has_the_published_form()
    {
        await using var processor = await EmulatedProcessor.StartAsync();
        var list = (await ShapesAsync())["charge"]!["refunds"]!.AsObject();
        await EveryObjectAsync(processor);
        foreach (string name in Lists)
        {
            var page = (await processor.CallAsync(HttpMethod.Get, $"/v1/{name}?limit=1")).Body;
            Assert.Equal(list.Select(field => (field.Key, Kind(field.Value!))).Order(), page.Select(field => (field.Key, Kind(field.Value!))).Order());
            Assert.Equal(("list", $"/v1/{name}"), (page["object"]!.GetValue<string>(), page["url"]!.GetValue<string>()));
        }
    }

    [Fact]
    public void The_comparison_of_shapes_finds_a_missing_field_a_wrong_type_and_an_empty_id()
    {
        var shapes = JsonNode.Parse("""{"thing":{"object":"thing","id":"x","amount":1,"card":{"brand":"visa"},"note":null}}""")!.AsObject();
        var document = JsonNode.Parse("""{"object":"thing","id":null,"amount":"1","card":{}}""")!.AsObject();
        Assert.Equal(
            ["thing.id is empty", "thing.amount is String, not Number", "thing.card.brand is missing", "thing.note is missing"],
            Differences(shapes, document));
    }

    [Fact]
    public void The_comparison_of_shapes_looks_at_every_element_of_a_list()
    {
        var shapes = JsonNode.Parse("""
            {"thing":{"object":"thing","names":["a"],"parts":[{"size":1,"tags":["x"]}],"others":[]},"other":{"object":"other","id":"x"}}
            """)!.AsObject();
        var document = JsonNode.Parse("""
            {"object":"thing","names":["b",2],"parts":[{"size":2,"tags":[]},{"size":"2","tags":[null]}],
             "others":[{"object":"other","id":"y"},{"object":"other"}],"held":{"object":"other","id":1}}
            """)!.AsObject();
        Assert.Equal(
            [
                "thing.names[1] is Number, not String",
                "thing.parts[1].size is String, not Number",
                "thing.parts[1].tags[0] is Null, not String",
                "thing.others[1]/other.id is missing",
                "thing.held is not published",
                "thing.held/other.id is Number, not String",
            ],
            Differences(shapes, document));
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
        string saved = await OpenCardPageAsync(processor, Language.English);
        await HostedPage.TypeCardAsync(processor, saved, "4242424242424242");
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
        documents.Add((await processor.CallAsync(HttpMethod.Get, $"/v1/checkout/sessions/{saved.Split('/')[^1]}?expand[]=setup_intent.payment_method")).Body);
        foreach (string list in Lists)
        {
            documents.AddRange((await processor.CallAsync(HttpMethod.Get, $"/v1/{list}?limit=100")).Body["data"]!.AsArray().Select(item => item!.AsObject()));
        }

        // Customers, cards, set-ups, sessions and charges as the events tell of them.
        documents.AddRange([.. documents.Where(document => document["object"]!.GetValue<string>() == "event").Select(document => document["data"]!["object"]!.AsObject())]);
        return documents;
    }

    private static async Task<JsonObject> ShapesAsync() =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "TestData", "processor-object-shapes.json")))!.AsObject();

    /// <summary>What an object gains in some states only: a failed refund names its failure.</summary>
    private static readonly string[] Sometimes = ["failure_reason", "failure_balance_transaction"];

    private static IReadOnlyList<string> Differences(JsonObject shapes, JsonObject document)
    {
        var differences = new List<string>();
        Published(document, "");
        return differences;

        // An object of a published kind, wherever it stands.
        void Published(JsonObject found, string at)
        {
            string kind = found["object"]!.GetValue<string>();
            var shape = shapes[kind]!.AsObject();
            string path = $"{at}{kind.Replace('.', '_')}";
            differences.AddRange(NeverNull.Where(name => shape[name] is not null && found.TryGetPropertyValue(name, out var value) && value is null).Select(name => $"{path}.{name} is empty"));
            Fields(shape, found, path);
            foreach (var (name, value) in found.Where(field => !shape.ContainsKey(field.Key) && !Sometimes.Contains(field.Key)))
            {
                differences.Add($"{path}.{name} is not published");
                Value(null, value, $"{path}.{name}");
            }
        }

        // Further fields are no fault here: the sample shows one variant of several, e.g. one kind of next action.
        void Fields(JsonObject shape, JsonObject found, string path)
        {
            foreach (var (name, sample) in shape)
            {
                if (!found.TryGetPropertyValue(name, out var value))
                {
                    differences.Add($"{path}.{name} is missing");
                }
                else if (value is not null && $"{path}.{name}" is { } here)
                {
                    // Metadata is whatever its owner wrote, and an event carries any object.
                    Value(name == "metadata" || (name == "data" && path.EndsWith("event", StringComparison.Ordinal)) ? null : sample, value, here);
                }
            }
        }

        // Without a sample only what says its kind can be compared.
        void Value(JsonNode? sample, JsonNode? value, string path)
        {
            if (value is JsonObject { } known && known["object"] is JsonValue kind && shapes.ContainsKey($"{kind}") && sample is not JsonObject)
            {
                // Named by its id, or the object itself where that was asked for.
                Published(known, $"{path}/");
            }
            else if (sample is not null && Kind(value) != Kind(sample))
            {
                differences.Add($"{path} is {Kind(value)}, not {Kind(sample)}");
            }
            else if (value is JsonObject fields && sample is JsonObject { Count: > 0 } shape)
            {
                Fields(shape, fields, path);
            }
            else if (value is JsonObject unspecified)
            {
                foreach (var (name, field) in unspecified)
                {
                    Value(null, field, $"{path}.{name}");
                }
            }
            else if (value is JsonArray elements)
            {
                var first = sample is JsonArray { Count: > 0 } samples ? samples[0] : null;
                for (int i = 0; i < elements.Count; i++)
                {
                    Value(first, elements[i], $"{path}[{i}]");
                }
            }
        }
    }

    private static JsonValueKind Kind(JsonNode? node) => (node?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.False => JsonValueKind.True,
        var kind => kind,
    };
}
