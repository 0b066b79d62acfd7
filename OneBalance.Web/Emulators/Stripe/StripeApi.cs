using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>
/// What surrounds every operation of the API: the key, idempotency, expansion, errors in the processor's form, and scripted
/// misbehaviour. The operations themselves are in <see cref="Customers"/>, <see cref="Payments"/> and the like.
/// </summary>
internal sealed class StripeApi(EmulatorStore store, Faults faults, TimeProvider time, StripeEmulatorSettings settings, WebhookDelivery webhooks)
{
    /// <summary>The processor may forget keys after a day; then a reused key acts again.</summary>
    public static readonly TimeSpan KeysAreKept = TimeSpan.FromHours(24);

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Keys whose first request is still being worked.</summary>
    private readonly ConcurrentDictionary<string, bool> _atWork = new();

    public RequestDelegate Serve(Func<StripeCall, StripeAnswer> operation) => async context =>
    {
        var request = context.Request;
        if (!KeyIsRight(request))
        {
            await WriteAsync(context, StripeFailure.Error(
                StatusCodes.Status401Unauthorized, "invalid_request_error", "Invalid API Key provided."));
            return;
        }

        var parameters = await ReadAsync(request);
        string? key = HttpMethods.IsPost(request.Method) && request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given ? given : null;
        if (key is not null && !_atWork.TryAdd(key, true))
        {
            await WriteAsync(context, StripeFailure.Error(
                StatusCodes.Status409Conflict,
                "idempotency_error",
                $"There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): {key}.",
                "idempotency_key_in_use"));
            return;
        }

        try
        {
            await ServeAsync(context, operation, parameters, key);
        }
        finally
        {
            if (key is not null)
            {
                _atWork.TryRemove(key, out _);
            }
        }
    };

    private async Task ServeAsync(HttpContext context, Func<StripeCall, StripeAnswer> operation, Params parameters, string? key)
    {
        var fault = faults.Take(context.Request.Method, context.Request.Path);
        switch (fault?.Kind)
        {
            case null:
                await WriteAsync(context, Work(context, operation, parameters, key, null));
                break;
            case FaultKind.Latency:
                // Not tied to the caller's patience: work that was sent is done even when nobody waits for it any more.
                await Task.Delay(fault.Milliseconds, CancellationToken.None);
                await WriteAsync(context, Work(context, operation, parameters, key, null));
                break;
            case FaultKind.DropBeforeActing:
                context.Abort();
                break;
            case FaultKind.DropAfterActing:
                Work(context, operation, parameters, key, null);
                context.Abort();
                break;
            case FaultKind.Status:
                var refusal = Misbehaviour(fault.Status);
                await WriteAsync(context, fault.Status >= 500 ? Work(context, _ => refusal, parameters, key, null) : refusal);
                break;
            case FaultKind.StatusAfterActing:
                await WriteAsync(context, Work(context, operation, parameters, key, Misbehaviour(fault.Status)));
                break;
            case FaultKind.MalformedBody:
                Work(context, operation, parameters, key, null);
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"cut");
                break;
            case FaultKind.SlowBody:
                await WriteSlowlyAsync(context, Work(context, operation, parameters, key, null), fault.Milliseconds);
                break;
            default:
                throw new InvalidOperationException($"Unknown fault {fault.Kind}.");
        }
    }

    /// <summary>Does the operation, or repeats the answer that its key got.</summary>
    /// <param name="instead">Said, and remembered for the key, in place of the operation's own answer.</param>
    private StripeAnswer Work(HttpContext context, Func<StripeCall, StripeAnswer> operation, Params parameters, string? key, StripeAnswer? instead)
    {
        var request = context.Request;
        string fingerprint = parameters.Fingerprint(request.Method, request.Path);
        var now = time.GetUtcNow();
        try
        {
            var (answer, replayed) = store.Run(session =>
            {
                if (key is not null && session.Get<KeptAnswer>("idempotency_key", key) is { } kept && now - kept.At < KeysAreKept)
                {
                    return kept.Fingerprint == fingerprint
                        ? (new StripeAnswer(kept.Status, kept.Body), true)
                        : throw new StripeFailure(
                            StatusCodes.Status400BadRequest,
                            "idempotency_error",
                            $"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}' if you meant to execute a different request.");
                }

                var call = new StripeCall(session, parameters, request.RouteValues, now.ToUnixTimeSeconds(), Address(request), settings, key);
                var done = operation(call);
                if (done.Status == StatusCodes.Status200OK)
                {
                    Expansion.Apply(done.Body, parameters.List("expand"), session);
                }

                done = instead ?? done;
                if (key is not null)
                {
                    session.Put("idempotency_key", key, new KeptAnswer(fingerprint, done.Status, done.Body, now));
                }

                webhooks.Enqueue(session, call.Events);
                return (done, false);
            });
            webhooks.Wake();
            if (replayed)
            {
                context.Response.Headers["Idempotent-Replayed"] = "true";
            }

            return answer;
        }
        catch (StripeFailure failure)
        {
            return failure.Answer;
        }
    }

    /// <summary>Work that no API request asked for: a page's button, a control endpoint, the passing of time.</summary>
    public T Do<T>(Uri address, string id, Func<StripeCall, T> work)
    {
        var result = store.Run(session =>
        {
            var call = new StripeCall(
                session,
                new Params(new Dictionary<string, StringValues>()),
                new RouteValueDictionary { ["id"] = id },
                time.GetUtcNow().ToUnixTimeSeconds(),
                address,
                settings,
                null);
            var done = work(call);
            webhooks.Enqueue(session, call.Events);
            return done;
        });
        webhooks.Wake();
        return result;
    }

    public static Uri Address(HttpRequest request) => new($"{request.Scheme}://{request.Host}");

    private bool KeyIsRight(HttpRequest request) => request.Headers.Authorization.ToString() == $"Bearer {settings.SecretKey}";

    private static async Task<Params> ReadAsync(HttpRequest request)
    {
        var values = new Dictionary<string, StringValues>(request.Query);
        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await request.ReadFormAsync())
            {
                values[name] = value;
            }
        }

        return new Params(values);
    }

    private static StripeAnswer Misbehaviour(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => StripeFailure.Error(status, "invalid_request_error", "Invalid API Key provided."),
        StatusCodes.Status409Conflict => StripeFailure.Error(
            status,
            "invalid_request_error",
            "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
            "lock_timeout"),
        StatusCodes.Status429TooManyRequests => StripeFailure.Error(
            status, "invalid_request_error", "Request rate limit exceeded.", "rate_limit"),
        _ => StripeFailure.Error(status, "api_error", "An unknown error occurred."),
    };

    /// <summary>Half of the answer at once, the rest after a while.</summary>
    private static async Task WriteSlowlyAsync(HttpContext context, StripeAnswer answer, int milliseconds)
    {
        string body = answer.Body.ToJsonString(Json);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body[..(body.Length / 2)]);
        await context.Response.Body.FlushAsync();
        await Task.Delay(milliseconds, CancellationToken.None);
        await context.Response.WriteAsync(body[(body.Length / 2)..]);
    }

    private static Task WriteAsync(HttpContext context, StripeAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        context.Response.Headers["Request-Id"] = StripeCall.NewId("req");
        context.Response.Headers["Stripe-Version"] = StripeObjects.ApiVersion;
        return context.Response.WriteAsync(answer.Body.ToJsonString(Json));
    }

    private sealed record KeptAnswer(string Fingerprint, int Status, JsonObject Body, DateTimeOffset At);
}

/// <summary><c>expand[]</c>: replaces an id by the object it names.</summary>
internal static class Expansion
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["cus"] = "customer",
        ["pm"] = "payment_method",
        ["seti"] = "setup_intent",
        ["pi"] = "payment_intent",
        ["ch"] = "charge",
        ["re"] = "refund",
        ["dp"] = "dispute",
        ["txn"] = "balance_transaction",
    };

    public static void Apply(JsonObject document, IReadOnlyList<string> paths, EmulatorStore.Session session)
    {
        foreach (string path in paths)
        {
            Apply(document, path.Split('.'), session, path);
        }
    }

    private static void Apply(JsonNode? node, ReadOnlySpan<string> path, EmulatorStore.Session session, string whole)
    {
        if (path.IsEmpty || node is null)
        {
            return;
        }

        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Apply(item, path, session, whole);
            }

            return;
        }

        var document = node.AsObject();
        if (!document.ContainsKey(path[0]))
        {
            throw StripeFailure.Invalid("expand", $"This property cannot be expanded ({whole}).");
        }

        if (document[path[0]] is JsonValue value && value.TryGetValue<string>(out string? id)
            && Kinds.TryGetValue(id.Split('_')[0], out string? kind))
        {
            document[path[0]] = session.Get<JsonObject>(kind, id);
        }

        Apply(document[path[0]], path[1..], session, whole);
    }
}

/// <summary>Lists in the processor's form: newest first, a page at a time.</summary>
internal static class Lists
{
    public static readonly string[] Parameters = ["limit", "starting_after", "ending_before", "created"];

    private static readonly (string Name, string Comparison)[] Comparisons = [("gte", ">="), ("gt", ">"), ("lte", "<="), ("lt", "<")];

    /// <param name="fields">Fields that a parameter of their name narrows the list to.</param>
    public static StripeAnswer Answer(StripeCall call, string url, string kind, params IReadOnlyList<string> fields) =>
        Answer(call, url, kind, [.. from field in fields where call.Params[field] is not null select (field, (IReadOnlyList<string>)[call.Params[field]!])]);

    /// <param name="fields">Fields and the values each may have.</param>
    public static StripeAnswer Answer(StripeCall call, string url, string kind, IReadOnlyList<(string Field, IReadOnlyList<string> Values)> fields)
    {
        int limit = (int)(call.Params.Integer("limit") ?? 10);
        if (limit is < 1 or > 100)
        {
            throw StripeFailure.Invalid("limit", "This value must be between 1 and 100.");
        }

        string? after = Known(call, kind, "starting_after");
        string? before = Known(call, kind, "ending_before");
        if (after is not null && before is not null)
        {
            throw StripeFailure.Invalid("starting_after", "You can only pass one of `starting_after` and `ending_before`.");
        }

        var created = from comparison in Comparisons
                      let seconds = call.Params.Integer($"created[{comparison.Name}]")
                      where seconds is not null
                      select (comparison.Comparison, seconds.Value);

        // One more than shown tells whether there is more.
        var found = call.Store.Page<JsonObject>(kind, new Wanted(fields, [.. created], after, before), limit + 1);
        bool more = found.Count > limit;
        return StripeAnswer.Ok(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. before is null ? found.Take(limit) : found.Skip(more ? 1 : 0)]),
            ["has_more"] = more,
            ["url"] = url,
        });
    }

    private static string? Known(StripeCall call, string kind, string parameter) => call.Params[parameter] is not { } id
        ? null
        : call.Find(kind, id) is not null ? id : throw StripeFailure.NoSuch("object", id, parameter);
}
