using Microsoft.Extensions.Configuration.Json;

namespace OneBalance.Web;

/// <summary>Where configuration comes from, and the line that says where the product can be opened.</summary>
public static class Settings
{
    /// <summary>
    /// Settings are read at start-up alone. Waiting for changes would watch the whole folder that the program lies in, and where
    /// the data lies below it, each write to the database would wake the watcher.
    /// </summary>
    public static string[] Unwatched(string[] args) => ["--hostBuilder:reloadConfigOnChange=false", .. args];

    /// <summary>
    /// The one appsettings.json lies at the top of the repository and is copied beside the program; it goes in first, so that
    /// every other source (environment variables, user secrets, command line) wins over it.
    /// </summary>
    public static void AddSettings(this WebApplicationBuilder builder) =>
        builder.Configuration.Sources.Insert(0, new JsonConfigurationSource
        {
            Path = "appsettings.json",
            Optional = false,
            FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(AppContext.BaseDirectory),
        });

    /// <summary>Prints one line with the address to open, once the server listens.</summary>
    public static void AnnounceAddress(this WebApplication app) =>
        app.Lifetime.ApplicationStarted.Register(() =>
            Console.WriteLine($"OneBalance is running: open {string.Join(" or ", app.Urls.Select(Openable))}"));

    /// <summary>An address that listens on every interface is opened as localhost.</summary>
    private static string Openable(string url) =>
        url.Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
            .Replace("://*", "://localhost", StringComparison.Ordinal)
            .Replace("://+", "://localhost", StringComparison.Ordinal);
}
