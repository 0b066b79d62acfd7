using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Balance;

internal static class BalanceRoom
{
    public static void AddBalance(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<FundingOptions>(builder.Configuration.GetSection(FundingOptions.Section));
        builder.Services.AddSingleton<BalanceWatch>();
        builder.Services.AddTransient<BalanceQueries>();
        builder.Services.AddSingleton<LedgerQueries>();
        builder.Services.AddTransient<CardQueries>();
        builder.Services.AddTransient<AddFunds>();
        builder.Services.AddTransient<ResumeTopUp>();
        builder.Services.AddTransient<SettleTopUp>();
        builder.Services.AddTransient<CheckProcessorAccount>();
        builder.Services.AddTransient<AddCard>();
        builder.Services.AddTransient<SetDefaultCard>();
        builder.Services.AddTransient<SetBackupCard>();
        builder.Services.AddTransient<RemoveCard>();
        builder.Services.AddTransient<ReplaceCard>();
        builder.Services.AddTransient<SaveAutoFunding>();
        builder.Services.AddTransient<AutoFund>();
        builder.Services.AddTransient<AutoFundingQueries>();
        builder.Services.AddTransient<FundPurchase>();
        builder.Services.AddTransient<DebtQueries>();
        builder.Services.AddScoped<FundingWords>();
        builder.Services.AddScoped<TopUpReceipt>();
        builder.AddOpenFlow(OpenKind.TopUp, async (db, asked, ct) => (await db.TopUps
            .Where(row => row.State == TopUpState.Requested || row.State == TopUpState.Charging || row.State == TopUpState.RequiresAction || row.State == TopUpState.Processing)
            .Where(row => asked.Only == null || row.MerchantId == asked.Only)
            .OrderBy(row => row.RequestedAt).Take(asked.Most)
            .Select(row => new { row.MerchantId, row.Id, row.State, row.RequestedAt })
            .ToListAsync(ct)).Select(row => new OpenRow(row.MerchantId, row.Id.Value, row.State.ToString(), row.RequestedAt)));
        builder.AddSweep<TopUpSweep>(TimeSpan.FromSeconds(30));
        builder.AddSweep<RemovedCardSweep>(TimeSpan.FromMinutes(5));
        builder.AddSweep<AutoFundSweep>(TimeSpan.FromMinutes(1));
        if (builder.SweepsRun())
        {
            builder.Services.AddHostedService<AutoFundWatch>();
            builder.Services.AddHostedService<CheckProcessorAccountAtStart>();
        }
    }

    public static void MapBalance(this WebApplication app)
    {
        app.MapGet("/set-up/card/return", ReturnFromCardPageAsync).RequireAuthorization(MerchantClaims.MerchantPolicy);
        app.MapGet("/balance/top-ups/{id}/return", ReturnFromBankAsync).RequireAuthorization(MerchantClaims.MerchantPolicy);
        app.MapGet("/balance/top-ups/{id}/receipt.pdf", ReceiptAsync).RequireAuthorization(MerchantClaims.MerchantPolicy);
    }

    /// <summary>The processor's hosted page sends the browser here. Harmless to repeat: a card is added once.</summary>
    private static async Task<IResult> ReturnFromCardPageAsync(HttpContext http, AddCard addCard, string? session, CancellationToken ct)
    {
        if (await SignedIn.OfAsync(http) is not { } user)
        {
            return TypedResults.Forbid();
        }

        var outcome = await addCard.FinishAsync(user.Merchant, session ?? "", ct);
        string word = outcome switch
        {
            FinishCardOutcome.Added => "added",
            FinishCardOutcome.NotFinished => "unfinished",
            FinishCardOutcome.Expired => "expired",
            FinishCardOutcome.NotThisPage => "stale",
            FinishCardOutcome.TryAgain => "later",
            _ => throw new InvalidOperationException("Unknown outcome of a card page."),
        };
        return TypedResults.LocalRedirect(WithQuery(outcome.ReturnPath, $"card={word}"));
    }

    /// <summary>The bank's page sends the browser here: settle, then go back to where the merchant was.</summary>
    private static async Task<IResult> ReturnFromBankAsync(HttpContext http, ResumeTopUp resume, string id, CancellationToken ct)
    {
        if (await SignedIn.OfAsync(http) is not { } user || !Guid.TryParseExact(id, "N", out var value))
        {
            return TypedResults.NotFound();
        }

        var topUp = await resume.RunAsync(user.Merchant, new TopUpId(value), ct);
        return topUp is null
            ? TypedResults.NotFound()
            : TypedResults.LocalRedirect(topUp.ReturnPath is { } path ? WithQuery(path, $"topUp={topUp.Id}") : $"/balance/top-ups/{topUp.Id}");
    }

    private static async Task<IResult> ReceiptAsync(HttpContext http, TopUpReceipt receipts, string id, string? lang, CancellationToken ct) =>
        await SignedIn.OfAsync(http) is { } user
        && Guid.TryParseExact(id, "N", out var value)
        && await receipts.DrawAsync(user.Merchant, new TopUpId(value), PaperAnswer.LanguageOf(lang), ct) is { } pdf
            ? PaperAnswer.File(http, pdf, "application/pdf", $"receipt-{id[..8]}.pdf")
            : TypedResults.NotFound();

    private static string WithQuery(string path, string query) => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
}
