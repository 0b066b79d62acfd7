using OneBalance.Core;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Printing;

/// <summary>The files of a print job, from our own address, for its merchant alone.</summary>
public static class PrintFiles
{
    public static string Path(PrintJobId job, PrintPart part) => $"/labels/prints/{job}/" + part switch
    {
        PrintPart.Labels => "labels.pdf",
        PrintPart.Zpl => "labels.zpl",
        PrintPart.Invoices => "invoices.pdf",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
    };

    internal static void MapPrintFiles(this WebApplication app)
    {
        Map("labels.pdf", PrintPart.Labels);
        Map("labels.zpl", PrintPart.Zpl);
        Map("invoices.pdf", PrintPart.Invoices);

        void Map(string file, PrintPart part) => app.MapGet("/labels/prints/{id:guid}/" + file, async (Guid id, bool? download, PrintLabels print, HttpContext context, CancellationToken ct) =>
        {
            if (await SignedIn.OfAsync(context) is not { } signedIn || await print.OpenAsync(signedIn.Merchant, new PrintJobId(id), part, ct) is not { } found)
            {
                return Results.NotFound();
            }

            context.Response.OfDocument(found.Name, download == true || part == PrintPart.Zpl);
            return Results.Stream(found.Content, found.MediaType);
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);
    }
}
