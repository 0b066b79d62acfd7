using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>A notice as support sees it.</summary>
/// <param name="Version">Of the row: handed back with a change.</param>
public sealed record NoticeRow(NoticeView Notice, NoticePhase Phase, DateTimeOffset UpdatedAt, int Version);

/// <summary>Reads service notices: merchants' pages what is shown now, support all of them.</summary>
public sealed class ServiceNoticeQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>The most notices in support's list; older ones are in the audit trail.</summary>
    public const int Most = 100;

    /// <summary>What every page asks for is asked of the database at most this often.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private (DateTimeOffset At, IReadOnlyList<NoticeView> Notices)? _read;

    /// <summary>What is shown now, the gravest first; may be ten seconds old. Purchases look for themselves.</summary>
    /// <param name="parcel">Only what concerns it; null: all.</param>
    public async Task<IReadOnlyList<NoticeView>> ShownAsync(NoticeParcel? parcel, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var read = _read;
        if (read is not { } known || now < known.At || now - known.At > Fresh)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            known = (now, await ServiceNoticeRows.OpenAsync(db, now, ct));
            _read = known;
        }

        return ServiceNoticeRules.Shown(known.Notices, notice => notice.Terms, now, parcel);
    }

    /// <summary>For support: what is or will be in force first, then what is over; the newest first.</summary>
    public async Task<IReadOnlyList<NoticeRow>> AllAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var rows = await db.ServiceNotices.AsNoTracking().OrderByDescending(notice => notice.UpdatedAt).Take(Most).ToListAsync(ct);
        return [.. rows.Select(row => Row(row, now)).OrderBy(row => row.Phase == NoticePhase.Over).ThenByDescending(row => row.Notice.Terms.From)];
    }

    /// <summary>Null when there is no such notice.</summary>
    public async Task<NoticeRow?> ReadAsync(SupportAccess support, ServiceNoticeId id, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.ServiceNotices.AsNoTracking().FirstOrDefaultAsync(notice => notice.Id == id, ct) is { } row ? Row(row, time.GetUtcNow()) : null;
    }

    /// <summary>What was read is no longer true on this node; others see a change within ten seconds.</summary>
    internal void Forget() => _read = null;

    private static NoticeRow Row(ServiceNotice row, DateTimeOffset now) =>
        new(ServiceNoticeRows.View(row), ServiceNoticeRules.PhaseOf(row.Terms(), now), row.UpdatedAt, row.Version);
}
