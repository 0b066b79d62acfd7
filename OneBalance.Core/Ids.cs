namespace OneBalance.Core;

/// <summary>A merchant's account. Every key of merchant data leads with it.</summary>
public readonly record struct MerchantId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A label, from its first draft on. Its 32 hex digits are the reference the carrier gets.</summary>
public readonly record struct LabelId(Guid Value)
{
    /// <summary>32 lower-case hex digits: the carrier's <c>customerRequestId</c>, chosen before the first attempt.</summary>
    public string CarrierReference => Value.ToString("N");

    public override string ToString() => CarrierReference;
}

/// <summary>A top-up: one attempt of a merchant to add funds. Its 32 hex digits are the processor's idempotency key.</summary>
public readonly record struct TopUpId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>A card on file.</summary>
public readonly record struct CardId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>An address in a merchant's address book.</summary>
public readonly record struct SavedAddressId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>A manifest: one group of labels handed over to the carrier.</summary>
public readonly record struct ManifestId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>A parcel's weight and size kept under a name.</summary>
public readonly record struct ParcelPresetId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>A batch: one imported file of parcels.</summary>
public readonly record struct BatchId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>A line of the carrier's invoice passed on to a merchant.</summary>
public readonly record struct AdjustmentId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

/// <summary>Labels chosen to be printed together, in their order.</summary>
public readonly record struct PrintJobId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}
