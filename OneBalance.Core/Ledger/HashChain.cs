using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OneBalance.Core.Ledger;

/// <summary>
/// Makes a book tamper-evident: each transfer's hash covers the hash before it and the transfer's whole content, so that a
/// changed, removed or inserted transfer no longer fits the ones after it.
/// </summary>
/// <remarks>
/// Canonical content, in this order: previous hash (32 bytes); then as little-endian 64-bit integers merchant, sequence, kind,
/// amount, recorded-at (microseconds since 1970), free after, pending after; key and reference, each as its UTF-8 length (64 bit,
/// -1 for none) and its bytes; the number of entries; each entry's account and amount. Amounts are cents.
/// </remarks>
public static class HashChain
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>What an empty book's chain starts from: 32 zero bytes.</summary>
    public static readonly byte[] Start = new byte[Size];

    /// <summary>The hash of a transfer; its own <see cref="Transfer.Hash"/> is not part of the content.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previous, Transfer transfer)
    {
        int size = Size + 8 * (10 + 2 * transfer.Entries.Count)
            + Encoding.UTF8.GetMaxByteCount(transfer.Key.Length)
            + Encoding.UTF8.GetMaxByteCount(transfer.Reference?.Length ?? 0);
        var content = new Content(size <= 1024 ? stackalloc byte[1024] : new byte[size]);
        content.Add(previous);
        content.Add(transfer.Merchant.Value);
        content.Add(transfer.Sequence);
        content.Add((long)transfer.Kind);
        content.Add(transfer.Amount.Cents);
        content.Add((transfer.RecordedAt.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        content.Add(transfer.FreeAfter.Cents);
        content.Add(transfer.PendingAfter.Cents);
        content.Add(transfer.Key);
        content.Add(transfer.Reference);
        content.Add(transfer.Entries.Count);
        foreach (var entry in transfer.Entries)
        {
            content.Add((long)entry.Account);
            content.Add(entry.Amount.Cents);
        }

        return SHA256.HashData(content.Written);
    }

    private ref struct Content(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
        }

        public void Add(long number)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_buffer[_length..], number);
            _length += sizeof(long);
        }

        public void Add(string? text)
        {
            if (text is null)
            {
                Add(-1L);
                return;
            }

            int bytes = Encoding.UTF8.GetBytes(text, _buffer[(_length + sizeof(long))..]);
            Add((long)bytes);
            _length += bytes;
        }
    }
}
