using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Disputes;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Web.Integrations.Stripe;

/// <summary>
/// Works stored events from the present state of what they speak of, never from the event's own copy. So the same event
/// twice, or events in any order, end the same; and two nodes at once do no harm.
/// </summary>
public sealed partial class WorkProcessorEvents(
    IDbContextFactory<AppDbContext> contexts,
    SettleTopUp settleTopUp,
    SettleDispute settleDispute,
    RecordRefund recordRefund,
    TimeProvider time,
    ILogger<WorkProcessorEvents> log)
{
    private const int MostInOneRound = 100;

    /// <summary>An event that leads to nothing is tried again after 2, 4, 8... seconds, at most this long apart, for ever.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>One round over the events that are due; the number worked.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        List<Due> due;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            due = await db.ProcessorEvents
                .Where(e => e.WorkedAt == null && e.DueAt <= now)
                .OrderBy(e => e.DueAt)
                .Take(MostInOneRound)
                .Select(e => new Due(e.Id, e.Type, e.ObjectId, e.Attempts))
                .ToListAsync(ct);
        }

        int worked = 0;
        foreach (var group in due.GroupBy(e => (Subject: SubjectOf(e.Type), e.ObjectId)))
        {
            // Several events of one object ask the processor once.
            string? outcome = await WorkAsync(group.Key.Subject, group.Key.ObjectId, [.. group.Select(e => e.Id)], ct);
            worked += await SaveAsync([.. group], outcome, ct);
        }

        return worked;
    }

    /// <returns>The outcome in one word; null to try again later.</returns>
    private async Task<string?> WorkAsync(Subject subject, string objectId, IReadOnlyList<string> events, CancellationToken ct)
    {
        if (subject == Subject.Other)
        {
            return "ignored";
        }

        try
        {
            var (outcome, reason) = subject switch
            {
                Subject.Payment => Word(await settleTopUp.RunAsync(objectId, ct)),
                Subject.Dispute => Word(await settleDispute.RunAsync(objectId, ct)),
                Subject.Refund => Word(await recordRefund.RunAsync(objectId, ct)),
                _ => throw new InvalidOperationException($"Nothing is done for {subject} {objectId}."),
            };
            if (outcome is null)
            {
                Later(log, string.Join(' ', events), objectId, reason);
            }

            return outcome;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // One event must not stop the others; it stays unworked, visible in the log, and is tried again.
            Failed(log, failure, string.Join(' ', events), objectId);
            return null;
        }
    }

    private async Task<int> SaveAsync(IReadOnlyList<Due> events, string? outcome, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var ids = events.Select(e => e.Id).ToList();
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (outcome is not null)
        {
            return await db.ProcessorEvents.Where(e => ids.Contains(e.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.WorkedAt, now).SetProperty(e => e.Outcome, outcome).SetProperty(e => e.Attempts, e => e.Attempts + 1), ct);
        }

        foreach (var byAttempts in events.GroupBy(e => e.Attempts))
        {
            var again = now + Pause(byAttempts.Key);
            var group = byAttempts.Select(e => e.Id).ToList();
            await db.ProcessorEvents.Where(e => group.Contains(e.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(e => e.DueAt, again).SetProperty(e => e.Attempts, e => e.Attempts + 1), ct);
        }

        return 0;
    }

    private static TimeSpan Pause(int attempts) =>
        attempts >= 11 ? LongestPause : TimeSpan.FromSeconds(1 << (attempts + 1));

    /// <summary>An outcome in one word, null to try again later, and then why.</summary>
    private static (string? Word, string Reason) Word(SettleOutcome outcome) => outcome switch
    {
        SettleOutcome.Settled => ("settled", ""),
        SettleOutcome.NotOurs => ("not_ours", ""),
        SettleOutcome.TryLater(var reason) => (null, reason),
        _ => throw new InvalidOperationException("Unknown outcome of a payment."),
    };

    private static (string? Word, string Reason) Word(SettleDisputeOutcome outcome) => outcome switch
    {
        SettleDisputeOutcome.Settled => ("settled", ""),
        SettleDisputeOutcome.NotOurs => ("not_ours", ""),
        SettleDisputeOutcome.TryLater(var reason) => (null, reason),
        _ => throw new InvalidOperationException("Unknown outcome of a dispute."),
    };

    private static (string? Word, string Reason) Word(RecordRefundOutcome outcome) => outcome switch
    {
        RecordRefundOutcome.Recorded => ("recorded", ""),
        RecordRefundOutcome.NotOurs => ("not_ours", ""),
        RecordRefundOutcome.TryLater(var reason) => (null, reason),
        _ => throw new InvalidOperationException("Unknown outcome of a refund."),
    };

    /// <summary>What an event speaks of. A <c>charge.refunded</c> speaks of the charge, and its refund has events of its own.</summary>
    private static Subject SubjectOf(string type)
    {
        return Begins("payment_intent.") ? Subject.Payment
            : Begins("charge.dispute.") ? Subject.Dispute
            : Begins("refund.") || Begins("charge.refund.") ? Subject.Refund
            : Subject.Other;

        bool Begins(string family) => type.StartsWith(family, StringComparison.Ordinal);
    }

    private enum Subject
    {
        Payment,
        Dispute,
        Refund,

        /// <summary>Stored, for whoever investigates, and otherwise ignored.</summary>
        Other,
    }

    private sealed record Due(string Id, string Type, string ObjectId, int Attempts);

    [LoggerMessage(LogLevel.Information, "Events {Events} of {Object} are worked later: {Reason}")]
    private static partial void Later(ILogger log, string events, string @object, string reason);

    [LoggerMessage(LogLevel.Error, "Events {Events} of {Object} could not be worked.")]
    private static partial void Failed(ILogger log, Exception failure, string events, string @object);
}

/// <summary>Works events as soon as they are stored, and those left by a crash or put off when their time has come.</summary>
internal sealed partial class ProcessorEventsWorker(EventInbox inbox, IServiceScopeFactory scopes, ILogger<ProcessorEventsWorker> log) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var work = scope.ServiceProvider.GetRequiredService<WorkProcessorEvents>();
                while (await work.RunAsync(stoppingToken) > 0)
                {
                    // Until nothing is due.
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away for a while; nothing is lost.
                Failed(log, failure);
            }

            await inbox.WaitAsync(LookAgain, stoppingToken);
        }
    }

    [LoggerMessage(LogLevel.Error, "A round of processor events failed.")]
    private static partial void Failed(ILogger log, Exception failure);
}
