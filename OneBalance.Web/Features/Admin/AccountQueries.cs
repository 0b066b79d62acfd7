using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>How an account stands.</summary>
/// <param name="Closing">Being cancelled, or cancelled.</param>
/// <param name="Paused">Support paused buying.</param>
public sealed record AccountStand(
    MerchantId Id,
    string BusinessName,
    string ContactEmail,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SetUpAt,
    Money Available,
    Money Held,
    Money Owed,
    bool Paused,
    bool Closing);

/// <param name="Correctable">Of a kind that support reverses, and not reversed yet.</param>
public sealed record AccountTransfer(long Sequence, LedgerTransferKind Kind, Money Amount, Money AvailableAfter, DateTimeOffset At, string Key, bool Correctable);

public sealed record AccountLabel(LabelId Id, LabelState State, string To, string? TrackingNumber, Money? Paid, DateTimeOffset At);

public sealed record AccountCard(string Brand, string LastFour, int ExpiryMonth, int ExpiryYear, bool IsDefault, bool Removed);

public sealed record AccountMember(string Email, string Name, bool IsOwner, MerchantRight Rights, bool SecondFactor);

/// <summary>Something that support asked for and that is not ended.</summary>
/// <param name="Amount">Of a goodwill credit.</param>
/// <param name="Reversed">Of a correction: the key of the transfer to reverse.</param>
public sealed record AccountAction(Guid Id, SupportActionKind Kind, Money? Amount, string? Reversed, string Reason, string Email, DateTimeOffset AskedAt);

public sealed record AccountMail(string To, string Subject, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);

/// <param name="FailureCode">Why nothing was charged: the processor's word; null when it was, or is not known yet.</param>
public sealed record AccountTopUp(TopUpId Id, TopUpState State, Money Amount, string Card, bool Automatic, string? FailureCode, DateTimeOffset At);

/// <param name="Ticket">The carrier's service ticket; null for voids, and before there is one.</param>
public sealed record AccountRefund(LabelId Label, RefundKind Kind, RefundState State, Money Amount, string? Ticket, DateTimeOffset At);

/// <param name="More">There are older ones than these.</param>
public sealed record AccountList<T>(IReadOnlyList<T> Rows, bool More)
{
    internal static AccountList<T> Of(List<T> oneMore, int most) => new([.. oneMore.Take(most)], oneMore.Count > most);
}

public sealed record AccountView(
    AccountStand Stand,
    AccountList<AccountTransfer> Transfers,
    AccountList<AccountTopUp> TopUps,
    AccountList<AccountLabel> Labels,
    AccountList<AccountRefund> Refunds,
    IReadOnlyList<AccountCard> Cards,
    IReadOnlyList<AccountMember> Team,
    AccountList<AccountMail> Mails,
    IReadOnlyList<AccountAction> Pending);

/// <summary>One account as support sees it. Crosses merchants on purpose: only support may ask.</summary>
public sealed class AccountQueries(IDbContextFactory<AppDbContext> contexts)
{
    /// <summary>How many of each are shown at first, and how many more with each wish for more.</summary>
    public const int Step = 20;

    private const int MostCards = 20;

    /// <summary>Null when there is no such account.</summary>
    /// <param name="most">So many of each, the newest first.</param>
    public async Task<AccountView?> ReadAsync(SupportAccess support, MerchantId merchant, CancellationToken ct, int most = Step)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Merchants.Where(m => m.Id == merchant)
            .Select(m => new { m.BusinessName, m.ContactEmail, m.CreatedAt, m.SetUpFinishedAt }).SingleOrDefaultAsync(ct);
        if (row is null)
        {
            return null;
        }

        var book = await db.LedgerBooks.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantId == merchant, ct);
        var transfers = await db.LedgerTransfers.Where(t => t.MerchantId == merchant).OrderByDescending(t => t.Sequence).Take(most + 1)
            .Select(t => new { t.Sequence, t.Kind, t.Amount, t.AvailableAfter, t.RecordedAt, t.Key }).ToListAsync(ct);
        var keys = transfers.Select(t => t.Key).ToList();
        var reversed = await db.LedgerTransfers.Where(t => t.MerchantId == merchant && t.Kind == LedgerTransferKind.Correct && keys.Contains(t.Reference!))
            .Select(t => t.Reference).ToListAsync(ct);
        var team = await db.Memberships.Where(m => m.MerchantId == merchant)
            .Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { u.Email, m.Name, m.IsOwner, m.Rights, u.TwoFactorEnabled, m.AddedAt })
            .OrderByDescending(m => m.IsOwner).ThenBy(m => m.AddedAt).ToListAsync(ct);
        return new AccountView(
            new AccountStand(
                merchant,
                row.BusinessName,
                row.ContactEmail,
                row.CreatedAt,
                row.SetUpFinishedAt,
                new Money((book?.Available ?? 0) - (book?.Pending ?? 0)),
                new Money(book?.Pending ?? 0),
                new Money(book?.Receivable ?? 0),
                book?.Paused ?? false,
                book is { Status: not LedgerBookStatus.Open }),
            AccountList<AccountTransfer>.Of(
                transfers.ConvertAll(t => new AccountTransfer(
                    t.Sequence, t.Kind, new Money(t.Amount), new Money(t.AvailableAfter), t.RecordedAt, t.Key, SupportActionRules.Reversible.Contains(t.Kind) && !reversed.Contains(t.Key))),
                most),
            AccountList<AccountTopUp>.Of(
                await db.TopUps.Where(t => t.MerchantId == merchant).OrderByDescending(t => t.RequestedAt).Take(most + 1)
                    .Select(t => new AccountTopUp(t.Id, t.State, t.Amount, t.CardBrand + " " + t.CardLastFour, t.Automatic, t.FailureCode, t.RequestedAt)).ToListAsync(ct),
                most),
            AccountList<AccountLabel>.Of(
                await db.Labels.Where(l => l.MerchantId == merchant && l.State != LabelState.Draft).OrderByDescending(l => l.CreatedAt).Take(most + 1)
                    .Select(l => new AccountLabel(l.Id, l.State, l.To.City, l.TrackingNumber, l.Paid, l.CreatedAt)).ToListAsync(ct),
                most),
            AccountList<AccountRefund>.Of(
                await db.RefundRequests.Where(r => r.MerchantId == merchant).OrderByDescending(r => r.RequestedAt).Take(most + 1)
                    .Select(r => new AccountRefund(r.LabelId, r.Kind, r.State, r.Amount, r.Ticket, r.RequestedAt)).ToListAsync(ct),
                most),
            await db.Cards.Where(c => c.MerchantId == merchant).OrderBy(c => c.RemovedAt != null).ThenByDescending(c => c.IsDefault).ThenByDescending(c => c.AddedAt).Take(MostCards)
                .Select(c => new AccountCard(c.Brand, c.LastFour, c.ExpiryMonth, c.ExpiryYear, c.IsDefault, c.RemovedAt != null)).ToListAsync(ct),
            [.. team.Select(m => new AccountMember(m.Email ?? "", m.Name, m.IsOwner, m.Rights, m.TwoFactorEnabled))],
            AccountList<AccountMail>.Of(
                await db.OutgoingMails.Where(m => m.MerchantId == merchant).OrderByDescending(m => m.CreatedAt).Take(most + 1)
                    .Select(m => new AccountMail(m.To, m.Subject, m.CreatedAt, m.SentAt)).ToListAsync(ct),
                most),
            await db.SupportActions.Where(a => a.MerchantId == merchant && a.State == SupportActionState.Asked).OrderBy(a => a.AskedAt)
                .Select(a => new AccountAction(a.Id, a.Kind, a.Amount, a.Reversed, a.Reason, a.Email, a.AskedAt)).ToListAsync(ct));
    }
}
