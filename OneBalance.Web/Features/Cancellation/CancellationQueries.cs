using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>A part of a payout, as pages show it.</summary>
public sealed record LotView(
    Guid Id,
    int Number,
    PayoutRoute Route,
    PayoutLotState State,
    Money Amount,
    string? CardBrand,
    string? CardLastFour,
    string? PaymentId,
    string? FailureCode,
    BankMeans? Means,
    string? BankReference,
    string? Note,
    DateOnly DueFrom,
    DateOnly DueBy,
    bool Supplementary,
    bool NeedsApproval,
    bool Approved,
    DateTimeOffset? SentAt,
    DateTimeOffset? EndedAt,
    string? ReturnNote)
{
    /// <summary>It stays until a second person approves it.</summary>
    public bool WaitsForApproval => State == PayoutLotState.Planned && Route != PayoutRoute.Owed && NeedsApproval && !Approved;


    internal static LotView Of(PayoutLot lot) => new(
        lot.Id, lot.Number, lot.Route, lot.State, lot.Amount, lot.CardBrand, lot.CardLastFour, lot.PaymentId, lot.FailureCode, lot.Means, lot.BankReference, lot.Note,
        lot.DueFrom, lot.DueBy, lot.Supplementary, lot.NeedsApproval, lot.ApprovedBy is not null, lot.SentAt, lot.EndedAt, lot.ReturnNote);
}

/// <summary>A cancellation as its merchant sees it.</summary>
public sealed record CancellationView(
    Guid Id,
    string Reference,
    ClosingState State,
    string Reason,
    DateTimeOffset RequestedAt,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? ApprovedAt,
    Money? Remainder,
    DateOnly? DueFrom,
    DateOnly? DueBy,
    DateTimeOffset? PaidAt,
    DateTimeOffset? WithdrawnAt,
    ClosingFacts Pending,
    IReadOnlyList<LotView> Lots)
{
    /// <summary>Parts that have not left stay for now: a payment is disputed, or something is owed.</summary>
    public bool Held => Holding.Holds(State, Pending);

    public bool MayWithdraw => ClosingRules.MayWithdraw(State);

    /// <summary>Withdrawn ones leave the account as it was.</summary>
    public bool UnderWay => State != ClosingState.Withdrawn;
}

internal static class Holding
{
    public static bool Holds(ClosingState state, ClosingFacts pending) => state == ClosingState.PayingOut && (pending.Disputes > 0 || pending.Owed.IsPositive);
}

/// <summary>Reads the merchant's own cancellation.</summary>
public sealed class CancellationQueries(IDbContextFactory<AppDbContext> contexts, StoredFundings fundings)
{
    /// <returns>The one under way or done, else the last one taken back; null when none was ever asked for.</returns>
    public async Task<CancellationView?> OfMerchantAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var closing = await db.AccountClosings.AsNoTracking()
            .Where(c => c.MerchantId == merchant)
            .OrderBy(c => c.State == ClosingState.Withdrawn ? 1 : 0).ThenByDescending(c => c.RequestedAt)
            .FirstOrDefaultAsync(ct);
        if (closing is null)
        {
            return null;
        }

        var lots = await db.PayoutLots.AsNoTracking().Where(l => l.MerchantId == merchant && l.ClosingId == closing.Id).OrderBy(l => l.Number).ToListAsync(ct);
        var (pending, _) = await fundings.StandingAsync(db, merchant, ct);
        return new CancellationView(
            closing.Id,
            closing.Reference,
            closing.State,
            closing.Reason,
            closing.RequestedAt,
            closing.OpenedAt,
            closing.ApprovedAt,
            closing.Remainder ?? closing.ApprovedAmount,
            closing.DueFrom,
            closing.DueBy,
            closing.PaidAt,
            closing.WithdrawnAt,
            pending,
            [.. lots.Select(LotView.Of)]);
    }
}
