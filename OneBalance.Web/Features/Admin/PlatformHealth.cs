using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core.Audit;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
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

/// <param name="Broken">Names of the invariants that do not hold; empty when the ledger is clean.</param>
public sealed record AuditHealth(DateTimeOffset At, long Transfers, IReadOnlyList<string> Broken);

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

    /// <summary>Null until the first audit since the start.</summary>
    public AuditHealth? LastAudit() => auditor.Last is { } report ? Of(report) : null;

    public async Task<AuditHealth> AuditAsync(Actor actor, CancellationToken ct)
    {
        var health = Of(await auditor.RunAsync(ct));
        await using var db = await contexts.CreateDbContextAsync(ct);
        trail.Add(db, actor, AuditAction.LedgerAudited, null, "ledger", null, null, new { health.Transfers, health.Broken });
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

    public async Task<EventHealth> EventsAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var waiting = db.ProcessorEvents.Where(received => received.WorkedAt == null);
        return new EventHealth(await waiting.CountAsync(ct), await waiting.OrderBy(received => received.ReceivedAt).Select(received => (DateTimeOffset?)received.ReceivedAt).FirstOrDefaultAsync(ct));
    }

    public async Task<ManifestHealth> ManifestsAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        return new ManifestHealth(await db.Manifests.Stuck(now).CountAsync(ct), await db.Manifests.Failed(now).CountAsync(ct));
    }

    private static AuditHealth Of(LedgerAuditReport report) =>
        new(report.StartedAt, report.Transfers, [.. report.First.Select(offence => offence.Invariant.ToString())]);
}
