using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Core.Team;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Notices;

/// <summary>What a notice says, phrased in the language that is spoken at the time.</summary>
/// <param name="Path">Where its link leads; a path of ours.</param>
public sealed record NoticeWords(string Subject, IReadOnlyList<string> Paragraphs, string LinkText, string Path);

/// <summary>
/// Writes a notice to those of a merchant's users who want its kind, each in the user's language. The mails go into the
/// caller's context: they are stored with what they report, or not at all.
/// </summary>
public sealed partial class NoticeWriter(Outbox outbox, SiteAddress site, UnsubscribeLinks links, IStringLocalizer<NoticeTexts> texts, ILogger<NoticeWriter> log)
{
    /// <summary>As <see cref="Rights.Allow"/> has it.</summary>
    private const MerchantRight SeesBalance = MerchantRight.SeeBalance | MerchantRight.ManageBilling | MerchantRight.Export;

    /// <param name="onlyUser">For a notice of one user's own; null for all of the merchant's.</param>
    public async Task AddAsync(AppDbContext db, MerchantId merchant, NoticeKind kind, Func<Formats, NoticeWords> phrase, string? onlyUser, CancellationToken ct)
    {
        bool ofMoney = IsOfMoney(kind);
        var users = await db.Users.AsNoTracking()
            .Where(user => user.MerchantId == merchant && user.EmailConfirmed && (onlyUser == null || user.Id == onlyUser))
            .Where(user => !ofMoney || !db.Memberships.Any(member => member.UserId == user.Id && !member.IsOwner && (member.Rights & SeesBalance) == 0))
            .ToListAsync(ct);
        var preferences = await db.NoticePreferences.AsNoTracking().Where(p => p.MerchantId == merchant).ToDictionaryAsync(p => p.UserId, ct);
        foreach (var user in users.Where(user => Wants(preferences.GetValueOrDefault(user.Id), kind)))
        {
            outbox.Add(db, merchant, user.Email!, Mail(user, kind, phrase), NoticeRules.IsOptional(kind) ? links.For(merchant, user.Id, kind) : null);
        }
    }

    /// <summary>Tells the sender; after the caller has saved.</summary>
    public void Wake() => outbox.Wake();

    /// <summary>
    /// Tells of one after another, and then the sender. What cannot be told must not keep the others from being told; it is
    /// tried again in the next round.
    /// </summary>
    /// <param name="what">Names it in the log.</param>
    /// <param name="tell">Saves, and says how much it told: 0 when somebody else did.</param>
    /// <returns>How much was told.</returns>
    public async Task<int> TellEachAsync<T>(IEnumerable<T> due, Func<T, string> what, Func<T, Task<int>> tell)
    {
        int told = 0;
        foreach (var item in due)
        {
            try
            {
                told += await tell(item);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                NotTold(log, failure, what(item));
            }
        }

        if (told > 0)
        {
            Wake();
        }

        return told;
    }

    [LoggerMessage(LogLevel.Error, "Of {What} nobody could be told.")]
    private static partial void NotTold(ILogger log, Exception failure, string what);

    /// <summary>Told only to those who may see the balance.</summary>
    private static bool IsOfMoney(NoticeKind kind) =>
        kind is NoticeKind.FundingSucceeded or NoticeKind.FundingFailed or NoticeKind.AutoFundingOff or NoticeKind.CardExpiring or NoticeKind.LowBalance;

    internal static bool Wants(NoticePreferences? preferences, NoticeKind kind) => preferences is null || kind switch
    {
        NoticeKind.FundingSucceeded or NoticeKind.AutoFundingOff or NoticeKind.AdjustmentNoticed or NoticeKind.AdjustmentDecided or NoticeKind.RefundDecided or NoticeKind.AccountClosing => true,
        NoticeKind.FundingFailed => preferences.FundingFailed,
        NoticeKind.CardExpiring => preferences.CardExpiring,
        NoticeKind.LowBalance => preferences.LowBalance,
        NoticeKind.UnusedLabels => preferences.UnusedLabels,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private MailText Mail(AppUser user, NoticeKind kind, Func<Formats, NoticeWords> phrase)
    {
        using var spoken = new SpokenIn(user.Language);
        var words = phrase(SpokenIn.Formats);
        return new MailText(
            user.Language,
            words.Subject,
            words.Paragraphs,
            new MailLink(words.LinkText, site.To(words.Path)),
            [texts[NoticeRules.IsOptional(kind) ? "Mail.WhyOptional" : "Mail.WhyRequired"]],
            new MailLink(texts["Mail.Choose"], site.To("/settings/notices")));
    }
}
