using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Statements;
using OneBalance.Core.Tax;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Statements;

internal static class StatementsRoom
{
    public static void AddStatements(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<TaxOptions>(builder.Configuration.GetSection(TaxOptions.Section));
        builder.Services.AddTransient<IssueTaxPapers>();
        builder.Services.AddTransient<StatementQueries>();
        builder.Services.AddTransient<TaxPaperQueries>();
        builder.Services.AddTransient<StatementWords>();
        builder.Services.AddTransient<StatementFiles>();
        builder.Services.AddTransient<TaxPaperFile>();
        builder.AddAccountSearch((db, typed) => TaxPaperQueries.Parse(typed) is var (kind, merchant, number)
            ? db.TaxPapers.Where(paper => paper.MerchantId == merchant && paper.Kind == kind && paper.Number == number).Select(paper => paper.MerchantId)
            : null);
        builder.AddSweep<TaxPaperSweep>(TimeSpan.FromSeconds(30));
    }

    public static void MapStatements(this WebApplication app)
    {
        app.MapGet("/statements/statement.{format:regex(^(pdf|csv|xlsx)$)}", StatementAsync).RequireAuthorization(MerchantClaims.MerchantPolicy);
        app.MapGet("/labels/{id:guid}/tax-invoice.pdf", (HttpContext http, TaxPaperQueries papers, TaxPaperFile file, Guid id, string? lang, CancellationToken ct) =>
            PaperAsync(http, papers, file, id, TaxPaperKind.Invoice, lang, ct)).RequireAuthorization(MerchantClaims.MerchantPolicy);
        app.MapGet("/labels/{id:guid}/credit-note.pdf", (HttpContext http, TaxPaperQueries papers, TaxPaperFile file, Guid id, string? lang, CancellationToken ct) =>
            PaperAsync(http, papers, file, id, TaxPaperKind.CreditNote, lang, ct)).RequireAuthorization(MerchantClaims.MerchantPolicy);
    }

    /// <summary>The period in an address; null when it is not one.</summary>
    public static StatementPeriod? PeriodOf(string? from, string? to) =>
        DateOnly.TryParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
        && DateOnly.TryParseExact(to, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
            ? StatementPeriod.Of(first, last).Period
            : null;

    private static async Task<IResult> StatementAsync(
        HttpContext http, StatementQueries queries, StatementFiles files, string format, string? from, string? to, string? lang, CancellationToken ct)
    {
        if (await SignedIn.OfAsync(http) is not { } user)
        {
            return TypedResults.Forbid();
        }

        var period = from is null && to is null ? StatementPeriod.MonthOf(queries.Today) : PeriodOf(from, to);
        if (period is not { } days)
        {
            return TypedResults.BadRequest();
        }

        var view = await queries.ForFileAsync(user.Merchant, days, ct);
        var language = PaperAnswer.LanguageOf(lang);
        string name = string.Create(CultureInfo.InvariantCulture, $"statement-{days.From:yyyy-MM-dd}-{days.To:yyyy-MM-dd}.{format}");
        return format switch
        {
            "pdf" => PaperAnswer.File(http, files.Pdf(view, language), "application/pdf", name),
            "csv" => PaperAnswer.File(http, files.Csv(view, language), "text/csv; charset=utf-8", name),
            "xlsx" => PaperAnswer.File(http, files.Xlsx(view, language), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name),
            _ => TypedResults.NotFound(),
        };
    }

    private static async Task<IResult> PaperAsync(
        HttpContext http, TaxPaperQueries papers, TaxPaperFile file, Guid id, TaxPaperKind kind, string? lang, CancellationToken ct) =>
        await SignedIn.OfAsync(http) is { } user && await papers.ReadAsync(user.Merchant, new LabelId(id), kind, ct) is { } paper
            ? PaperAnswer.File(http, file.Pdf(paper, PaperAnswer.LanguageOf(lang)), "application/pdf", $"{paper.Number}.pdf")
            : TypedResults.NotFound();
}
