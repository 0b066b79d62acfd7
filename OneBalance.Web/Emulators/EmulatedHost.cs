namespace OneBalance.Web.Emulators;

/// <summary>The web server that an emulated service runs on, whichever it is.</summary>
internal static class EmulatedHost
{
    /// <param name="url">Loopback address to listen on.</param>
    public static WebApplicationBuilder CreateBuilder(string url)
    {
        // Settings are not watched for changes: a system has few places for that, and each watcher takes one.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.WebHost.UseUrls(url);
        return builder;
    }
}
