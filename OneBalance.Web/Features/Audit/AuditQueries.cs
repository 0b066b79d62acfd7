using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Statements;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Audit;

/// <summary>A line of the trail.</summary>
public sealed record AuditLine(
    Guid Id, DateTimeOffset At, string UserId, string Email, string? Address, AuditAction Action, MerchantId? Merchant, string? BusinessName, string Subject, string? Reason, string? Before, string? After);

/// <summary>Which lines: all that is given must fit.</summary>
public sealed record AuditFilter
{
    /// <summary>From the beginning of this day, Eastern.</summary>
    public DateOnly? From { get; init; }

    /// <summary>To the end of this day, Eastern.</summary>
    public DateOnly? To { get; init; }

    public AuditAction? Action { get; init; }

    public MerchantId? Merchant { get; init; }

    /// <summary>A part of who; upper and lower case are the same.</summary>
    public string? Who { get; init; }

    /// <summary>A part of what or why; case, accents and what stands between words do not matter.</summary>
    public string? Words { get; init; }

    /// <summary>Below this line: for the next page.</summary>
    public Guid? Older { get; init; }
}

/// <param name="Older">The line to continue below; null on the last page.</param>
public sealed record AuditLines(IReadOnlyList<AuditLine> Lines, Guid? Older);

/// <summary>Reads the audit trail, newest first. Crosses merchants on purpose: only support may ask.</summary>
public sealed class AuditQueries(IDbContextFactory<AppDbContext> contexts, AuditTrail trail, IStringLocalizer<AuditTexts> texts)
{
    public const int PageSize = 50;

    /// <summary>Lines read at once while a file is written.</summary>
    private const int Chunk = 1_000;

    private static readonly TimeZoneInfo Eastern = TimeZoneInfo.FindSystemTimeZoneById("America/Toronto");

    public async Task<AuditLines> FindAsync(SupportAccess support, AuditFilter filter, int most, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        return await ReadAsync(filter, most, ct);
    }

    /// <summary>
    /// Writes all the lines as a file, however many: they are read and sent piece by piece. That it was taken out is a line of its
    /// own, saved before; so it is in the file too, if the filter fits.
    /// </summary>
    public async Task ExportAsync(AuditFilter filter, SupportAccess support, Language language, Stream file, CancellationToken ct)
    {
        var actor = await support.DemandAsync(ct);
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            trail.Add(db, actor, AuditAction.TrailExported, null, "audit", null, null, new { filter.From, filter.To, filter.Action, filter.Merchant, filter.Who, filter.Words });
            await db.SaveChangesAsync(ct);
        }

        await file.WriteAsync(Encoding.UTF8.GetPreamble(), ct);
        var csv = new CsvText(language);
        foreach (string column in new[] { "At", "Who", "UserId", "Where", "What", "Account", "Subject", "Why", "Before", "After" })
        {
            csv.Text(texts[$"Column.{column}"]);
        }

        csv.EndLine();
        Guid? older = null;
        do
        {
            var page = await ReadAsync(filter with { Older = older }, Chunk, ct);
            foreach (var line in page.Lines)
            {
                csv.Text(line.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture))
                    .Text(line.Email)
                    .Text(line.UserId)
                    .Text(line.Address ?? "")
                    .Text(texts[$"Action.{line.Action}"])
                    .Text(line.Merchant?.ToString() ?? "")
                    .Text(line.Subject)
                    .Text(line.Reason ?? "")
                    .Text(line.Before ?? "")
                    .Text(line.After ?? "")
                    .EndLine();
            }

            await file.WriteAsync(Encoding.UTF8.GetBytes(csv.ToString()), ct);
            csv = new CsvText(language);
            older = page.Older;
        }
        while (older is not null);
    }

    private async Task<AuditLines> ReadAsync(AuditFilter filter, int most, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var lines = Matching(db, filter);
        if (filter.Older is { } older && await db.AuditEntries.Where(line => line.Id == older).Select(line => (DateTimeOffset?)line.At).SingleOrDefaultAsync(ct) is { } at)
        {
            lines = lines.Where(line => line.At < at || (line.At == at && line.Id < older));
        }

        var found = await lines.OrderByDescending(line => line.At).ThenByDescending(line => line.Id).Take(most + 1)
            .Select(line => new AuditLine(
                line.Id,
                line.At,
                line.UserId,
                line.Email,
                line.Address,
                line.Action,
                line.MerchantId,
                db.Merchants.Where(merchant => merchant.Id == line.MerchantId).Select(merchant => merchant.BusinessName).FirstOrDefault(),
                line.Subject,
                line.Reason,
                line.Before,
                line.After))
            .ToListAsync(ct);
        return found.Count > most ? new AuditLines(found[..most], found[most - 1].Id) : new AuditLines(found, null);
    }

    private static IQueryable<AuditEntry> Matching(AppDbContext db, AuditFilter filter)
    {
        var lines = db.AuditEntries.AsNoTracking();
        if (filter.From is { } from)
        {
            var begin = Midnight(from);
            lines = lines.Where(line => line.At >= begin);
        }

        if (filter.To is { } to && to < DateOnly.MaxValue)
        {
            var end = Midnight(to.AddDays(1));
            lines = lines.Where(line => line.At < end);
        }

        if (filter.Action is { } action)
        {
            lines = lines.Where(line => line.Action == action);
        }

        if (filter.Merchant is { } merchant)
        {
            lines = lines.Where(line => line.MerchantId == merchant);
        }

        if (filter.Who?.Trim() is { Length: > 0 } who)
        {
            // SQLite knows upper and lower case of ASCII alone: an accent must be typed as it was stored.
            string upper = who.ToUpperInvariant();
            lines = lines.Where(line => line.Email.Contains(who) || line.Email.ToUpper().Contains(upper));
        }

        if (filter.Words?.Trim().ToLowerInvariant() is { Length: > 0 } typed)
        {
            string words = FoldedText.Of(typed);

            // Lines from before there was such a text are never changed: what is typed is looked for in their own words.
            lines = words.Length == 0 ? lines.Where(_ => false) : lines.Where(line => line.SearchText.Contains(words)
                || (line.SearchText == "" && (line.Subject.ToLower().Contains(typed) || line.Reason!.ToLower().Contains(typed))));
        }

        return lines;
    }

    private static DateTimeOffset Midnight(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, Eastern.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
