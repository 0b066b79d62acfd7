using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Mail;

namespace OneBalance.Tests.Support;

/// <summary>
/// The whole product in this process: the real <see cref="Program"/> on a real Kestrel, both emulators, each on a random
/// loopback port, a data folder of its own and a fresh database. Several can run side by side; a second node on the same
/// database and the same emulators comes from <see cref="StartNodeAsync"/>.
/// </summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _factory;
    private readonly TemporaryFolder _folder;
    private readonly TestDatabase? _ownDatabase;
    private readonly Start _start;

    private TestApp(WebApplicationFactory<Program> factory, TemporaryFolder folder, TestDatabase database, bool ownsDatabase, Start start)
    {
        _factory = factory;
        _folder = folder;
        _ownDatabase = ownsDatabase ? database : null;
        _start = start;
        Database = database;
        BaseAddress = new Uri($"http://127.0.0.1:{start.Port}");
        CanadaPostControl = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{start.CanadaPostPort}") };
        StripeControl = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{start.StripePort}") };
    }

    /// <summary>The database under the product; its own <see cref="TestDatabase.Services"/> are a second composition, use <see cref="Services"/>.</summary>
    public TestDatabase Database { get; }

    /// <summary>Where the product listens.</summary>
    public Uri BaseAddress { get; }

    /// <summary>The product's services (root scope: take use cases from <see cref="InScopeAsync{TService,T}"/>).</summary>
    public IServiceProvider Services => _factory.Services;

    public IDbContextFactory<AppDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<AppDbContext>>();

    public TestLog Log => _start.Log;

    /// <summary>The emulated carrier; <see cref="AddFaultAsync"/> scripts its misbehaviour.</summary>
    public HttpClient CanadaPostControl { get; }

    /// <summary>The emulated card processor.</summary>
    public HttpClient StripeControl { get; }

    /// <summary>A browser-like client of the product: keeps cookies, does not follow redirects unless asked.</summary>
    public HttpClient CreateClient(bool followRedirects = false) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = followRedirects, UseCookies = true }) { BaseAddress = BaseAddress };

    /// <summary>Starts the product.</summary>
    /// <param name="time">The clock of the product and both emulators, e.g. a FakeTimeProvider; the system's when not given.</param>
    /// <param name="settings">Further configuration, e.g. <c>("Emulators:WebhookUrl", "...")</c>.</param>
    /// <param name="services">Replaces services after the product's own registrations.</param>
    public static async Task<TestApp> StartAsync(
        DatabaseProvider provider,
        TimeProvider? time = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null) =>
        Launch(
            await TestDatabase.CreateAsync(provider, time),
            ownsDatabase: true,
            new Start(Loopback.FreePort(), Loopback.FreePort(), Loopback.FreePort(), HostsEmulators: true, time, settings, services, new TestLog()));

    /// <summary>Starts another node of the product on this one's database and emulators; dispose it before this one.</summary>
    public Task<TestApp> StartNodeAsync() =>
        Task.FromResult(Launch(Database, ownsDatabase: false, _start with { Port = Loopback.FreePort(), HostsEmulators = false, Log = new TestLog() }));

    /// <summary>Runs work with a scope of the product's services of its own, as one request or circuit would.</summary>
    public async Task<T> InScopeAsync<TService, T>(Func<TService, Task<T>> work)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Scripts misbehaviour of an emulator: <c>await app.AddFaultAsync(app.CanadaPostControl, new Fault(...))</c>.</summary>
    public static async Task AddFaultAsync(HttpClient control, Fault fault)
    {
        using var answer = await control.PostAsJsonAsync("/_control/faults", fault);
        answer.EnsureSuccessStatusCode();
    }

    public static async Task ClearFaultsAsync(HttpClient control)
    {
        using var answer = await control.DeleteAsync("/_control/faults");
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A mail's text as its reader has it, also when it was sent and is no longer kept.</summary>
    public async Task<string> TextOfAsync(OutgoingMail mail) =>
        (await Services.GetRequiredService<MailQueries>().LatestAsync(CancellationToken.None)).Single(row => row.Id == mail.Id).Text;

    /// <summary>Reads from the emulated processor's API with the platform's key.</summary>
    public async Task<JsonObject> ReadStripeAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Authorization", $"Bearer {StripeEmulatorSettings.DefaultSecretKey}");
        using var answer = await StripeControl.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async ValueTask DisposeAsync()
    {
        CanadaPostControl.Dispose();
        StripeControl.Dispose();
        await _factory.DisposeAsync();
        if (_ownDatabase is not null)
        {
            await _ownDatabase.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static TestApp Launch(TestDatabase database, bool ownsDatabase, Start start)
    {
        var folder = new TemporaryFolder();
        var factory = new Factory(database, folder, start);
        factory.UseKestrel(start.Port);
        factory.StartServer();
        return new TestApp(factory, folder, database, ownsDatabase, start);
    }

    private sealed record Start(
        int Port,
        int CanadaPostPort,
        int StripePort,
        bool HostsEmulators,
        TimeProvider? Time,
        IReadOnlyDictionary<string, string?>? Settings,
        Action<IServiceCollection>? Services,
        TestLog Log);

    private sealed class Factory(TestDatabase database, TemporaryFolder folder, Start start) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            builder.UseSetting("Urls", $"http://127.0.0.1:{start.Port}");
            builder.UseSetting("DataFolder", folder.Path);
            builder.UseSetting("Database:Provider", $"{database.Provider}");
            builder.UseSetting("Database:ConnectionString", database.ConnectionString);
            builder.UseSetting("Emulators:Enabled", "true");
            builder.UseSetting("Emulators:Hosted", start.HostsEmulators ? "true" : "false");
            builder.UseSetting("Emulators:CanadaPostUrl", $"http://127.0.0.1:{start.CanadaPostPort}");
            builder.UseSetting("Emulators:StripeUrl", $"http://127.0.0.1:{start.StripePort}");
            foreach (var (key, value) in start.Settings ?? new Dictionary<string, string?>())
            {
                builder.UseSetting(key, value);
            }

            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(start.Log));
            builder.ConfigureTestServices(services =>
            {
                if (start.Time is not null)
                {
                    services.Replace(ServiceDescriptor.Singleton(start.Time));
                }

                // Each product makes its demo accounts anew; how slow a hash is is not what is tested.
                services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
                start.Services?.Invoke(services);
            });
        }
    }
}
