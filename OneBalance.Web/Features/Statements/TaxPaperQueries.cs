using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Tax;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Statements;

/// <summary>A tax paper as it was issued.</summary>
/// <param name="InvoiceNumber">On a credit note: the invoice it corrects, as printed.</param>
public sealed record IssuedTaxPaper(TaxPaperKind Kind, string Number, string? InvoiceNumber, DateTimeOffset IssuedAt, TaxPaperContent Content);

/// <summary>Reads the tax papers of a label.</summary>
public sealed class TaxPaperQueries(IDbContextFactory<AppDbContext> contexts, IssueTaxPapers issue)
{
    /// <returns>Null when the merchant has no such label, or it was not charged (or not refunded).</returns>
    public async Task<IssuedTaxPaper?> ReadAsync(MerchantAccess access, LabelId label, TaxPaperKind kind, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.Export, ct);
        await issue.RunAsync(merchant, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.TaxPapers.AsNoTracking().SingleOrDefaultAsync(p => p.MerchantId == merchant && p.LabelId == label && p.Kind == kind, ct) is not { } paper)
        {
            return null;
        }

        var content = StoredLabel.Json.Read<TaxPaperContent>(paper.ContentJson)!;
        return new IssuedTaxPaper(
            kind,
            NumberOf(paper),
            content.InvoiceNumber is { } corrected ? NumberOf(TaxPaperKind.Invoice, merchant, corrected) : null,
            paper.IssuedAt,
            content);
    }

    /// <summary><c>INV-17-000042</c>: the kind, the merchant, the number in the merchant's series. The same in both languages.</summary>
    internal static string NumberOf(TaxPaper paper) => NumberOf(paper.Kind, paper.MerchantId, paper.Number);

    /// <summary>What a number as printed names, whatever its case; null for anything else.</summary>
    internal static (TaxPaperKind Kind, MerchantId Merchant, int Number)? Parse(string printed) =>
        printed.ToUpperInvariant().Split('-') is [("INV" or "CRN") and var kind, var merchant, var number]
        && long.TryParse(merchant, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int place)
            ? (kind == "INV" ? TaxPaperKind.Invoice : TaxPaperKind.CreditNote, new MerchantId(id), place)
            : null;

    private static string NumberOf(TaxPaperKind kind, MerchantId merchant, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{(kind == TaxPaperKind.Invoice ? "INV" : "CRN")}-{merchant.Value}-{number:000000}");
}
