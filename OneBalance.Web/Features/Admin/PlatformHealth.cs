using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Manifests;

namespace OneBalance.Web.Features.Admin;

/// <param name="Invariant">The name of one that does not hold.</param>
/// <param name="Count">How often.</param>
/// <param name="First">The first offence with its ids, in English.</param>
public sealed record AuditFinding(string Invariant, long Count, string First);

/// <param name="Findings">The invariants that do not hold; empty when the ledger is sound.</param>
/// <param name="Unread">The ledger could not be read.</param>
/// <param name="Late">There should have been another one since: nightly audits do not come to their end.</param>
public sealed record AuditHealth(DateTimeOffset At, long Transfers, IReadOnlyList<AuditFinding> Findings, bool Unread, bool Late)
{
    public bool IsSound => Findings.Count == 0 && !Unread;
}

/// <param name="Waiting">Mails not sent yet.</param>
/// <param name="Failing">Those of them that were tried and refused at least twice.</param>
public sealed record MailHealth(int Waiting, int Failing);

/// <param name="Stuck">Begun, and not moved for a while.</param>
/// <param name="Failed">Failed in the last days, as a whole or for some labels.</param>
public sealed record ManifestHealth(int Stuck, int Failed);

/// <param name="Waiting">The processor's events that are due and led to nothing yet.</param>
/// <param name="Oldest">When the oldest of them came; null when none waits.</param>
public sealed record EventHealth(int Waiting, DateTimeOffset? Oldest)
{
    /// <summary>Events are worked within seconds: one that waits longer than this is stuck.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    public bool Stuck(DateTimeOffset now) => now - Oldest > Late;
}

/// <param name="LastAudit">Of any node; null before the first.</param>
public sealed record PlatformCondition(CarrierCondition Carrier, AuditHealth? LastAudit, MailHealth Mails, EventHealth Events, ManifestHealth Manifests);

/// <summary>How the platform is: the processor's account, the line to the carrier, the ledger's last audit, mails.</summary>
public sealed class PlatformHealth(
    IDbContextFactory<AppDbContext> contexts,
    CheckProcessorAccount processor,
    ICarrierHealth carrier,
    LedgerAuditor auditor,
    AuditTrail trail,
    TimeProvider time)
{
    /// <summary>A night and an hour: the audit of a large ledger takes its time.</summary>
    private static readonly TimeSpan LongestBetweenAudits = TimeSpan.FromHours(25);

    public async Task<PlatformCondition> ReadAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var events = db.ProcessorEvents.Where(received => received.WorkedAt == null);
        var waiting = db.OutgoingMails.Where(mail => mail.SentAt == null);
        return new PlatformCondition(
            carrier.Read(),
            await auditor.LastAsync(ct) is { } audit ? Of(audit) : null,
            new MailHealth(await waiting.CountAsync(ct), await waiting.CountAsync(mail => mail.Attempts > 1, ct)),
            new EventHealth(await events.CountAsync(ct), await events.OrderBy(received => received.ReceivedAt).Select(received => (DateTimeOffset?)received.ReceivedAt).FirstOrDefaultAsync(ct)),
            new ManifestHealth(await db.Manifests.Stuck(now).CountAsync(ct), await db.Manifests.Failed(now).CountAsync(ct)));
    }

    public async Task<AuditHealth> AuditAsync(SupportAccess support, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        var health = Of(await auditor.RunAndKeepAsync(ct));
        await using var db = await contexts.CreateDbContextAsync(ct);
        trail.Add(db, actor, AuditAction.LedgerAudited, null, "ledger", null, null, new { health.Transfers, health.Findings, health.Unread });
        await db.SaveChangesAsync(ct);
        return health;
    }

    public async Task<ProcessorAccountState> ProcessorAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        return await processor.RunAsync(ct);
    }

    private AuditHealth Of(LedgerAuditRun run) => new(
        run.EndedAt ?? run.StartedAt,
        run.Transfers,
        run.FindingsJson is { } findings ? JsonSerializer.Deserialize<List<AuditFinding>>(findings)! : [],
        run.Failure is not null,
        time.GetUtcNow() - run.StartedAt > LongestBetweenAudits);
}
