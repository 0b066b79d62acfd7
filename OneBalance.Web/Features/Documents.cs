namespace OneBalance.Web.Features;

/// <summary>How a merchant's own documents are served.</summary>
internal static class Documents
{
    /// <summary>Kept by no cache, never guessed at, framed by our own pages and nowhere else.</summary>
    /// <param name="name">For the browser's save dialog; letters, digits, points and dashes.</param>
    public static void OfDocument(this HttpResponse response, string name, bool download)
    {
        var headers = response.Headers;
        headers.CacheControl = "private, no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'self'";
        headers.XFrameOptions = "SAMEORIGIN";
        headers.ContentDisposition = $"{(download ? "attachment" : "inline")}; filename=\"{name}\"";
    }
}
