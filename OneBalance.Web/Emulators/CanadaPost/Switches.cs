namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>
/// Where the carrier's real behaviour is unknown, differs between accounts, or is rare: what the emulated one does.
/// Read and changed at <c>/_control/switches</c> (GET, PUT with the members to change, DELETE for the defaults).
/// </summary>
public sealed record Switches
{
    /// <summary>Enforce the carrier's limits a minute.</summary>
    public bool Throttling { get; init; } = true;

    /// <summary>Calls of one group in the window; 0: the carrier's own limit.</summary>
    public int ThrottleLimit { get; init; }

    /// <summary>Status of a throttled answer; the carrier's is not known.</summary>
    public int ThrottleStatus { get; init; } = 429;

    /// <summary>The gateway's 401 inside an array, as one official example shows.</summary>
    public bool UnauthorizedAsArray { get; init; }

    /// <summary>Seconds an access token lives.</summary>
    public int TokenSeconds { get; init; } = 3600;

    /// <summary>Refuse a shipment without dimensions (9162).</summary>
    public bool RequireDimensions { get; init; } = true;

    /// <summary>Inside Canada coverage above 100.00 needs a signature (7050), but for Priority, as a guide of the carrier says.</summary>
    public bool CoverageNeedsSignature { get; init; } = true;

    /// <summary>Shipments a customer may have that were not transmitted: in one group (9110), and in all of them (9108).</summary>
    public int MostUntransmitted { get; init; } = 10_000;

    /// <summary>Commercial quotes are empty, as for an account without rates.</summary>
    public bool NoCommercialRates { get; init; }

    /// <summary>Every price is one constant, as an app that was not provisioned rightly has been seen to answer.</summary>
    public bool FixedPrices { get; init; }

    /// <summary>Seconds until a new shipment is found by a search.</summary>
    public int SearchLagSeconds { get; init; }

    /// <summary>A search by request id does not see shipments that were charged at once.</summary>
    public bool SearchSkipsTransmitted { get; init; }

    /// <summary>A search by request id sees nothing at all.</summary>
    public bool SearchSkipsReferences { get; init; }

    /// <summary>A search answers 202 this many times first.</summary>
    public int SearchNotReady { get; init; }

    /// <summary>New shipments come as <c>suspended</c>, with no tracking number.</summary>
    public bool Suspended { get; init; }

    /// <summary>A shipment transmitted at once says <c>created</c>, as official examples do.</summary>
    public bool TransmittedSaysCreated { get; init; }

    /// <summary>Dollars a card is charged above the price of its shipment.</summary>
    public decimal ChargedAbove { get; init; }

    /// <summary>The price as a list of one, as one production user reports.</summary>
    public bool PriceAsList { get; init; }

    /// <summary>Each document answers 202 this many times first.</summary>
    public int DocumentNotReady { get; init; }

    /// <summary>Documents are answered by a redirect to another address of this service.</summary>
    public bool DocumentRedirect { get; init; }

    /// <summary>Where a redirected document is said to lie; empty: this service.</summary>
    public string DocumentRedirectTo { get; init; } = "";

    /// <summary>Documents cannot be rendered (9150).</summary>
    public bool DocumentFails { get; init; }

    /// <summary>Milliseconds a manifest needs for each shipment; until then 9153.</summary>
    public int ManifestMillisecondsPerShipment { get; init; } = 350;

    /// <summary>Manifests cannot be paid: 1653 on account, 9153 for ever by card.</summary>
    public bool ManifestPaymentFails { get; init; }

    /// <summary>Refund requests answer 7296.</summary>
    public bool RefundLater { get; init; }

    /// <summary>An unknown PIN answers 404 rather than an empty history.</summary>
    public bool UnknownPinIs404 { get; init; }

    /// <summary>Text of a planned outage; empty for none.</summary>
    public string Outage { get; init; } = "";
}

internal sealed class SwitchBoard
{
    private volatile Switches _now = new();

    public Switches Now
    {
        get => _now;
        set => _now = value;
    }
}
