using UglyToad.PdfPig;
using UglyToad.PdfPig.Writer;

namespace OneBalance.Web.Features.Printing;

/// <summary>
/// Several PDFs as one, page after page: pages keep their size and contents, and what several labels have in common (typefaces,
/// pictures) is written once. Each document is read, copied and let go before the next, so memory does not grow with their number.
/// </summary>
internal static class MergedPdf
{
    private const double PdfVersion = 1.7;

    /// <param name="output">Must be able to seek; left open.</param>
    public static async Task WriteAsync(Stream output, IAsyncEnumerable<byte[]> documents, CancellationToken ct)
    {
        using var merged = new PdfDocumentBuilder(output, disposeStream: false, PdfWriterType.ObjectInMemoryDedup, PdfVersion);
        merged.DocumentInformation.Producer = "OneBalance";
        await foreach (byte[] document in documents.WithCancellation(ct))
        {
            using var pdf = PdfDocument.Open(document);
            for (int page = 1; page <= pdf.NumberOfPages; page++)
            {
                merged.AddPage(pdf, page);
            }
        }
    }
}
