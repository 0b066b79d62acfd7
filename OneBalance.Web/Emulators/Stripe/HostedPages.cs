using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>
/// The pages that a cardholder sees at the processor and at the bank: plain HTML, no script, nothing from elsewhere. A card
/// number is compared with the test cards and forgotten.
/// </summary>
internal static class HostedPages
{
    public static void Map(WebApplication app, StripeApi api)
    {
        app.MapGet("/c/pay/{id}", (HttpRequest request, string id) => ShowCardPage(api, request, id));
        app.MapPost("/c/pay/{id}", (HttpRequest request, string id) => TakeCardAsync(api, request, id));
        app.MapGet("/3ds/setup/{id}", (HttpRequest request, string id) => ShowBankPageForSetUp(api, request, id));
        app.MapPost("/3ds/setup/{id}", (HttpRequest request, string id) => AnswerForSetUpAsync(api, request, id));
        app.MapGet("/3ds/payment/{id}", (HttpRequest request, string id) => ShowBankPageForPayment(api, request, id));
        app.MapPost("/3ds/payment/{id}", (HttpRequest request, string id) => AnswerForPaymentAsync(api, request, id));
    }

    private static IResult ShowCardPage(StripeApi api, HttpRequest request, string id)
    {
        var session = api.Do(StripeApi.Address(request), id, call => Session(call));
        if (session is null)
        {
            return Html(PageWords.For(request, null), words => Notice(words, words.NotFound), StatusCodes.Status404NotFound);
        }

        var page = PageWords.For(request, session.TextOrNull("locale"));
        return session.Text("status") switch
        {
            "open" => Html(page, words => CardForm(words, session, new CardInput("", "", ""), [])),
            "complete" => TypedResults.Redirect(SuccessUrl(session)),
            _ => Html(page, words => Notice(words, words.Expired, session.TextOrNull("cancel_url")), StatusCodes.Status410Gone),
        };
    }

    private static async Task<IResult> TakeCardAsync(StripeApi api, HttpRequest request, string id)
    {
        var form = await request.ReadFormAsync();
        var input = new CardInput(form["number"].ToString(), form["expiry"].ToString(), form["cvc"].ToString());
        return api.Do<IResult>(StripeApi.Address(request), id, call =>
        {
            if (Session(call) is not { } session)
            {
                return Html(PageWords.For(request, null), words => Notice(words, words.NotFound), StatusCodes.Status404NotFound);
            }

            var page = PageWords.For(request, session.TextOrNull("locale"));
            if (session.Text("status") == "complete")
            {
                return TypedResults.Redirect(SuccessUrl(session));
            }

            if (session.Text("status") != "open")
            {
                return Html(page, words => Notice(words, words.Expired, session.TextOrNull("cancel_url")), StatusCodes.Status410Gone);
            }

            var errors = new List<FieldError>();
            var card = TestCards.Find(string.Concat(input.Number.Where(char.IsAsciiDigit)));
            if (card is null)
            {
                errors.Add(new FieldError("number", page.NotATestCard));
            }

            var expiry = input.ReadExpiry();
            var today = DateTimeOffset.FromUnixTimeSeconds(call.Now);
            if (expiry is null || expiry.Value.Year * 12 + expiry.Value.Month < today.Year * 12 + today.Month)
            {
                errors.Add(new FieldError("expiry", page.BadExpiry));
            }

            if (input.Cvc.Trim() is not { Length: 3 or 4 } cvc || !cvc.All(char.IsAsciiDigit))
            {
                errors.Add(new FieldError("cvc", page.BadCvc));
            }

            if (errors.Count > 0)
            {
                return Html(page, words => CardForm(words, session, input, errors), StatusCodes.Status400BadRequest);
            }

            return Customers.TakeCard(call, session, card!, expiry!.Value.Month, expiry.Value.Year) switch
            {
                CardTaken.Saved => TypedResults.Redirect(SuccessUrl(session)),
                CardTaken.Declined => Html(page, words => CardForm(words, session, input, [new FieldError("number", page.Declined)]), StatusCodes.Status402PaymentRequired),
                CardTaken.MustAuthenticate => TypedResults.Redirect($"/3ds/setup/{session.Text("setup_intent")}"),
                _ => throw new InvalidOperationException("Unknown outcome."),
            };
        });
    }

    private static IResult ShowBankPageForSetUp(StripeApi api, HttpRequest request, string id)
    {
        var (session, intent) = api.Do(StripeApi.Address(request), id, call => (Customers.SessionOf(call, id), call.Find("setup_intent", id)));
        var page = PageWords.For(request, session?.TextOrNull("locale"));
        if (session is null || intent is null)
        {
            return Html(page, words => Notice(words, words.NotFound), StatusCodes.Status404NotFound);
        }

        return intent.Text("status") == "requires_action"
            ? Html(page, words => BankForm(words, words.BankSetUp))
            : TypedResults.Redirect(AfterSetUp(session));
    }

    private static async Task<IResult> AnswerForSetUpAsync(StripeApi api, HttpRequest request, string id)
    {
        bool confirmed = (await request.ReadFormAsync())["answer"] == "complete";
        return api.Do<IResult>(StripeApi.Address(request), id, call =>
        {
            if (Customers.SessionOf(call, id) is not { } session || call.Find("setup_intent", id) is not { } intent)
            {
                return Html(PageWords.For(request, null), words => Notice(words, words.NotFound), StatusCodes.Status404NotFound);
            }

            if (intent.Text("status") == "requires_action")
            {
                Customers.Authenticated(call, session, intent, confirmed);
                if (!confirmed)
                {
                    var page = PageWords.For(request, session.TextOrNull("locale"));
                    return Html(
                        page,
                        words => CardForm(words, session, new CardInput("", "", ""), [new FieldError("number", page.NotAuthenticated)]),
                        StatusCodes.Status402PaymentRequired);
                }
            }

            return TypedResults.Redirect(AfterSetUp(session));
        });
    }

    private static IResult ShowBankPageForPayment(StripeApi api, HttpRequest request, string id)
    {
        var (intent, locale) = api.Do(StripeApi.Address(request), id, call => (call.Find("payment_intent", id), LocaleOf(call, call.Find("payment_intent", id))));
        var page = PageWords.For(request, locale);
        return intent?.Text("status") switch
        {
            null => Html(page, words => Notice(words, words.NotFound), StatusCodes.Status404NotFound),
            "requires_action" => Html(page, words => BankForm(words, words.BankPayment(intent.Whole("amount")))),
            _ => api.Do<IResult>(StripeApi.Address(request), id, call => AfterPayment(call, page, intent)),
        };
    }

    private static async Task<IResult> AnswerForPaymentAsync(StripeApi api, HttpRequest request, string id)
    {
        bool confirmed = (await request.ReadFormAsync())["answer"] == "complete";
        return api.Do<IResult>(StripeApi.Address(request), id, call =>
        {
            var page = PageWords.For(request, LocaleOf(call, call.Find("payment_intent", id)));
            if (call.Find("payment_intent", id) is not { } intent)
            {
                return Html(page, words => Notice(words, words.NotFound), StatusCodes.Status404NotFound);
            }

            if (intent.Text("status") == "requires_action")
            {
                Payments.Authenticated(call, intent, confirmed);
            }

            return AfterPayment(call, page, intent);
        });
    }

    private static JsonObject? Session(StripeCall call) =>
        call.Find("checkout.session", call.Id) is { } session ? Customers.ExpireIfDue(call, session) : null;

    /// <summary>The bank speaks the language in which the card was saved.</summary>
    private static string? LocaleOf(StripeCall call, JsonObject? intent) => intent?.TextOrNull("customer") is { } customer
        ? call.Store.Page<JsonObject>("checkout.session", Wanted.Where("customer", customer), 1).FirstOrDefault()?.TextOrNull("locale")
        : null;

    private static string SuccessUrl(JsonObject session) => session.Text("success_url").Replace("{CHECKOUT_SESSION_ID}", session.Text("id"));

    private static string AfterSetUp(JsonObject session) =>
        session.Text("status") == "complete" ? SuccessUrl(session) : session.TextOrNull("url") ?? SuccessUrl(session);

    private static IResult AfterPayment(StripeCall call, PageWords page, JsonObject intent) =>
        call.Store.Get<Payments.ReturnUrl>("return_url", intent.Text("id")) is { } back
            ? TypedResults.Redirect(QueryHelpers.AddQueryString(back.Url, new Dictionary<string, string?>
            {
                ["payment_intent"] = intent.Text("id"),
                ["payment_intent_client_secret"] = intent.Text("client_secret"),
                ["redirect_status"] = intent.Text("status") == "succeeded" ? "succeeded" : "failed",
            }))
            : Html(page, words => Notice(words, words.NotFound), StatusCodes.Status404NotFound);

    private static string CardForm(PageWords words, JsonObject session, CardInput input, IReadOnlyList<FieldError> errors)
    {
        string summary = errors.Count == 0 ? "" : $"""
            <div class="errors" role="alert" tabindex="-1" id="errors"><p>{E(words.PleaseCorrect)}</p><ul>{string.Concat(errors.Select(error => $"<li><a href=\"#{error.Field}\">{E(error.Message)}</a></li>"))}</ul></div>
            """;
        string cancel = session.TextOrNull("cancel_url") is { Length: > 0 } url
            ? $"<p><a class=\"quiet\" href=\"{E(url)}\">{E(words.Cancel)}</a></p>"
            : "";
        return $"""
            <h1>{E(words.CardTitle)}</h1>
            <p>{E(words.CardIntroduction)}</p>
            {summary}
            <form method="post" action="/c/pay/{E(session.Text("id"))}" novalidate>
            {Field("number", words.Number, input.Number, "cc-number", "4242 4242 4242 4242", errors)}
            <div class="row">
            {Field("expiry", words.Expiry, input.Expiry, "cc-exp", words.ExpiryHint, errors)}
            {Field("cvc", words.Cvc, input.Cvc, "cc-csc", words.CvcHint, errors)}
            </div>
            <button type="submit" class="primary">{E(words.Save)}</button>
            </form>
            {cancel}
            <details{(errors.Any(error => error.Field == "number") ? " open" : "")}><summary>{E(words.TestCardsTitle)}</summary>
            <table><thead><tr><th scope="col">{E(words.Number)}</th><th scope="col">{E(words.Behaviour)}</th></tr></thead><tbody>
            {string.Concat(TestCards.All.Select(card => $"<tr><td>{Grouped(card.Number)}</td><td>{E(words.Describe(card.Behaviour))}</td></tr>"))}
            </tbody></table></details>
            """;
    }

    private static string Field(string name, string label, string value, string autocomplete, string hint, IReadOnlyList<FieldError> errors)
    {
        var error = errors.FirstOrDefault(candidate => candidate.Field == name);
        return $"""
            <div class="field"><label for="{name}">{E(label)}</label>
            <input id="{name}" name="{name}" type="text" inputmode="numeric" autocomplete="{autocomplete}" value="{E(value)}" required aria-describedby="{name}-help"{(error is null ? "" : " aria-invalid=\"true\"")}>
            <p class="{(error is null ? "hint" : "error")}" id="{name}-help">{E(error?.Message ?? hint)}</p></div>
            """;
    }

    private static string BankForm(PageWords words, string question) => $"""
        <h1>{E(words.BankTitle)}</h1>
        <p>{E(question)}</p>
        <form method="post">
        <button type="submit" class="primary" name="answer" value="complete">{E(words.Complete)}</button>
        <button type="submit" class="secondary" name="answer" value="fail">{E(words.Fail)}</button>
        </form>
        """;

    private static string Notice(PageWords words, string text, string? back = null) => $"""
        <h1>{E(words.NoticeTitle)}</h1><p>{E(text)}</p>{(back is { Length: > 0 } ? $"<p><a href=\"{E(back)}\">{E(words.Cancel)}</a></p>" : "")}
        """;

    private static IResult Html(PageWords words, Func<PageWords, string> body, int status = StatusCodes.Status200OK) => TypedResults.Content(
        $$"""
        <!DOCTYPE html>
        <html lang="{{words.Language}}">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <title>{{E(words.Title)}}</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; --back: #f4f4f8; --paper: #fff; --ink: #1f2028; --soft: #51525c; --line: #8a8b95; --brand: #4338ca; --on-brand: #fff; --bad: #c62828; --mark: #b45309; }
        @media (prefers-color-scheme: dark) { :root { --back: #1f2028; --paper: #32333d; --ink: #f4f4f8; --soft: #c9cad0; --line: #9a9ba6; --brand: #a5a0ff; --on-brand: #1f2028; --bad: #ff8a80; --mark: #ffb84d; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        .sandbox { border-bottom: 3px solid var(--mark); padding: .5rem 1rem; background: var(--paper); }
        .sandbox strong { letter-spacing: .06em; text-transform: uppercase; }
        main { max-width: 28rem; margin: 2rem auto; padding: 1.5rem; background: var(--paper); border-radius: .75rem; }
        h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
        label { display: block; font-weight: 600; margin-top: 1rem; }
        input { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; font-variant-numeric: tabular-nums; }
        input[aria-invalid] { border: 2px solid var(--bad); }
        .row { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
        .hint, .error { margin: .25rem 0 0; font-size: .875rem; color: var(--soft); }
        .error, .errors { color: var(--bad); }
        .errors { border-left: 4px solid var(--bad); padding: .25rem 1rem; }
        .errors a { color: inherit; }
        button { width: 100%; min-height: 2.75rem; margin-top: 1.25rem; font: inherit; font-weight: 600; border-radius: .4rem; cursor: pointer; }
        .primary { background: var(--brand); color: var(--on-brand); border: 1px solid var(--brand); }
        .secondary { background: transparent; color: var(--ink); border: 1px solid var(--line); }
        a { color: var(--brand); }
        :focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
        details { margin-top: 1.5rem; }
        summary { min-height: 1.75rem; cursor: pointer; }
        table { width: 100%; border-collapse: collapse; font-size: .875rem; }
        th, td { text-align: left; padding: .35rem .5rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        @media (max-width: 24rem) { main { margin: 0; border-radius: 0; padding: 1rem; } .row { grid-template-columns: 1fr; gap: 0; } }
        </style>
        </head>
        <body>
        <header class="sandbox"><strong>{{E(words.Sandbox)}}</strong> {{E(words.SandboxMeans)}}</header>
        <main>
        {{body(words)}}
        </main>
        </body>
        </html>
        """,
        "text/html; charset=utf-8",
        statusCode: status);

    private static string Grouped(string number) => string.Join(' ', number.Chunk(4).Select(group => new string(group)));

    private static string E(string text) => HtmlEncoder.Default.Encode(text);

    private sealed record FieldError(string Field, string Message);

    private sealed record CardInput(string Number, string Expiry, string Cvc)
    {
        /// <summary>Reads <c>MM/YY</c> or <c>MM/YYYY</c>, with or without the slash.</summary>
        public (int Month, int Year)? ReadExpiry()
        {
            string digits = string.Concat(Expiry.Where(char.IsAsciiDigit));
            if (digits.Length is not (4 or 6))
            {
                return null;
            }

            int month = int.Parse(digits[..2], CultureInfo.InvariantCulture);
            int year = int.Parse(digits[2..], CultureInfo.InvariantCulture) + (digits.Length == 4 ? 2000 : 0);
            return month is >= 1 and <= 12 ? (month, year) : null;
        }
    }
}
