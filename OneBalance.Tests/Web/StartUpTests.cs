using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OneBalance.Tests.Support;
using OneBalance.Web;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;

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

    /// <summary>Pretended money must never be taken for real: stand-ins run where somebody said so, and in Development.</summary>
    [Theory]
    [InlineData("Production", null, false)]
    [InlineData("Staging", null, false)]
    [InlineData("Production", "false", false)]
    [InlineData("Production", "true", true)]
    [InlineData("Development", null, true)]
    [InlineData("Development", "false", false)]
    public void Stand_ins_stay_off_outside_Development_unless_switched_on(string environment, string? switched, bool on)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = AppContext.BaseDirectory, Args = Settings.Unwatched([]) });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Emulators:Enabled"] = switched });

        builder.AddEmulators();

        Assert.Equal(new Sandbox(on), builder.Services.Single(service => service.ServiceType == typeof(Sandbox)).ImplementationInstance);
        Assert.Equal(on, builder.Services.Any(service => service.ServiceType == typeof(EmulatorAddresses)));
        Assert.Equal(on, builder.Services.Any(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace == typeof(EmulatorsRoom).Namespace));
    }

    /// <summary>A load test wants a slow carrier from its first call on.</summary>
    [Fact]
    public async Task The_emulated_carrier_misbehaves_from_the_start_as_the_settings_say()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?>
        {
            ["Emulators:CanadaPostFaults:0:Kind"] = "Status",
            ["Emulators:CanadaPostFaults:0:Method"] = "POST",
            ["Emulators:CanadaPostFaults:0:Path"] = "/token",
            ["Emulators:CanadaPostFaults:0:Status"] = "503",
            ["Emulators:CanadaPostFaults:1:Kind"] = "Latency",
            ["Emulators:CanadaPostFaults:1:Milliseconds"] = "300",
            ["Emulators:CanadaPostFaults:1:Times"] = "0",
            ["Emulators:CanadaPostFaults:1:Skip"] = "2",
        });

        var faults = await app.CanadaPostControl.GetFromJsonAsync<List<Fault>>("/_control/faults");
        HttpStatusCode[] answers =
        [
            (await AskAsync()).StatusCode, (await AskAsync()).StatusCode,
        ];

        Assert.Equal(
            [
                new Fault(FaultKind.Status, "POST", "/token", Status: 503),
                new Fault(FaultKind.Latency, Times: 0, Skip: 2, Milliseconds: 300),
            ],
            faults!);
        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.BadRequest], answers);

        Task<HttpResponseMessage> AskAsync() => app.CanadaPostControl.PostAsync(
            OneBalance.Web.Emulators.CanadaPost.CanadaPostEmulator.GatewayPath + "/cpc-api-native-oauth-provider/oauth2/token", null);
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
