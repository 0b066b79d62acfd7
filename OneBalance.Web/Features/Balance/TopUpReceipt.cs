using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Balance;

/// <summary>The receipt of a top-up that was charged, as a PDF.</summary>
public sealed class TopUpReceipt(
    IDbContextFactory<AppDbContext> contexts,
    BalanceQueries queries,
    FundingWords words,
    IStringLocalizer<BalanceTexts> texts)
{
    /// <returns>Null when the merchant has no such top-up, or it was not charged.</returns>
    public async Task<byte[]?> DrawAsync(MerchantAccess access, TopUpId id, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        if (await queries.TopUpAsync(access, id, ct) is not { State: TopUpState.Succeeded or TopUpState.AwaitingPayout } topUp)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var payer = await db.Merchants.AsNoTracking().SingleAsync(m => m.Id == merchant, ct);
        return Draw(topUp, payer.BusinessName, language);
    }

    private byte[] Draw(TopUpView topUp, string business, Language language)
    {
        using var spoken = new SpokenIn(language);
        var formats = SpokenIn.Formats;
        var at = topUp.EndedAt ?? topUp.RequestedAt;
        string title = $"{texts["TopUp.Receipt"]} {topUp.Id}";
        var facts = new List<(string, string)>
        {
            (texts["TopUp.Amount"], $"{formats.Money(topUp.Amount)} CAD"),
            (texts["TopUp.Date"], $"{formats.DateTime(at)} ({texts["Receipt.Zone"]})"),
            (texts["Receipt.PaidBy"], business),
            (texts["TopUp.Card"], words.Card(topUp.CardBrand, topUp.CardLastFour)),
            (texts["TopUp.Statement"], topUp.Descriptor),
            (texts["TopUp.Kind"], topUp.Automatic ? texts["TopUp.ByAuto"] : texts["Receipt.ByHand"]),
        };
        if (topUp.BalanceAfter is { } after)
        {
            facts.Add((texts["TopUp.BalanceAfter"], formats.Money(after)));
        }

        facts.Add((texts["TopUp.Reference"], topUp.Id.ToString()));
        return new Paper(title, at, (page, of) => texts["Receipt.PageOf", page, of])
            .Head("OneBalance", texts["TopUp.Receipt"], formats.Date(at))
            .Facts(facts)
            .Text(texts["TopUp.Tax"], quiet: true)
            .Text(texts["NoWithdrawal"], quiet: true)
            .ToPdf();
    }
}
