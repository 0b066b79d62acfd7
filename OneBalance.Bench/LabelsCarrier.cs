using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OneBalance.Web.Emulators;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Emulators.Stripe;

namespace OneBalance.Bench;

/// <summary>
/// The emulated carrier and card processor in a process of their own: what they cost is not the product's, and the carrier goes
/// on when the product dies. Prints <c>carrier {address} {processor's address}</c> and runs until it is ended.
/// </summary>
internal static class LabelsCarrier
{
    public static async Task<int> RunAsync(Options options)
    {
        string folder = options.Text("folder") ?? throw new ArgumentException("--folder is needed");
        await using var carrier = CanadaPostEmulator.Create("http://127.0.0.1:0", Path.Combine(folder, "emulated-canada-post.db"), TimeProvider.System);
        await using var processor = StripeEmulator.Create("http://127.0.0.1:0", Path.Combine(folder, "emulated-stripe.db"), TimeProvider.System, new StripeEmulatorSettings());

        // The carrier's limits a minute are not what is measured.
        carrier.Services.GetRequiredService<SwitchBoard>().Now = new Switches { Throttling = false };
        carrier.Services.GetRequiredService<Faults>().Add(new Fault(FaultKind.Latency, "POST", "/shipments", Times: 0, Milliseconds: options.Number("latency", 300)));
        await carrier.StartAsync();
        await processor.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"carrier {carrier.Urls.First()} {processor.Urls.First()}"));
        await carrier.WaitForShutdownAsync();
        return 0;
    }
}
