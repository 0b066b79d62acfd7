using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Closing;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>A cancellation in support's list.</summary>
/// <param name="Amount">What would be, or is, paid out, with what came in late.</param>
/// <param name="Next">The first day by which a part must be paid; null when nothing is promised or everything is paid.</param>
public sealed record CancellationRow(
    Guid Id, string Reference, MerchantId Merchant, string BusinessName, ClosingState State, Money Amount, DateTimeOffset RequestedAt, DateOnly? Next, bool Overdue)
{
    public bool Ended => State is ClosingState.Paid or ClosingState.Withdrawn;
}

/// <summary>A charge in the plan.</summary>
/// <param name="Part">What goes back to it.</param>
public sealed record PlannedCharge(string PaymentId, string CardBrand, string CardLastFour, DateTimeOffset ChargedAt, Money Amount, Money Refundable, Money Part);

/// <summary>The merchant's money at a glance.</summary>
public sealed record MoneyAtAGlance(Money Available, Money Held, Money Owed, Money SetAside, Money PaidByBank, Money TakenIn);

/// <summary>A cancellation with everything that support decides from.</summary>
/// <param name="Plan">Before closing: how the remainder would go back now. Empty afterwards: then the parts tell.</param>
/// <param name="ByBank">Of the plan: what no charge takes.</param>
/// <param name="OpenedById">The maker's user id.</param>
/// <param name="Address">Where a cheque goes.</param>
/// <param name="VoidedAt">When the last approval became void; null unless it must be given anew.</param>
public sealed record CancellationFile(
    CancellationRow Row,
    string ContactEmail,
    Address Address,
    string Reason,
    string? OpenedBy,
    string? OpenedById,
    DateTimeOffset? OpenedAt,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    string? ApprovalNote,
    DateTimeOffset? VoidedAt,
    Money? VoidedAmount,
    DateOnly? DueFrom,
    DateOnly? DueBy,
    Money Remainder,
    Money Limit,
    MoneyAtAGlance Money,
    ClosingFacts Pending,
    IReadOnlyList<PlannedCharge> Plan,
    Money ByBank,
    IReadOnlyList<LotView> Lots)
{
    /// <summary>What came in late and waits for an approval of its own.</summary>
    public Money Supplement => Lots.Where(lot => lot.WaitsForApproval).Sum(lot => lot.Amount);

    /// <summary>Parts that have not left stay for now.</summary>
    public bool Held => Holding.Holds(Row.State, Pending);

    public bool SecondPersonNeeded => !ClosingRules.OnePersonMayApprove(Remainder, Limit);
}

/// <summary>For support only: crosses merchants.</summary>
public sealed class CancellationDesk(IDbContextFactory<AppDbContext> contexts, StoredFundings fundings, IOptions<CancellationOptions> options, TimeProvider time)
{
    /// <summary>Ended ones shown at once.</summary>
    public const int MostEnded = 100;

    /// <summary>Overdue ones in front, then by the day that is promised, then the longest asked for; ended ones last, the newest first.</summary>
    public async Task<IReadOnlyList<CancellationRow>> ListAsync(SupportAccess support, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await RowsAsync(db, null, ended: false, ct);
        var ended = await RowsAsync(db, null, ended: true, ct);
        return
        [
            .. open.OrderByDescending(r => r.Overdue).ThenBy(r => r.Next ?? DateOnly.MaxValue).ThenBy(r => r.RequestedAt),
            .. ended.OrderByDescending(r => r.RequestedAt),
        ];
    }

    /// <summary>The cancellation of a merchant that is under way or done; null when there is none but withdrawn ones.</summary>
    public async Task<Guid?> OfAsync(SupportAccess support, MerchantId merchant, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.AccountClosings.Where(c => c.MerchantId == merchant && c.State != ClosingState.Withdrawn).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(ct);
    }

    /// <returns>Null when there is no such cancellation.</returns>
    public async Task<CancellationFile?> ReadAsync(SupportAccess support, Guid id, CancellationToken ct)
    {
        await support.DemandAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AccountClosings.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } closing)
        {
            return null;
        }

        var row = (await RowsAsync(db, id, ended: null, ct))[0];
        var merchant = closing.MerchantId;
        var business = await db.Merchants.AsNoTracking().SingleAsync(m => m.Id == merchant, ct);
        var people = await db.Users.Where(u => u.Id == closing.OpenedBy || u.Id == closing.ApprovedBy).ToDictionaryAsync(u => u.Id, u => u.Email ?? u.Id, ct);
        var book = await db.LedgerBooks.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantId == merchant, ct);
        var (pending, remainder) = await fundings.StandingAsync(db, merchant, ct);
        var lots = await db.PayoutLots.AsNoTracking().Where(l => l.MerchantId == merchant && l.ClosingId == id).OrderBy(l => l.Number).ToListAsync(ct);
        bool before = closing.State is ClosingState.Requested or ClosingState.Opening or ClosingState.Closing or ClosingState.Approved;
        var (plan, byBank) = before ? await PlanAsync(db, merchant, remainder, ct) : ([], Money.Zero);
        return new CancellationFile(
            row,
            business.ContactEmail,
            business.Address.ToAddress(),
            closing.Reason,
            Name(closing.OpenedBy),
            closing.OpenedBy,
            closing.OpenedAt,
            Name(closing.ApprovedBy),
            closing.ApprovedAt,
            closing.ApprovalNote,
            closing.VoidedAt,
            closing.VoidedAmount,
            closing.DueFrom,
            closing.DueBy,
            closing.Remainder ?? remainder,
            closing.ApprovalLimit ?? options.Value.Limit,
            new MoneyAtAGlance(
                remainder,
                new Money(book?.Pending ?? 0),
                new Money(book?.Receivable ?? 0),
                new Money(book?.PayoutClearing ?? 0),
                new Money(book?.Bank ?? 0),
                new Money(book?.CardClearing ?? 0)),
            pending,
            plan,
            byBank,
            [.. lots.Select(LotView.Of)]);

        string? Name(string? user) => user is null ? null : people.GetValueOrDefault(user, user);
    }

    private async Task<(IReadOnlyList<PlannedCharge> Plan, Money ByBank)> PlanAsync(AppDbContext db, MerchantId merchant, Money remainder, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var charges = await fundings.ChargesAsync(db, merchant, ct);
        var plan = fundings.Plan(remainder, charges.Values);
        var parts = plan.ToCards.ToDictionary(part => part.PaymentId, part => part.Amount);
        return (
            [
                .. charges.Values
                    .Where(c => parts.ContainsKey(c.Charge.PaymentId))
                    .OrderByDescending(c => c.Charge.ChargedAt)
                    .Select(c => new PlannedCharge(
                        c.Charge.PaymentId, c.CardBrand, c.CardLastFour, c.Charge.ChargedAt, c.Charge.Amount, c.Charge.Refundable(now, options.Value.Oldest), parts[c.Charge.PaymentId])),
            ],
            plan.ByBank);
    }

    /// <param name="ended">Null for both kinds.</param>
    private async Task<List<CancellationRow>> RowsAsync(AppDbContext db, Guid? only, bool? ended, CancellationToken ct)
    {
        var today = EasternDay.Of(time.GetUtcNow());
        var wanted = db.AccountClosings.AsNoTracking();
        if (only is { } id)
        {
            wanted = wanted.Where(c => c.Id == id);
        }
        else if (ended == true)
        {
            wanted = wanted.Where(c => c.State == ClosingState.Paid || c.State == ClosingState.Withdrawn).OrderByDescending(c => c.RequestedAt).Take(MostEnded);
        }
        else
        {
            wanted = wanted.Where(c => c.State != ClosingState.Paid && c.State != ClosingState.Withdrawn);
        }

        var closings = await wanted
            .Join(db.Merchants, c => c.MerchantId, m => m.Id, (c, m) => new
            {
                Closing = c,
                m.BusinessName,
                Available = db.LedgerBooks.Where(b => b.MerchantId == c.MerchantId).Select(b => (long?)(b.Available - b.Pending)).FirstOrDefault(),
                Late = db.PayoutLots
                    .Where(l => l.MerchantId == c.MerchantId && l.ClosingId == c.Id && l.Supplementary && l.State != PayoutLotState.Failed && l.State != PayoutLotState.Replaced)
                    .Select(l => l.Amount).ToList(),
                Next = db.PayoutLots
                    .Where(l => l.MerchantId == c.MerchantId && l.ClosingId == c.Id && l.State != PayoutLotState.Paid && l.State != PayoutLotState.Failed && l.State != PayoutLotState.Replaced)
                    .Min(l => (DateOnly?)l.DueBy),
            })
            .ToListAsync(ct);
        return
        [
            .. closings.Select(c =>
            {
                bool paid = c.Closing.State is ClosingState.Paid or ClosingState.Withdrawn;
                var next = paid ? null : c.Next ?? c.Closing.DueBy;
                return new CancellationRow(
                    c.Closing.Id,
                    c.Closing.Reference,
                    c.Closing.MerchantId,
                    c.BusinessName,
                    c.Closing.State,
                    (c.Closing.Remainder ?? new Money(c.Available ?? 0)) + c.Late.Sum(),
                    c.Closing.RequestedAt,
                    next,
                    next is { } by && PayoutWindow.IsOverdue(by, today));
            }),
        ];
    }
}
