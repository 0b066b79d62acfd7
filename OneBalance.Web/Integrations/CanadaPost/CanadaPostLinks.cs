using Microsoft.Extensions.Options;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>
/// Which addresses in answers are followed. Our token goes only to the configured gateway, whatever a body says.
/// </summary>
internal sealed class CanadaPostLinks(IOptions<CanadaPostOptions> options)
{
    private static readonly string[] Products = ["/shipping/v1/", "/rating/v1/", "/tracking/v1/"];

    /// <summary>The address, or null unless it has the gateway's scheme, host and port, no user info, and lies under one of its products.</summary>
    public Uri? Check(string? href)
    {
        var gateway = options.Value.Gateway;
        if (!Uri.TryCreate(href, UriKind.Absolute, out var address)
            || !SameOrigin(address, gateway)
            || address.UserInfo.Length > 0)
        {
            return null;
        }

        string path = address.AbsolutePath;
        string prefix = gateway.AbsolutePath.TrimEnd('/');
        return Products.Any(product => path.StartsWith(prefix + product, StringComparison.Ordinal)) && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            ? address
            : null;
    }

    /// <summary>Where a document may be redirected to: the gateway's host, or a configured one over https. Called without our token.</summary>
    public Uri? CheckRedirect(Uri address) =>
        address.UserInfo.Length == 0
        && (SameOrigin(address, options.Value.Gateway)
            || (address.Scheme == Uri.UriSchemeHttps && options.Value.DocumentHosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase)))
            ? address
            : null;

    private static bool SameOrigin(Uri address, Uri gateway) =>
        address.Scheme == gateway.Scheme && string.Equals(address.IdnHost, gateway.IdnHost, StringComparison.OrdinalIgnoreCase) && address.Port == gateway.Port;
}
