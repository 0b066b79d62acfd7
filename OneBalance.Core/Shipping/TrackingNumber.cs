namespace OneBalance.Core.Shipping;

/// <summary>The carrier's PIN: 11 to 16 characters. Small packets have none.</summary>
public readonly record struct TrackingNumber(string Value)
{
    public override string ToString() => Value;
}
