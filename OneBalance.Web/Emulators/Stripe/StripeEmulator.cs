namespace OneBalance.Web.Emulators.Stripe;

/// <summary>A stand-in for the service, speaking its wire protocol over HTTP on loopback.</summary>
public static class StripeEmulator
{
    /// <summary>Builds the service; the caller starts and stops it.</summary>
    /// <param name="url">Loopback address to listen on.</param>
    /// <param name="stateFile">SQLite file that keeps its state across restarts.</param>
    public static WebApplication Create(string url, string stateFile, TimeProvider time, StripeEmulatorSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url);
        builder.Services.AddSingleton(new EmulatorStore(stateFile));
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(settings);
        var app = builder.Build();
        var faults = app.Services.GetRequiredService<Faults>();
        app.UseFaults(faults);
        app.MapFaults(faults);
        return app;
    }
}
