using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>What a line of the balance page's ledger tells: a closed set, each with its own words.</summary>
public enum LedgerLineKind
{
    Funds,
    Label,
    LabelRefund,
    Surcharge,
    Credit,
    Correction,
    Dispute,
    Reinstated,
    Closing,
    Payout,
}

/// <summary>Which lines to show.</summary>
public enum LedgerFilter
{
    All,
    Funds,
    Labels,
    Refunds,
    Other,
}

/// <summary>How far back to show.</summary>
public enum LedgerPeriod
{
    All,
    Days30,
    Days90,
    Year,
}

/// <summary>One movement of the balance.</summary>
/// <param name="Sequence">Its number in the merchant's book.</param>
/// <param name="Amount">What it did to the balance; negative when it took.</param>
/// <param name="BalanceAfter">The balance after it, counting what is held for labels being bought.</param>
/// <param name="PaidOwed">The part of added funds that paid what was owed.</param>
/// <param name="Descriptor">What the processor says it printed for added funds; null until it has.</param>
public sealed record LedgerLine(
    long Sequence,
    LedgerLineKind Kind,
    DateTimeOffset At,
    Money Amount,
    Money BalanceAfter,
    Money PaidOwed,
    LabelId? Label,
    string? TrackingNumber,
    TopUpId? TopUp,
    string? CardLastFour,
    string? Descriptor = null);

/// <param name="Older">Sequence to continue below; null on the last page.</param>
public sealed record LedgerPage(IReadOnlyList<LedgerLine> Lines, long? Older);

/// <summary>The ledger as a merchant reads it, newest first. Holding and releasing are not movements: what is held is still the merchant's.</summary>
public sealed class LedgerQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public const int PageSize = 25;

    private static readonly Dictionary<LedgerTransferKind, LedgerLineKind> Kinds = new()
    {
        [LedgerTransferKind.Fund] = LedgerLineKind.Funds,
        [LedgerTransferKind.Capture] = LedgerLineKind.Label,
        [LedgerTransferKind.RefundLabel] = LedgerLineKind.LabelRefund,
        [LedgerTransferKind.Surcharge] = LedgerLineKind.Surcharge,
        [LedgerTransferKind.Credit] = LedgerLineKind.Credit,
        [LedgerTransferKind.Correct] = LedgerLineKind.Correction,
        [LedgerTransferKind.Dispute] = LedgerLineKind.Dispute,
        [LedgerTransferKind.Reinstate] = LedgerLineKind.Reinstated,
        [LedgerTransferKind.Close] = LedgerLineKind.Closing,
        [LedgerTransferKind.PayOut] = LedgerLineKind.Payout,
    };

    private readonly LedgerMoments _moments = new();

    // Compiled for the one database that this process has.
    private readonly Func<AppDbContext, MerchantId, long, long, IAsyncEnumerable<LedgerTransferRow>> _ofEveryKind = EF.CompileAsyncQuery(
        (AppDbContext db, MerchantId merchant, long after, long before) => db.LedgerTransfers.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Sequence > after && t.Sequence < before && Kinds.Keys.Contains(t.Kind))
            .OrderByDescending(t => t.Sequence)
            .Take(PageSize + 1));

    // The index by kind covers this. Asked for whole rows, SQLite would rather walk the book, past all lines of other kinds.
    private readonly Func<AppDbContext, MerchantId, LedgerTransferKind, long, long, IAsyncEnumerable<long>> _ofOneKind = EF.CompileAsyncQuery(
        (AppDbContext db, MerchantId merchant, LedgerTransferKind kind, long after, long before) => db.LedgerTransfers
            .Where(t => t.MerchantId == merchant && t.Kind == kind && t.Sequence > after && t.Sequence < before)
            .OrderByDescending(t => t.Sequence)
            .Select(t => t.Sequence)
            .Take(PageSize + 1));

    /// <param name="before">Show lines below this sequence; null from the newest.</param>
    public async Task<LedgerPage> PageAsync(MerchantAccess access, LedgerFilter filter, LedgerPeriod period, long? before, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);

        // A day is a place in the book: found once, instead of asking every older line.
        long after = Days(period) is { } days ? await _moments.LastBeforeAsync(db, merchant, time.GetUtcNow().AddDays(-days)) : 0;
        long below = before ?? long.MaxValue;
        var rows = filter == LedgerFilter.All
            ? await ListAsync(_ofEveryKind(db, merchant, after, below), ct)
            : await OfKindsAsync(db, merchant, Kinds.Where(kind => Shows(filter, kind.Value)).Select(kind => kind.Key), after, below, ct);
        var shown = rows.Take(PageSize).ToList();
        var debits = await DebitsAsync(db, merchant, shown, ct);
        var labels = await TrackingAsync(db, merchant, shown, ct);
        var topUps = await TopUpsAsync(db, merchant, shown, ct);
        return new LedgerPage(
            [.. shown.Select(row => Line(row, debits, labels, topUps))],
            rows.Count > PageSize ? shown[^1].Sequence : null);
    }

    private async Task<List<LedgerTransferRow>> OfKindsAsync(
        AppDbContext db, MerchantId merchant, IEnumerable<LedgerTransferKind> kinds, long after, long before, CancellationToken ct)
    {
        var newest = new List<long>();
        foreach (var kind in kinds)
        {
            newest.AddRange(await ListAsync(_ofOneKind(db, merchant, kind, after, before), ct));
        }

        long[] sequences = [.. newest.OrderDescending().Take(PageSize + 1)];
        return await db.LedgerTransfers.AsNoTracking()
            .Where(t => t.MerchantId == merchant && sequences.Contains(t.Sequence))
            .OrderByDescending(t => t.Sequence)
            .ToListAsync(ct);
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> rows, CancellationToken ct)
    {
        var list = new List<T>();
        await foreach (var row in rows.WithCancellation(ct))
        {
            list.Add(row);
        }

        return list;
    }

    private static bool Shows(LedgerFilter filter, LedgerLineKind kind) => filter switch
    {
        LedgerFilter.All => true,
        LedgerFilter.Funds => kind == LedgerLineKind.Funds,
        LedgerFilter.Labels => kind is LedgerLineKind.Label or LedgerLineKind.Surcharge,
        LedgerFilter.Refunds => kind == LedgerLineKind.LabelRefund,
        LedgerFilter.Other => kind is not (LedgerLineKind.Funds or LedgerLineKind.Label or LedgerLineKind.Surcharge or LedgerLineKind.LabelRefund),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, null),
    };

    private static int? Days(LedgerPeriod period) => period switch
    {
        LedgerPeriod.All => null,
        LedgerPeriod.Days30 => 30,
        LedgerPeriod.Days90 => 90,
        LedgerPeriod.Year => 365,
        _ => throw new ArgumentOutOfRangeException(nameof(period), period, null),
    };

    private static LedgerLine Line(
        LedgerTransferRow row, Dictionary<(long, Account), long> debits, Dictionary<LabelId, string?> labels, Dictionary<string, TopUpOfLine> topUps)
    {
        var label = LabelOf(row.Key) ?? LabelOf(row.Reference);
        var topUp = PaymentOf(row.Key) is { } payment ? topUps.GetValueOrDefault(payment) : null;
        return new LedgerLine(
            row.Sequence,
            Kinds[row.Kind],
            row.RecordedAt,
            new Money(-debits.GetValueOrDefault((row.Sequence, Account.Available))),
            new Money(row.AvailableAfter + row.PendingAfter),
            row.Kind == LedgerTransferKind.Fund ? new Money(-debits.GetValueOrDefault((row.Sequence, Account.Receivable))) : Money.Zero,
            label is { } id && labels.ContainsKey(id) ? id : null,
            label is { } tracked ? labels.GetValueOrDefault(tracked) : null,
            topUp?.Id,
            topUp?.CardLastFour,
            topUp?.Descriptor);
    }

    /// <summary>What the lines debited of the merchant's own accounts; negative what they credited.</summary>
    private static async Task<Dictionary<(long, Account), long>> DebitsAsync(AppDbContext db, MerchantId merchant, IEnumerable<LedgerTransferRow> rows, CancellationToken ct)
    {
        long[] sequences = [.. rows.Select(row => row.Sequence)];
        return await db.LedgerEntries
            .Where(e => e.MerchantId == merchant && sequences.Contains(e.Sequence) && (e.Account == Account.Available || e.Account == Account.Receivable))
            .ToDictionaryAsync(e => (e.Sequence, e.Account), e => e.Amount, ct);
    }

    private static async Task<Dictionary<LabelId, string?>> TrackingAsync(AppDbContext db, MerchantId merchant, IEnumerable<LedgerTransferRow> rows, CancellationToken ct)
    {
        LabelId[] ids = [.. rows.Select(row => LabelOf(row.Key) ?? LabelOf(row.Reference)).OfType<LabelId>().Distinct()];
        return ids.Length == 0
            ? []
            : await db.Labels.Where(l => l.MerchantId == merchant && ids.Contains(l.Id)).Select(l => new { l.Id, l.TrackingNumber }).ToDictionaryAsync(l => l.Id, l => l.TrackingNumber, ct);
    }

    private static async Task<Dictionary<string, TopUpOfLine>> TopUpsAsync(AppDbContext db, MerchantId merchant, IEnumerable<LedgerTransferRow> rows, CancellationToken ct)
    {
        string[] payments = [.. rows.Select(row => PaymentOf(row.Key)).OfType<string>().Distinct()];
        return payments.Length == 0
            ? []
            : await db.TopUps
                .Where(t => t.MerchantId == merchant && t.PaymentId != null && payments.Contains(t.PaymentId))
                .Select(t => new { t.PaymentId, t.Id, t.CardLastFour, t.StatementDescriptor })
                .ToDictionaryAsync(t => t.PaymentId!, t => new TopUpOfLine(t.Id, t.CardLastFour, t.StatementDescriptor), ct);
    }

    /// <summary>Keys read <c>label/{32 hex digits}/...</c>; see <see cref="LedgerKeys"/>.</summary>
    private static LabelId? LabelOf(string? key) =>
        key?.Split('/') is ["label", var id, ..] && Guid.TryParseExact(id, "N", out var label) ? new LabelId(label) : null;

    /// <summary>Keys read <c>payment/{the processor's id}/fund</c>.</summary>
    private static string? PaymentOf(string key) => key.Split('/') is ["payment", var payment, "fund"] ? payment : null;

    private sealed record TopUpOfLine(TopUpId Id, string CardLastFour, string? Descriptor);
}
