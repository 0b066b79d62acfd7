using System.Collections.Concurrent;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>
/// A carrier in memory that does as told: it keeps its shipments by our reference, as the real one does, and misbehaves once
/// for each misbehaviour queued.
/// </summary>
internal sealed class ScriptedCarrier(Seams seams) : ICarrier
{
    public static readonly Price Quote = new(new Money(19_16), [new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(18_25)), new PriceLine(PriceLineKind.Tax, "GST", "", new Money(91), 5m)]);

    private static readonly CarrierError Error = new("9111", "Not this parcel.");

    private readonly ConcurrentDictionary<LabelId, CarrierShipment> _shipments = new();

    public ConcurrentQueue<Misbehaviour> OnCreate { get; } = new();

    public ConcurrentQueue<Misbehaviour> OnFind { get; } = new();

    public ConcurrentQueue<Misbehaviour> OnFile { get; } = new();

    public ConcurrentQueue<Misbehaviour> OnVoid { get; } = new();

    /// <summary>What a new shipment finally costs.</summary>
    public Price FinalPrice { get; set; } = Quote;

    /// <summary>The next created shipments come without a price this often.</summary>
    public int PricesUnread { get; set; }

    public ICollection<LabelId> Shipped => _shipments.Keys;

    public ConcurrentBag<string> Voided { get; } = [];

    public int Creates { get; private set; }

    public int Rates { get; private set; }

    public CarrierTerms Terms { get; set; } = new(UsDutiesPrepaid: true, Voidable: true);

    public ConcurrentQueue<Misbehaviour> OnRates { get; } = new();

    /// <summary>What was asked for last.</summary>
    public ShipmentOrder? LastOrder { get; private set; }

    public int Finds { get; private set; }

    public async Task<CarrierReply<IReadOnlyList<Rate>>> GetRatesAsync(RateRequest request, Language language, CancellationToken ct)
    {
        Rates++;
        await Task.Yield();
        return Act<IReadOnlyList<Rate>>(OnRates, () => [new Rate("DOM.EP", "Expedited Parcel", Quote, null, 2, null, false, null)]);
    }

    public async Task<CarrierReply<CarrierShipment>> CreateShipmentAsync(ShipmentOrder order, Language language, CancellationToken ct)
    {
        Creates++;
        LastOrder = order;
        await Task.Yield();
        return Act<CarrierShipment>(OnCreate, () =>
        {
            var shipment = _shipments.GetOrAdd(order.Label, label => new CarrierShipment($"s-{label}", new TrackingNumber("7023210039414604"), FinalPrice, $"https://carrier.example/{label}", false));
            return PricesUnread-- > 0 ? shipment with { Price = null } : shipment;
        });
    }

    public async Task<CarrierReply<CarrierShipment?>> FindShipmentAsync(LabelId label, Language language, CancellationToken ct)
    {
        Finds++;
        await Task.Yield();
        return Act<CarrierShipment?>(OnFind, () => _shipments.GetValueOrDefault(label));
    }

    public async Task<CarrierReply<LabelFile>> GetLabelFileAsync(string labelLink, CancellationToken ct)
    {
        await Task.Yield();
        return Act(OnFile, () => new LabelFile("application/pdf", "%PDF-1.7 sample"u8.ToArray()));
    }

    public async Task<CarrierReply<VoidConfirmation>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct)
    {
        await Task.Yield();
        return Act(OnVoid, () =>
        {
            if (!Voided.Contains(shipmentId))
            {
                Voided.Add(shipmentId);
            }

            return new VoidConfirmation();
        });
    }

    private CarrierReply<T> Act<T>(ConcurrentQueue<Misbehaviour> script, Func<T> work)
    {
        var misbehaviour = script.TryDequeue(out var scripted) ? scripted : Misbehaviour.None;
        switch (misbehaviour)
        {
            case Misbehaviour.Refuse:
                return new CarrierReply<T>.Refused([Error]);
            case Misbehaviour.Unreachable:
                return new CarrierReply<T>.Unreachable("scripted");
            case Misbehaviour.Throttle:
                return new CarrierReply<T>.Unreachable("scripted", TimeSpan.FromSeconds(60));
            case Misbehaviour.Lag:
                return new CarrierReply<T>.Confirmed(default!);
            case Misbehaviour.UnknownUndone:
                return new CarrierReply<T>.Unknown("scripted");
            case Misbehaviour.UnknownDone:
                work();
                return new CarrierReply<T>.Unknown("scripted");
            case Misbehaviour.None:
                seams.Pass();
                var done = work();
                seams.Pass();
                return new CarrierReply<T>.Confirmed(done);
            default:
                throw new ArgumentOutOfRangeException(nameof(script), misbehaviour, null);
        }
    }
}

internal enum Misbehaviour
{
    None,
    Refuse,
    Unreachable,

    /// <summary>Too many calls: nothing was done, and none is wanted for a minute.</summary>
    Throttle,

    /// <summary>A search that does not show yet what is there.</summary>
    Lag,

    /// <summary>No answer, and nothing was done.</summary>
    UnknownUndone,

    /// <summary>No answer, and it was done.</summary>
    UnknownDone,
}

/// <summary>
/// The places between two steps where a process can die: before and after each save and each call to the carrier.
/// </summary>
internal sealed class Seams
{
    private int _passed;

    /// <summary>The process dies at this one, counted from 1; 0 for never.</summary>
    public int DieAt { get; set; }

    public int Passed => _passed;

    public void Reset(int dieAt)
    {
        _passed = 0;
        DieAt = dieAt;
    }

    public void Pass()
    {
        if (Interlocked.Increment(ref _passed) == DieAt)
        {
            throw new ProcessDied();
        }
    }
}

internal sealed class ProcessDied : Exception;
