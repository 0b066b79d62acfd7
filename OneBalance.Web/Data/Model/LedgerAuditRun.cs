namespace OneBalance.Web.Data.Model;

/// <summary>One audit of the ledger, kept for every node to show.</summary>
public sealed class LedgerAuditRun
{
    public long Id { get; set; }

    /// <summary>The day (UTC) of a nightly audit: one node takes it. Null for one that support asked for.</summary>
    public DateOnly? Night { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>Null while it runs, and for ever when its node died.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public long Transfers { get; set; }

    /// <summary>JSON, a <see cref="LedgerAuditFinding"/> for each broken invariant; null for a sound ledger.</summary>
    public string? FindingsJson { get; set; }

    /// <summary>Why the ledger could not be read; null when it was.</summary>
    public string? Failure { get; set; }
}

/// <summary>An invariant that does not hold.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="Count">How often it is broken.</param>
/// <param name="First">The first offence with its ids, in English: for whoever looks into the database.</param>
public sealed record LedgerAuditFinding(string Invariant, long Count, string First);
