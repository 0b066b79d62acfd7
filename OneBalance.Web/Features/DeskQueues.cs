using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features;

/// <summary>The queues of the support desk, in the order of its start page. Each has its words in the desk's texts.</summary>
public enum DeskQueueKind
{
    Cancellations,
    PayoutsDue,
    RefundClaims,
    UnknownPurchases,
    VoidsNotKnown,
    Disputes,
    Differences,
    AdjustmentsDisputed,
    ManifestsStuck,
}

/// <summary>How much waits in a queue, and since when the oldest.</summary>
/// <param name="Path">Where it is worked.</param>
public sealed record DeskQueueState(DeskQueueKind Kind, string Path, int Count, DateTimeOffset? Oldest);

/// <summary>Work that waits for support: a feature says where it is worked and since when each item waits.</summary>
/// <param name="Since">One time for each item that waits at the given time.</param>
public sealed record DeskQueue(DeskQueueKind Kind, string Path, Func<AppDbContext, DateTimeOffset, IQueryable<DateTimeOffset>> Since)
{
    public async Task<DeskQueueState> ReadAsync(AppDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        int count = await Since(db, now).CountAsync(ct);
        return new DeskQueueState(Kind, Path, count, count == 0 ? null : await Since(db, now).OrderBy(since => since).Select(since => (DateTimeOffset?)since).FirstOrDefaultAsync(ct));
    }
}

public static class DeskQueues
{
    /// <summary>Shows a queue on the desk's start page, e.g. <c>builder.AddDeskQueue(new(DeskQueueKind.Disputes, "/admin/disputes", (db, now) => ...))</c>.</summary>
    public static void AddDeskQueue(this WebApplicationBuilder builder, DeskQueue queue) => builder.Services.AddSingleton(queue);
}
