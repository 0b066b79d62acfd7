using OneBalance.Core;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Manifests;

/// <summary>The stored manifest documents, from our own address.</summary>
internal static class ManifestDocuments
{
    public static string Path(ManifestId id, int number) => $"/manifests/{id}/{number}.pdf";

    public static void MapManifestDocuments(this WebApplication app) =>
        app.MapGet("/manifests/{id:guid}/{number:int}.pdf", async (Guid id, int number, bool? download, ManifestQueries manifests, HttpContext context, CancellationToken ct) =>
        {
            if (await SignedIn.OfAsync(context) is not { } signedIn
                || await manifests.DocumentAsync(signedIn.Merchant, new ManifestId(id), number, ct) is not { } document)
            {
                return Results.NotFound();
            }

            context.Response.OfDocument($"manifest-{document.PoNumber}.pdf", download == true);
            return Results.Bytes(document.Content, document.MediaType);
        }).RequireAuthorization(MerchantClaims.MerchantPolicy);
}
