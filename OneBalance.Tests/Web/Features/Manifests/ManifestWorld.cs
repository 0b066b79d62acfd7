using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Manifests;

namespace OneBalance.Tests.Web.Features.Manifests;

/// <summary>A merchant with labels, whose day can be closed.</summary>
internal sealed class ManifestWorld(LabelWorld labels) : IAsyncDisposable
{
    public LabelWorld Labels => labels;

    public ManifestFlow Flow => new(labels.Contexts, labels.Carrier, labels.Time, NullLogger<ManifestFlow>.Instance);

    public CloseDay Close => new(labels.Contexts, Flow, labels.Time);

    public ManifestSweep Sweep => new(labels.Contexts, Flow, labels.Time, NullLogger<ManifestSweep>.Instance);

    public ClosingSweep ClosingSweep => new(labels.Contexts, Close, labels.Time, NullLogger<ClosingSweep>.Instance);

    public ClosingSettings Settings => new(labels.Contexts, labels.Time);

    public ManifestQueries Queries => new(labels.Contexts);

    public static async Task<ManifestWorld> StartAsync(DatabaseProvider provider) => new(await LabelWorld.StartAsync(provider));

    public CloseDayRequest Request(params LabelId[] stayOut) => new(labels.Merchant, stayOut, "user", Language.English);

    /// <summary>Closes the day of labels that are all in one group.</summary>
    public async Task<ManifestId> CloseAsync(params LabelId[] stayOut) =>
        Assert.Single(Assert.IsType<CloseDayOutcome.Begun>(await Close.RunAsync(Request(stayOut), CancellationToken.None)).Manifests);

    public async Task<ManifestView> ReadAsync(ManifestId manifest) => (await Queries.ReadAsync(labels.Merchant, manifest, CancellationToken.None))!;

    public Task<ManifestList> PageAsync() => Queries.PageAsync(labels.Merchant, null, CancellationToken.None);

    /// <summary>Time passes and the sweeps run, as often as given.</summary>
    public async Task PassAsync(TimeSpan step, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            labels.Time.Advance(step);
            await ClosingSweep.RunAsync(CancellationToken.None);
            await Sweep.RunAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => labels.DisposeAsync();
}
