using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace OneBalance.Web.Features.Papers;

/// <summary>
/// Where merchants reach the product, for links in mails that nobody's request causes: the configured <c>PublicUrl</c>, else
/// the address the server listens on.
/// </summary>
public sealed class SiteAddress(IConfiguration configuration, IServer server)
{
    public string To(string path) => new Uri(Home(), path.TrimStart('/')).ToString();

    private Uri Home()
    {
        string address = configuration["PublicUrl"] is { Length: > 0 } configured
            ? configured
            : server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost/";

        // "Any address" is one to listen on, not one to go to.
        string reachable = address.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal);
        return new Uri(reachable.TrimEnd('/') + "/");
    }
}
