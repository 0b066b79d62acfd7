using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>The stored documents, from our own address: shown in the preview and downloaded, without asking the carrier.</summary>
internal static class LabelDocuments
{
    /// <summary>Where the label's document is; with <c>?download=true</c> the browser saves it.</summary>
    public static string Path(LabelId id, LabelFormat format = LabelFormat.ThermalPdf) => $"/labels/{id}/label.{(format == LabelFormat.ThermalZpl ? "zpl" : "pdf")}";

    /// <summary>Where the commercial invoice is, for a label that has one.</summary>
    public static string InvoicePath(LabelId id) => $"/labels/{id}/invoice.pdf";

    public static void MapLabelDocuments(this WebApplication app)
    {
        Map("label.pdf", LabelDocumentKind.Label, "application/pdf");
        Map("label.zpl", LabelDocumentKind.Label, "application/zpl");
        Map("invoice.pdf", LabelDocumentKind.CommercialInvoice, "application/pdf");

        void Map(string file, LabelDocumentKind kind, string mediaType) =>
            app.MapGet("/labels/{id:guid}/" + file, async (Guid id, bool? download, LabelQueries labels, HttpContext context, CancellationToken ct) =>
            {
                if (await SignedIn.OfAsync(context) is not { } signedIn
                    || await labels.DocumentAsync(signedIn.Merchant, new LabelId(id), kind, ct) is not { } document
                    || document.MediaType != mediaType)
                {
                    return Results.NotFound();
                }

                string[] name = file.Split('.');
                context.Response.OfDocument($"{name[0]}-{document.TrackingNumber ?? new LabelId(id).ToString()}.{name[1]}", download == true || name[1] == "zpl");
                return Results.Bytes(document.Content, document.MediaType);
            }).RequireAuthorization(MerchantClaims.MerchantPolicy);
    }
}
