using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Integrations.CanadaPost.Wire;
using RateRequest = OneBalance.Web.Features.Carriers.RateRequest;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>
/// Whether the carrier's prices are prices. Test apps answer with fixed bodies, and a production app that was not provisioned
/// rightly has been seen to do so: two parcels that cannot cost the same are priced, and while they do nothing is sold.
/// </summary>
internal sealed partial class PriceCheck(CanadaPostApi api, CanadaPostGateway gateway, IOptions<CanadaPostOptions> options, ILogger<PriceCheck> logger)
{
    /// <summary>A small one across town and a large one across the country.</summary>
    private static readonly RateRequest[] Parcels =
    [
        new("M5H2N2", "M4B1B3", "CA", new Parcel(500, 200, 150, 100), []),
        new("M5H2N2", "V6B1A1", "CA", new Parcel(9_000, 400, 300, 250), []),
    ];

    private volatile bool _fixed;

    /// <summary>True once two different parcels were answered with the same prices, until they are not.</summary>
    public bool PricesAreFixed => _fixed;

    /// <summary>Asks once.</summary>
    /// <returns>True once the prices were seen to differ; false when they did not, or nobody can tell yet.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        var answers = new List<IReadOnlyList<PriceQuote>>();
        foreach (var parcel in Parcels)
        {
            if (await api.GetRatesAsync(ToWire.RateRequest(parcel, options.Value, counter: false), Language.English, ct)
                is not CarrierReply<IReadOnlyList<PriceQuote>>.Confirmed { Value: { Count: > 0 } quotes })
            {
                return false;
            }

            answers.Add(quotes);
        }

        _fixed = Dues(answers[0]).SequenceEqual(Dues(answers[1]));
        if (_fixed)
        {
            gateway.Note(CarrierTrouble.FixedPrices);
            LogFixed();
        }

        return !_fixed;

        static IEnumerable<(string?, decimal?)> Dues(IReadOnlyList<PriceQuote> quotes) => quotes.Select(quote => (quote.ServiceCode, quote.PriceDetails?.Due)).Order();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The carrier prices two different parcels alike: nothing is sold. Are these the credentials of a test app, or of one without prices?")]
    private partial void LogFixed();
}

/// <summary>Asks at start-up, and again until the answer is good.</summary>
internal sealed class PriceCheckRunner(PriceCheck check, IOptions<CanadaPostOptions> options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The emulated carrier fills in the settings when it is started, which is before this.
        if (!options.Value.CheckPrices)
        {
            return;
        }

        while (!await check.RunAsync(stoppingToken))
        {
            await Task.Delay(AskAgainAfter, time, stoppingToken);
        }
    }
}
