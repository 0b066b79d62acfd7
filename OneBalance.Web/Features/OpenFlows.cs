using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features;

/// <summary>What can be begun and not ended; each has its words in the desk's texts.</summary>
public enum OpenKind
{
    Label,
    TopUp,
    Refund,
    Manifest,
    Cancellation,
    SupportAction,
    Adjustment,
    Batch,
}

/// <summary>Something begun and not ended.</summary>
/// <param name="State">Name of its state; the desk has a word for each.</param>
/// <param name="Since">When it was begun: what is tried again and again does not look young.</param>
public sealed record OpenRow(MerchantId Merchant, Guid Id, string State, DateTimeOffset Since)
{
    /// <summary>It waits for a person or a date, as it should: however old, it is not late.</summary>
    public bool Waits { get; init; }

    /// <summary>Where it is worked; null for what runs by itself, and can be run now.</summary>
    public string? Path { get; init; }
}

/// <param name="Only">Of this account; null for all.</param>
/// <param name="Most">So many at most, the oldest first.</param>
public sealed record OpenQuestion(MerchantId? Only, DateTimeOffset Now, int Most);

/// <summary>How support finds what is under way: a feature says what of its own is begun and not ended.</summary>
public sealed record OpenFlow(OpenKind Kind, Func<AppDbContext, OpenQuestion, CancellationToken, Task<IEnumerable<OpenRow>>> ReadAsync);

public static class OpenFlows
{
    /// <summary>Shows what is under way on the desk's start page and on the account's page.</summary>
    public static void AddOpenFlow(this WebApplicationBuilder builder, OpenKind kind, Func<AppDbContext, OpenQuestion, CancellationToken, Task<IEnumerable<OpenRow>>> read) =>
        builder.Services.AddSingleton(new OpenFlow(kind, read));
}
