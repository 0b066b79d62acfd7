using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web;

/// <summary>The product as somebody starts it who has not read the manual.</summary>
public sealed class StartUpTests
{
    [Fact]
    public async Task No_folder_is_watched_for_changed_settings_because_the_data_may_lie_in_it()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);

        var files = ((IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>()).Providers.OfType<FileConfigurationProvider>().ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(file.Source.ReloadOnChange, file.Source.Path));
    }

    [Theory]
    [InlineData("Urls", "http://127.0.0.1:{0}")]
    [InlineData("Emulators__CanadaPostUrl", "http://127.0.0.1:{0}")]
    public async Task A_port_that_is_taken_is_said_in_a_sentence(string setting, string address)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OneBalance.Web.dll")])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["DataFolder"] = folder.Path;
        start.Environment["Urls"] = $"http://127.0.0.1:{Loopback.FreePort()}";
        start.Environment["Emulators__CanadaPostUrl"] = $"http://127.0.0.1:{Loopback.FreePort()}";
        start.Environment["Emulators__StripeUrl"] = $"http://127.0.0.1:{Loopback.FreePort()}";
        start.Environment[setting] = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, port);

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains($"OneBalance did not start. Failed to bind to address http://127.0.0.1:{port}: address already in use. Is it running already?", errors);
        Assert.DoesNotContain("Unhandled exception", errors + await output);
    }
}
