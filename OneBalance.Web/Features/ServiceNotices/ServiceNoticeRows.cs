using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>What merchants read of a notice, in one language.</summary>
public sealed record NoticeWords(string Title, string Text);

/// <summary>A notice as pages and purchases see it.</summary>
public sealed record NoticeView(ServiceNoticeId Id, NoticeTerms Terms, NoticeWords English, NoticeWords French)
{
    public NoticeWords In(Language language) => language == Language.French ? French : English;
}

/// <summary>Reads notices in whatever context asks: a purchase in its own.</summary>
public static class ServiceNoticeRows
{
    /// <summary>Those that have not ended.</summary>
    public static async Task<IReadOnlyList<NoticeView>> OpenAsync(AppDbContext db, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await db.ServiceNotices.AsNoTracking()
            .Where(notice => notice.WithdrawnAt == null && (notice.To == null || notice.To > now))
            .ToListAsync(ct);
        return rows.ConvertAll(View);
    }

    /// <summary>The notice that stops the purchase of this label; null when none does.</summary>
    public static async Task<NoticeView?> BlockingAsync(AppDbContext db, LabelDraft draft, string service, DateTimeOffset now, CancellationToken ct) =>
        Blocking(await OpenAsync(db, now, ct), draft, service, now);

    public static NoticeView? Blocking(IReadOnlyList<NoticeView> notices, LabelDraft draft, string service, DateTimeOffset now) =>
        ServiceNoticeRules.Blocking(notices, notice => notice.Terms, now, Parcel(draft, service));

    /// <param name="service">Null while none is chosen.</param>
    public static NoticeParcel Parcel(LabelDraft draft, string? service) =>
        new(AddressRules.Normalize(draft.From).Province, draft.To.Country, AddressRules.Normalize(draft.To).Province, service);

    internal static NoticeView View(ServiceNotice row) =>
        new(row.Id, row.Terms(), new NoticeWords(row.EnglishTitle, row.EnglishText), new NoticeWords(row.FrenchTitle, row.FrenchText));
}
