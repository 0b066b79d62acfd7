using OneBalance.Core;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>The stored documents, from our own address: shown in the preview and downloaded, without asking the carrier.</summary>
internal static class LabelDocuments
{
    /// <summary>Where the label's document is shown; with <c>?download=true</c> the browser saves it.</summary>
    public static string Path(LabelId id) => $"/labels/{id}/label.pdf";

    public static void MapLabelDocuments(this WebApplication app) =>
        app.MapGet("/labels/{id:guid}/label.pdf", async (Guid id, bool? download, LabelQueries labels, HttpContext context, CancellationToken ct) =>
        {
            if (SignedIn.From(context.User) is not { } signedIn
                || await labels.DocumentAsync(signedIn.Merchant, new LabelId(id), ct) is not { } document)
            {
                return Results.NotFound();
            }

            var headers = context.Response.Headers;
            headers.CacheControl = "private, no-store";
            headers.XContentTypeOptions = "nosniff";
            // Shown in a frame of our own pages, and nowhere else.
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'self'";
            headers.XFrameOptions = "SAMEORIGIN";
            string name = $"label-{document.TrackingNumber ?? new LabelId(id).ToString()}.{(document.MediaType == "application/pdf" ? "pdf" : "zpl")}";
            headers.ContentDisposition = $"{(download == true ? "attachment" : "inline")}; filename=\"{name}\"";
            return Results.Bytes(document.Content, document.MediaType);
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);
}
