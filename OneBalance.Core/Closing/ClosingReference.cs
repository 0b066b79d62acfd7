namespace OneBalance.Core.Closing;

/// <summary>The number of a cancellation that people read aloud: <c>CA-7K3M-9QXD</c>, without letters that look like digits.</summary>
public static class ClosingReference
{
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>From the last 40 bits of the id, which are random.</summary>
    public static string Of(Guid id)
    {
        ulong bits = id.ToByteArray()[^5..].Aggregate(0UL, (value, part) => (value << 8) | part);
        string text = string.Concat(Enumerable.Range(0, 8).Select(i => Digits[(int)(bits >> (35 - 5 * i) & 31)]));
        return $"CA-{text[..4]}-{text[4..]}";
    }
}
