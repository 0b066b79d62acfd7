using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Manifests;

namespace OneBalance.Web.Features.Admin;

/// <param name="Reachable">Whether the processor answered for our account.</param>
/// <param name="Descriptor">What card statements show, as the processor says.</param>
/// <param name="Expected">What we tell merchants that they show.</param>
public sealed record ProcessorHealth(bool Reachable, string AccountId, string Descriptor, string Expected)
{
    public bool DescriptorAgrees => string.Equals(Descriptor, Expected, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Findings">The invariants that do not hold; empty when the ledger is sound.</param>
/// <param name="Unread">The ledger could not be read.</param>
/// <param name="Late">There should have been another one since: nightly audits do not come to their end.</param>
public sealed record AuditHealth(DateTimeOffset At, long Transfers, IReadOnlyList<LedgerAuditFinding> Findings, bool Unread, bool Late)
{
    public bool IsSound => Findings.Count == 0 && !Unread;
}

/// <param name="Waiting">Mails not sent yet.</param>
/// <param name="Failing">Those of them that were tried and refused at least twice.</param>
public sealed record MailHealth(int Waiting, int Failing);

/// <param name="Stuck">Begun, and not moved for a while.</param>
/// <param name="Failed">Failed in the last days, as a whole or for some labels.</param>
public sealed record ManifestHealth(int Stuck, int Failed);

/// <summary>How the platform is: the processor's account, the line to the carrier, the ledger's last audit, mails.</summary>
public sealed class PlatformHealth(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    ICarrierHealth carrier,
    LedgerAuditor auditor,
    IOptions<FundingOptions> funding,
    AuditTrail trail,
    TimeProvider time)
{
    public CarrierCondition Carrier() => carrier.Read();

    /// <summary>A night and an hour: the audit of a large ledger takes its time.</summary>
    private static readonly TimeSpan LongestBetweenAudits = TimeSpan.FromHours(25);

    /// <summary>The last one of any node; null before the first.</summary>
    public async Task<AuditHealth?> LastAuditAsync(CancellationToken ct) => await auditor.LastAsync(ct) is { } run ? Of(run) : null;

    public async Task<AuditHealth> AuditAsync(Actor actor, CancellationToken ct)
    {
        var health = Of(await auditor.RunAndKeepAsync(ct));
        await using var db = await contexts.CreateDbContextAsync(ct);
        trail.Add(db, actor, AuditAction.LedgerAudited, null, "ledger", null, null, new { health.Transfers, health.Findings, health.Unread });
        await db.SaveChangesAsync(ct);
        return health;
    }

    public async Task<ProcessorHealth> ProcessorAsync(CancellationToken ct) =>
        await processor.GetAccountAsync(ct) is ProcessorReply<ProcessorAccount>.Confirmed({ } account)
            ? new ProcessorHealth(true, account.Id, account.StatementDescriptor, funding.Value.StatementDescriptor)
            : new ProcessorHealth(false, "", "", funding.Value.StatementDescriptor);

    public async Task<MailHealth> MailsAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var waiting = db.OutgoingMails.Where(mail => mail.SentAt == null);
        return new MailHealth(await waiting.CountAsync(ct), await waiting.CountAsync(mail => mail.Attempts > 1, ct));
    }

    public async Task<ManifestHealth> ManifestsAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        return new ManifestHealth(await db.Manifests.Stuck(now).CountAsync(ct), await db.Manifests.Failed(now).CountAsync(ct));
    }

    private AuditHealth Of(LedgerAuditRun run) => new(
        run.EndedAt ?? run.StartedAt,
        run.Transfers,
        run.FindingsJson is { } findings ? JsonSerializer.Deserialize<List<LedgerAuditFinding>>(findings)! : [],
        run.Failure is not null,
        time.GetUtcNow() - run.StartedAt > LongestBetweenAudits);
}
