using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Statements;
using OneBalance.Core.Tax;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Statements;

/// <summary>A movement with what a reader knows it by.</summary>
/// <param name="Balance">After it.</param>
public sealed record StatementLine(
    StatementMovement Movement,
    Money Balance,
    LabelId? Label,
    string? TrackingNumber,
    string? ServiceName,
    string? Reference,
    TopUpId? TopUp,
    string? CardLastFour);

/// <summary>One tax at one rate over the period.</summary>
/// <param name="Base">What it was charged on, credits taken off.</param>
/// <param name="Credited">Given back by credit notes, above zero.</param>
public sealed record TaxTotal(TaxKind Kind, decimal? Percent, Money Base, Money Charged, Money Credited)
{
    public Money Net => Charged - Credited;
}

/// <summary>What went on one of the carrier's services, tax included.</summary>
/// <param name="Labels">Bought in the period.</param>
/// <param name="Spent">Labels less refunds; may be below zero where older labels were refunded.</param>
public sealed record ServiceSpend(string Service, int Labels, Money Spent);

/// <summary>One row of the list of tax papers.</summary>
public sealed record TaxPaperRow(TaxPaperKind Kind, string Number, LabelId Label, DateTimeOffset IssuedAt, string ServiceName, Money Total);

/// <summary>A statement with all that its page and its files show.</summary>
/// <param name="Unfinished">Its last day has not ended: the closing balance is that of now.</param>
/// <param name="Owed">At the end: the part of the closing balance below zero that a funding pays first.</param>
/// <param name="Held">At the end: the part of the closing balance held for labels being bought.</param>
public sealed record StatementView(
    string BusinessName,
    StatementPeriod Period,
    bool Unfinished,
    Statement Statement,
    IReadOnlyList<StatementLine> Lines,
    Money Owed,
    Money Held,
    IReadOnlyList<StatementDay> Days,
    IReadOnlyList<TaxTotal> Taxes,
    IReadOnlyList<ServiceSpend> Services,
    IReadOnlyList<TaxPaperRow> Papers,
    DateTimeOffset MadeAt);

/// <summary>Reads statements from the ledger. Days are Eastern calendar days, as on every paper of the product.</summary>
public sealed class StatementQueries(IDbContextFactory<AppDbContext> contexts, IssueTaxPapers issue, TimeProvider time)
{
    private readonly LedgerMoments _moments = new();

    public DateOnly Today => EasternDay.Of(time.GetUtcNow());

    /// <summary>For the page.</summary>
    /// <exception cref="InvalidOperationException">The statement does not end where the ledger does: a bug that must not be printed.</exception>
    public async Task<StatementView> LoadAsync(MerchantAccess access, StatementPeriod period, CancellationToken ct) =>
        await ReadAsync(access, await access.DemandAsync(MerchantRight.SeeBalance, ct), period, ct);

    /// <summary>As <see cref="LoadAsync"/>, to be taken out as a file.</summary>
    public async Task<StatementView> ForFileAsync(MerchantAccess access, StatementPeriod period, CancellationToken ct) =>
        await ReadAsync(access, await access.DemandAsync(MerchantRight.Export, ct), period, ct);

    private async Task<StatementView> ReadAsync(MerchantAccess access, MerchantId merchant, StatementPeriod period, CancellationToken ct)
    {
        // A member finds the paper of what was bought a moment ago. Who only looks on changes nothing, not even that: the sweep
        // issues it within its half minute.
        if ((await access.NowAsync(ct)).MayAct)
        {
            await issue.RunAsync(merchant, ct);
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        string business = await db.Merchants.Where(m => m.Id == merchant).Select(m => m.BusinessName).SingleAsync(ct);
        var opening = await StandAsync(db, merchant, EasternDay.StartOf(period.From), ct);
        var closing = await StandAsync(db, merchant, EasternDay.EndOf(period.To), ct);
        var movements = await MovementsAsync(db, merchant, opening.Sequence, closing.Sequence, ct);
        var statement = Statement.Of(opening.Balance, [.. movements.Select(m => m.Movement)]);
        if (!statement.Reconciles(closing.Balance))
        {
            throw new InvalidOperationException(
                $"The statement of merchant {merchant} from transfer {opening.Sequence} to {closing.Sequence} ends at {statement.Closing}, the ledger at {closing.Balance}.");
        }

        var papers = await db.TaxPapers.AsNoTracking()
            .Where(p => p.MerchantId == merchant && p.LedgerSequence > opening.Sequence && p.LedgerSequence <= closing.Sequence)
            .OrderBy(p => p.LedgerSequence)
            .ToListAsync(ct);
        var contents = papers.ConvertAll(p => (Paper: p, Content: StoredLabel.Json.Read<TaxPaperContent>(p.ContentJson)!));
        return new StatementView(
            business,
            period,
            period.To >= Today,
            statement,
            await LinesAsync(db, merchant, opening.Balance, movements, ct),
            closing.Owed,
            closing.Held,
            statement.Days(UntilToday(period), EasternDay.Of),
            Taxes(contents.Select(c => (c.Paper.Kind, c.Content))),
            await SpentAsync(db, merchant, movements, ct),
            [.. papers.Select(p => new TaxPaperRow(p.Kind, TaxPaperQueries.NumberOf(p), p.LabelId, p.IssuedAt, p.ServiceName, p.Total))],
            time.GetUtcNow());
    }

    /// <summary>Nothing is drawn into days that have not come.</summary>
    private StatementPeriod UntilToday(StatementPeriod period) =>
        period.From <= Today && Today < period.To ? StatementPeriod.Of(period.From, Today).Period!.Value : period;

    /// <summary>Each tax at each rate, as charged by invoices and given back by credit notes.</summary>
    internal static IReadOnlyList<TaxTotal> Taxes(IEnumerable<(TaxPaperKind Kind, TaxPaperContent Content)> papers) =>
    [
        .. papers
            .SelectMany(paper => paper.Content.Taxes.Select(tax => (paper.Kind, paper.Content.BeforeTax, Tax: tax)))
            .GroupBy(line => (line.Tax.Kind, line.Tax.Percent))
            .OrderBy(group => group.Key.Kind).ThenBy(group => group.Key.Percent)
            .Select(group => new TaxTotal(
                group.Key.Kind,
                group.Key.Percent,
                group.Sum(line => line.Kind == TaxPaperKind.Invoice ? line.BeforeTax : -line.BeforeTax),
                group.Where(line => line.Kind == TaxPaperKind.Invoice).Sum(line => line.Tax.Amount),
                group.Where(line => line.Kind == TaxPaperKind.CreditNote).Sum(line => line.Tax.Amount))),
    ];

    /// <summary>How the book stood right before a moment.</summary>
    private async Task<Stand> StandAsync(AppDbContext db, MerchantId merchant, DateTimeOffset before, CancellationToken ct)
    {
        long sequence = await _moments.LastBeforeAsync(db, merchant, before);
        if (sequence == 0)
        {
            return new Stand(0, Money.Zero, Money.Zero, Money.Zero);
        }

        var last = await db.LedgerTransfers.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Sequence == sequence)
            .Select(t => new { t.Sequence, t.AvailableAfter, t.PendingAfter })
            .SingleAsync(ct);
        long owed = await db.LedgerEntries
            .Where(e => e.MerchantId == merchant && e.Sequence <= last.Sequence && e.Account == Account.Receivable)
            .SumAsync(e => (long?)e.Amount, ct) ?? 0;
        return new Stand(last.Sequence, new Money(last.AvailableAfter + last.PendingAfter - owed), new Money(owed), new Money(last.PendingAfter));
    }

    private static async Task<List<Moved>> MovementsAsync(AppDbContext db, MerchantId merchant, long after, long last, CancellationToken ct)
    {
        var transfers = await db.LedgerTransfers.AsNoTracking()
            .Where(t => t.MerchantId == merchant && t.Sequence > after && t.Sequence <= last)
            .OrderBy(t => t.Sequence)
            .Select(t => new { t.Sequence, t.Kind, t.Key, t.Reference, t.RecordedAt })
            .ToListAsync(ct);
        var entries = (await db.LedgerEntries.AsNoTracking()
            .Where(e => e.MerchantId == merchant && e.Sequence > after && e.Sequence <= last && (e.Account == Account.Available || e.Account == Account.Receivable))
            .Select(e => new { e.Sequence, e.Account, e.Amount })
            .ToListAsync(ct)).ToLookup(e => e.Sequence, e => new Entry(e.Account, new Money(e.Amount)));
        var movements = new List<Moved>(transfers.Count);
        foreach (var transfer in transfers)
        {
            var change = Statement.Change(entries[transfer.Sequence]);
            if (!change.IsZero)
            {
                var category = Statement.CategoryOf(transfer.Kind, transfer.Key)
                    ?? throw new InvalidOperationException($"Transfer {transfer.Sequence} of merchant {merchant} moved the balance and is a {transfer.Kind}.");
                movements.Add(new Moved(new StatementMovement(transfer.Sequence, category, transfer.RecordedAt, change), transfer.Key, transfer.Reference));
            }
        }

        return movements;
    }

    private static async Task<IReadOnlyList<StatementLine>> LinesAsync(AppDbContext db, MerchantId merchant, Money opening, List<Moved> movements, CancellationToken ct)
    {
        var labels = await LabelsAsync(db, merchant, [.. movements.Select(m => m.Label).OfType<LabelId>().Distinct()], ct);
        var topUps = await TopUpsAsync(db, merchant, [.. movements.Select(m => LedgerKeyParts.Payment(m.Key)).OfType<string>().Distinct()], ct);
        var lines = new List<StatementLine>(movements.Count);
        var balance = opening;
        foreach (var moved in movements)
        {
            balance += moved.Movement.Amount;
            var label = moved.Label is { } id ? labels.GetValueOrDefault(id) : null;
            var topUp = LedgerKeyParts.Payment(moved.Key) is { } payment ? topUps.GetValueOrDefault(payment) : null;
            lines.Add(new StatementLine(
                moved.Movement,
                balance,
                label?.Id,
                label?.TrackingNumber,
                label?.ServiceName,
                label?.Reference,
                topUp?.Id,
                topUp?.CardLastFour));
        }

        return lines;
    }

    /// <summary>Asked for in parts: a database takes only so many parameters at once.</summary>
    private static async Task<Dictionary<LabelId, LabelOfLine>> LabelsAsync(AppDbContext db, MerchantId merchant, LabelId[] ids, CancellationToken ct)
    {
        var found = new Dictionary<LabelId, LabelOfLine>();
        foreach (var part in ids.Chunk(500))
        {
            foreach (var label in await db.Labels.Where(l => l.MerchantId == merchant && part.Contains(l.Id))
                .Select(l => new LabelOfLine(l.Id, l.TrackingNumber, l.ServiceCode, l.ServiceName, l.Reference)).ToListAsync(ct))
            {
                found[label.Id] = label;
            }
        }

        return found;
    }

    /// <summary>What labels cost less what of it came back, by the ledger: also where no tax paper was issued.</summary>
    private static async Task<IReadOnlyList<ServiceSpend>> SpentAsync(AppDbContext db, MerchantId merchant, List<Moved> movements, CancellationToken ct)
    {
        var ofLabels = movements.FindAll(m => m.Label is not null && m.Movement.Category is StatementCategory.Labels or StatementCategory.LabelRefunds);
        var labels = await LabelsAsync(db, merchant, [.. ofLabels.Select(m => m.Label!.Value).Distinct()], ct);
        return
        [
            .. from moved in ofLabels
               let label = labels.GetValueOrDefault(moved.Label!.Value)
               where label?.ServiceName is not null
               group (moved, label) by label.ServiceCode ?? label.ServiceName into service
               let spend = new ServiceSpend(
                   service.Last().label.ServiceName!,
                   service.Count(one => one.moved.Movement.Category == StatementCategory.Labels && !LedgerKeyParts.IsPriceDifference(one.moved.Key)),
                   -service.Sum(one => one.moved.Movement.Amount))
               orderby spend.Spent descending, spend.Service
               select spend,
        ];
    }

    private static async Task<Dictionary<string, TopUpOfLine>> TopUpsAsync(AppDbContext db, MerchantId merchant, string[] payments, CancellationToken ct)
    {
        var found = new Dictionary<string, TopUpOfLine>();
        foreach (var part in payments.Chunk(500))
        {
            foreach (var topUp in await db.TopUps.Where(t => t.MerchantId == merchant && t.PaymentId != null && part.Contains(t.PaymentId))
                .Select(t => new { t.PaymentId, t.Id, t.CardLastFour }).ToListAsync(ct))
            {
                found[topUp.PaymentId!] = new TopUpOfLine(topUp.Id, topUp.CardLastFour);
            }
        }

        return found;
    }

    /// <param name="Balance">Available and held less what is owed.</param>
    private sealed record Stand(long Sequence, Money Balance, Money Owed, Money Held);

    private sealed record Moved(StatementMovement Movement, string Key, string? Reference)
    {
        public LabelId? Label => LedgerKeyParts.Label(Key) ?? LedgerKeyParts.Label(Reference);
    }

    private sealed record LabelOfLine(LabelId Id, string? TrackingNumber, string? ServiceCode, string? ServiceName, string Reference);

    private sealed record TopUpOfLine(TopUpId Id, string CardLastFour);
}
