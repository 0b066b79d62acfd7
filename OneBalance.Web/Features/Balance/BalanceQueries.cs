using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>The balance page's head.</summary>
/// <param name="Descriptor">What a charge reads on the card statement.</param>
/// <param name="AutoFunding">Null until it was first stored.</param>
/// <param name="Unfinished">Top-ups asked for and not decided, newest first.</param>
public sealed record BalanceView(
    Core.Ledger.Balance Balance,
    bool SetUp,
    bool Open,
    string Descriptor,
    AutoFundingView? AutoFunding,
    IReadOnlyList<TopUpView> Unfinished);

/// <param name="StoppedFor">The decline code for which it switched itself off; null otherwise.</param>
/// <param name="UsedToday">Automatic top-ups of this Eastern calendar day.</param>
/// <param name="HasUsableCard">The default or the backup card can be charged: neither expired nor disputed.</param>
public sealed record AutoFundingView(AutoFundingPlan Plan, string? StoppedFor, DateTimeOffset? CoolDownUntil, int UsedToday, bool HasUsableCard);

/// <summary>A top-up as pages and its receipt show it.</summary>
/// <param name="Descriptor">What the processor printed; the configured words until it has.</param>
/// <param name="BalanceAfter">Spendable right after the credit; null until credited.</param>
/// <param name="ReportedDescriptor">What the processor says it printed; null until it has.</param>
public sealed record TopUpView(
    TopUpId Id,
    TopUpState State,
    Money Amount,
    string CardBrand,
    string CardLastFour,
    string Descriptor,
    bool Automatic,
    string? FailureCode,
    string? RedirectUrl,
    string? ReturnPath,
    DateTimeOffset RequestedAt,
    DateTimeOffset? EndedAt,
    Money? BalanceAfter,
    string? ReportedDescriptor)
{
    /// <summary>Asked for and not decided yet.</summary>
    public bool IsUnfinished => State is TopUpState.Requested or TopUpState.Charging or TopUpState.RequiresAction or TopUpState.Processing;
}

/// <summary>What the balance page and the add-funds dialog read.</summary>
public sealed class BalanceQueries(
    IDbContextFactory<AppDbContext> contexts,
    LedgerBook ledger,
    IOptions<FundingOptions> options,
    TimeProvider time)
{
    public TopUpPolicy TopUps => options.Value.Policy;

    public string Descriptor => options.Value.StatementDescriptor;

    public async Task<Core.Ledger.Balance> BalanceAsync(MerchantAccess access, CancellationToken ct) =>
        await ledger.BalanceAsync(await access.DemandAsync(MerchantRight.SeeBalance, ct), ct);

    public async Task<BalanceView> LoadAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var account = await FundingAccount.LoadAsync(db, merchant, ct);
        var unfinished = await db.TopUps.AsNoTracking()
            .Where(t => t.MerchantId == merchant
                && (t.State == TopUpState.Requested || t.State == TopUpState.Charging || t.State == TopUpState.RequiresAction || t.State == TopUpState.Processing))
            .OrderByDescending(t => t.RequestedAt)
            .Take(10)
            .ToListAsync(ct);
        return new BalanceView(
            await ledger.BalanceAsync(merchant, ct),
            account.SetUp,
            account.Open,
            Descriptor,
            await AutoFundingAsync(db, merchant, ct),
            [.. unfinished.Select(t => View(t, null))]);
    }

    public async Task<AutoFundingView?> AutoFundingAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await AutoFundingAsync(db, merchant, ct);
    }

    /// <summary>Null when the merchant has no such top-up.</summary>
    public async Task<TopUpView?> TopUpAsync(MerchantAccess access, TopUpId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.TopUps.AsNoTracking().SingleOrDefaultAsync(t => t.MerchantId == merchant && t.Id == id, ct) is not { } topUp)
        {
            return null;
        }

        string key = topUp.PaymentId is { } payment ? Core.Ledger.LedgerKeys.Fund(payment) : "";
        long? after = await db.LedgerTransfers.Where(t => t.MerchantId == merchant && t.Key == key).Select(t => (long?)t.AvailableAfter).SingleOrDefaultAsync(ct);
        return View(topUp, after is { } cents ? new Money(cents) : null);
    }

    private async Task<AutoFundingView?> AutoFundingAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        if (await db.AutoFunding.AsNoTracking().SingleOrDefaultAsync(a => a.MerchantId == merchant, ct) is not { } settings)
        {
            return null;
        }

        var today = EasternDay.Of(time.GetUtcNow());
        string day = $"{today:yyyy-MM-dd}/";
        int usedToday = await db.TopUps.CountAsync(t => t.MerchantId == merchant && t.AutomaticSlot != null && t.AutomaticSlot.StartsWith(day), ct);
        return new AutoFundingView(
            AutoFundingState.PlanOf(settings),
            settings.StoppedFor,
            settings.CoolDownUntil,
            usedToday,
            (await AutoFundingCards.UsableAsync(db, merchant, today, ct)).Count > 0);
    }

    internal TopUpView View(TopUp topUp) => View(topUp, null);

    private TopUpView View(TopUp topUp, Money? balanceAfter) => new(
        topUp.Id,
        topUp.State,
        topUp.Amount,
        topUp.CardBrand,
        topUp.CardLastFour,
        topUp.StatementDescriptor ?? Descriptor,
        topUp.Automatic,
        topUp.FailureCode,
        topUp.RedirectUrl,
        topUp.ReturnPath,
        topUp.RequestedAt,
        topUp.EndedAt,
        balanceAfter,
        topUp.StatementDescriptor);
}
