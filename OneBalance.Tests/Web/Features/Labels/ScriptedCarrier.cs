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
    private int _creates;
    private int _rates;
    private int _finds;
    private int _tracked;

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

    /// <summary>Asked with another account's credentials: it knows none of our shipments.</summary>
    public bool IsAnotherAccount { get; set; }

    public int Creates => _creates;

    public int Rates => _rates;

    public CarrierTerms Terms { get; set; } = new(UsDutiesPrepaid: true, Voidable: true);

    public ConcurrentQueue<Misbehaviour> OnRates { get; } = new();

    /// <summary>What a parcel is offered: Expedited Parcel alone, unless a test says otherwise.</summary>
    public Func<RateRequest, IReadOnlyList<Rate>> Offer { get; set; } = _ => [Service("DOM.EP", "Expedited Parcel", Quote)];

    public static Rate Service(string code, string name, Price price, int days = 2) => new(code, name, price, null, days, null, false, null);

    /// <summary>All that was asked for, in turn.</summary>
    public ConcurrentQueue<ShipmentOrder> Orders { get; } = new();

    public ShipmentOrder? LastOrder => Orders.LastOrDefault();

    public int Finds => _finds;

    public async Task<CarrierReply<IReadOnlyList<Rate>>> GetRatesAsync(RateRequest request, Language language, CancellationToken ct)
    {
        Interlocked.Increment(ref _rates);
        await Task.Yield();
        return Act(OnRates, () => Offer(request));
    }

    public async Task<CarrierReply<CarrierShipment>> CreateShipmentAsync(ShipmentOrder order, Language language, CancellationToken ct)
    {
        Interlocked.Increment(ref _creates);
        Orders.Enqueue(order);
        await Task.Yield();
        return Act<CarrierShipment>(OnCreate, () =>
        {
            Groups.TryAdd($"s-{order.Label}", order.Group);
            var shipment = _shipments.GetOrAdd(order.Label, label => new CarrierShipment($"s-{label}", new TrackingNumber("7023210039414604"), FinalPrice, $"https://carrier.example/{label}", false));
            return PricesUnread-- > 0 ? shipment with { Price = null } : shipment;
        });
    }

    public async Task<CarrierReply<CarrierShipment?>> FindShipmentAsync(ShipmentSearch search, Language language, CancellationToken ct)
    {
        Interlocked.Increment(ref _finds);
        await Task.Yield();
        return Act<CarrierShipment?>(OnFind, () => _shipments.GetValueOrDefault(search.Label));
    }

    public async Task<CarrierReply<LabelFile>> GetDocumentAsync(string link, string mediaType, CancellationToken ct)
    {
        await Task.Yield();
        return Act(OnFile, () => new LabelFile(mediaType, mediaType == "application/zpl" ? "^XA sample ^XZ"u8.ToArray() : "%PDF-1.7 sample"u8.ToArray()));
    }

    public async Task<CarrierReply<VoidConfirmation>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct)
    {
        await Task.Yield();
        return Act(OnVoid, () =>
        {
            if (IsAnotherAccount || Voided.Contains(shipmentId))
            {
                return new VoidConfirmation(Gone: true);
            }

            Voided.Add(shipmentId);
            return new VoidConfirmation(Gone: false);
        });
    }

    public ConcurrentQueue<Misbehaviour> OnRefund { get; } = new();

    /// <summary>Service tickets by shipment: one each, however often it is asked.</summary>
    public ConcurrentDictionary<string, RefundTicket> Tickets { get; } = new();

    public async Task<CarrierReply<RefundTicket>> AskRefundAsync(string shipmentId, Language language, CancellationToken ct)
    {
        await Task.Yield();
        return Act(OnRefund, () => Tickets.GetOrAdd(shipmentId, _ => new RefundTicket($"{Tickets.Count + 1:0000000000}", new DateOnly(2026, 11, 2))));
    }

    /// <summary>Every group this carrier was asked to transmit, by the order in which it did.</summary>
    public List<TransmitOrder> Transmissions { get; } = [];

    public ConcurrentQueue<Misbehaviour> OnTransmit { get; } = new();

    public ConcurrentQueue<Misbehaviour> OnList { get; } = new();

    public ConcurrentQueue<Misbehaviour> OnManifest { get; } = new();

    public ConcurrentQueue<Misbehaviour> OnTrack { get; } = new();

    /// <summary>What is said of every parcel, newest first.</summary>
    public List<TrackingEvent> Events { get; } = [];

    public int Tracked => _tracked;

    /// <summary>Shipments by the group they wait in, as the carrier sees them.</summary>
    public ConcurrentDictionary<string, string> Groups { get; } = new();

    /// <summary>The carrier's manifests: their link, and the shipments each lists.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<string>> Manifests { get; } = new();

    /// <summary>Shipments that the carrier loses when their group is transmitted.</summary>
    public HashSet<string> Loses { get; } = [];

    public async Task<CarrierReply<IReadOnlyList<string>>> ListGroupAsync(string group, CancellationToken ct)
    {
        await Task.Yield();
        return Act<IReadOnlyList<string>>(OnList, () => InGroup(group));
    }

    public async Task<CarrierReply<IReadOnlyList<string>>> TransmitAsync(TransmitOrder order, Language language, CancellationToken ct)
    {
        await Task.Yield();
        lock (Transmissions)
        {
            if (OnTransmit.IsEmpty && InGroup(order.Group).Except(order.Excluded).ToList() is [])
            {
                return new CarrierReply<IReadOnlyList<string>>.Refused([new CarrierError(CarrierManifest.NothingLeft, "Nothing left.")]);
            }

            return Act<IReadOnlyList<string>>(OnTransmit, () =>
            {
                Transmissions.Add(order);
                var going = InGroup(order.Group).Except(order.Excluded).ToList();
                foreach (string shipment in going)
                {
                    Groups.TryRemove(shipment, out _);
                }

                foreach (var (label, shipment) in _shipments.Where(pair => going.Contains(pair.Value.ShipmentId)))
                {
                    _shipments[label] = shipment with { Transmitted = true };
                }

                string link = $"https://carrier.example/manifests/{Manifests.Count + 1}";
                Manifests[link] = [.. going.Except(Loses)];
                return [link];
            });
        }
    }

    public async Task<CarrierReply<CarrierManifest>> GetManifestAsync(string link, Language language, CancellationToken ct)
    {
        await Task.Yield();
        return OnManifest.TryPeek(out var next) && next == Misbehaviour.Refuse && OnManifest.TryDequeue(out _)
            ? new CarrierReply<CarrierManifest>.Refused([new CarrierError(CarrierManifest.NotReady, "Not ready.")])
            : Act(OnManifest, () => new CarrierManifest($"P{link[^1]}", $"{link}/artifact", link, null));
    }

    public async Task<CarrierReply<IReadOnlyList<string>>> ListManifestAsync(CarrierManifest manifest, CancellationToken ct)
    {
        await Task.Yield();
        return new CarrierReply<IReadOnlyList<string>>.Confirmed(Manifests[manifest.ShipmentsLink!]);
    }

    public async Task<CarrierReply<IReadOnlyList<string>>> ListManifestsAsync(DateOnly from, DateOnly to, CancellationToken ct)
    {
        await Task.Yield();
        return Act<IReadOnlyList<string>>(OnList, () => [.. Manifests.Keys]);
    }

    public async Task<CarrierReply<CarrierTracking>> GetTrackingAsync(TrackingNumber number, Language language, CancellationToken ct)
    {
        Interlocked.Increment(ref _tracked);
        await Task.Yield();
        return Act(OnTrack, () => new CarrierTracking([.. Events.Select(happened => happened with { Description = $"{happened.Description} ({language})" })], new DateOnly(2026, 11, 6)));
    }

    private List<string> InGroup(string group) => [.. Groups.Where(pair => pair.Value == group && !Voided.Contains(pair.Key)).Select(pair => pair.Key)];

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
