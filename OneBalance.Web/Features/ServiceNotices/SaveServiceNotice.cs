using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Core.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>Publishes a service notice, or changes one that is not over. Each time a line of the audit trail says who, why and what.</summary>
public sealed class SaveServiceNotice(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, ServiceNoticeQueries queries, TimeProvider time)
{
    /// <param name="id">Chosen before the first attempt, so that pressing twice publishes once.</param>
    /// <param name="version">Of the notice as the page read it; null for a new one.</param>
    /// <param name="reason">Why, for the audit trail.</param>
    public async Task<SaveNoticeOutcome> RunAsync(
        SupportAccess support, ServiceNoticeId id, int? version, NoticeTerms terms, NoticeWords english, NoticeWords french, string reason, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        var now = time.GetUtcNow();
        if (ServiceNoticeRules.Check(terms, [(english.Title, english.Text), (french.Title, french.Text)], now) is { Count: > 0 } problems)
        {
            return new SaveNoticeOutcome.Wrong(problems);
        }

        if (string.IsNullOrWhiteSpace(reason))
        {
            return new SaveNoticeOutcome.ReasonMissing();
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.ServiceNotices.FirstOrDefaultAsync(notice => notice.Id == id, ct);
        if (row is null && version is not null)
        {
            return new SaveNoticeOutcome.NotFound();
        }

        if (row is not null && version is null && Same(row))
        {
            // Pressed twice: the first press has published it.
            return new SaveNoticeOutcome.Saved();
        }

        if (row is not null && row.Version != version)
        {
            return new SaveNoticeOutcome.ChangedMeanwhile();
        }

        if (row is not null && ServiceNoticeRules.PhaseOf(row.Terms(), now) == NoticePhase.Over)
        {
            return new SaveNoticeOutcome.Over();
        }

        var before = row is null ? null : Told(row);
        row ??= db.ServiceNotices.Add(new ServiceNotice
        {
            Id = id,
            Places = "",
            Services = "",
            EnglishTitle = "",
            EnglishText = "",
            FrenchTitle = "",
            FrenchText = "",
            CreatedAt = now,
            UpdatedBy = actor.UserId,
        }).Entity;
        row.Severity = terms.Severity;
        row.BlocksPurchase = terms.BlocksPurchase;
        row.From = terms.From;
        row.To = terms.To;
        row.Places = string.Join(' ', terms.Places);
        row.Services = string.Join(' ', terms.Services);
        (row.EnglishTitle, row.EnglishText) = (english.Title.Trim(), english.Text.Trim());
        (row.FrenchTitle, row.FrenchText) = (french.Title.Trim(), french.Text.Trim());
        row.UpdatedAt = now;
        row.UpdatedBy = actor.UserId;
        row.Version++;
        trail.Add(db, actor, before is null ? AuditAction.ServiceNoticePublished : AuditAction.ServiceNoticeChanged, null, Subject(id), reason, before, Told(row));
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Saved in the same moment by another tab or member of support.
            await using var again = await contexts.CreateDbContextAsync(ct);
            if (await again.ServiceNotices.AsNoTracking().FirstOrDefaultAsync(notice => notice.Id == id, ct) is not { } other || other.Version == (version ?? 0))
            {
                throw;
            }

            return version is null && Same(other) ? new SaveNoticeOutcome.Saved() : new SaveNoticeOutcome.ChangedMeanwhile();
        }

        queries.Forget();
        return new SaveNoticeOutcome.Saved();

        bool Same(ServiceNotice other) => other.EnglishTitle == english.Title.Trim() && other.FrenchTitle == french.Title.Trim()
            && other.EnglishText == english.Text.Trim() && other.FrenchText == french.Text.Trim();
    }

    internal static string Subject(ServiceNoticeId id) => $"service-notice/{id}";

    internal static object Told(ServiceNotice row) => new
    {
        row.Severity,
        row.BlocksPurchase,
        row.From,
        row.To,
        row.Places,
        row.Services,
        row.EnglishTitle,
        row.EnglishText,
        row.FrenchTitle,
        row.FrenchText,
        row.WithdrawnAt,
    };
}

/// <summary>What came of saving a notice: a closed set.</summary>
public abstract record SaveNoticeOutcome
{
    private SaveNoticeOutcome()
    {
    }

    public sealed record Saved : SaveNoticeOutcome;

    public sealed record Wrong(IReadOnlyList<NoticeProblem> Problems) : SaveNoticeOutcome;

    /// <summary>The audit trail wants to know why.</summary>
    public sealed record ReasonMissing : SaveNoticeOutcome;

    /// <summary>It has ended or was withdrawn: what merchants were told stays as it was.</summary>
    public sealed record Over : SaveNoticeOutcome;

    /// <summary>Somebody else saved it since it was read.</summary>
    public sealed record ChangedMeanwhile : SaveNoticeOutcome;

    public sealed record NotFound : SaveNoticeOutcome;
}
