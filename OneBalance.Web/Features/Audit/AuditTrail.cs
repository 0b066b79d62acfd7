using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Audit;

/// <summary>Who acts, and from which network address; no address when it is not the network (a verb).</summary>
public sealed record Actor(string UserId, string Email, string? Address);

/// <summary>Writes the audit trail: who, when, from where, what, why, before and after.</summary>
public sealed class AuditTrail(TimeProvider clock)
{
    public const int MostReason = 1000;

    private const int MostSubject = 200;

    /// <summary>Of the last line of this node, in microseconds since the year 1.</summary>
    private long _last;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(), new AsText() },
    };

    /// <summary>
    /// Adds a line to the caller's context, so that it is saved in the same database transaction as what it tells of, or not at
    /// all.
    /// </summary>
    /// <param name="merchant">Whose account; null when it concerns the platform.</param>
    /// <param name="subject">What, e.g. <c>label/{id}</c>; at most 200 characters are kept.</param>
    /// <param name="reason">Why, in the actor's words; at most 1000 characters are kept.</param>
    /// <param name="before">Kept as JSON, money and ids as text. Never put a secret, a card number or a document here.</param>
    /// <param name="after">As <paramref name="before"/>.</param>
    public void Add(AppDbContext db, Actor actor, AuditAction action, MerchantId? merchant, string subject, string? reason, object? before = null, object? after = null)
    {
        var now = Next();
        string what = Cut(subject, MostSubject);
        string? why = reason?.Trim() is { Length: > 0 } given ? Cut(given, MostReason) : null;
        db.Set<AuditEntry>().Add(new AuditEntry
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            UserId = actor.UserId,
            Email = actor.Email,
            Address = actor.Address,
            Action = action,
            MerchantId = merchant,
            Subject = what,
            Reason = why,
            SearchText = FoldedText.Of($"{what} {why}"),
            Before = Written(before),
            After = Written(after),
        });
    }

    /// <summary>Now, or a microsecond after the line before: lines of one moment keep their order, which a time-ordered id alone does not give.</summary>
    private DateTimeOffset Next()
    {
        long last = Volatile.Read(ref _last);
        while (true)
        {
            long next = Math.Max(clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond, last + 1);
            long seen = Interlocked.CompareExchange(ref _last, next, last);
            if (seen == last)
            {
                return new DateTimeOffset(next * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
            }

            last = seen;
        }
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static string? Written(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), Json);

    /// <summary>Money and ids as everywhere else: <c>"12.30"</c>, not <c>{"cents":1230}</c>.</summary>
    private sealed class AsText : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsValueType && !typeToConvert.IsEnum && typeToConvert.Assembly == typeof(Money).Assembly;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

        private sealed class Of<T> : JsonConverter<T>
            where T : struct
        {
            public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
                throw new NotSupportedException("The audit trail is written, never read back into types.");

            public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
        }
    }
}
