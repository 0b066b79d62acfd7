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
