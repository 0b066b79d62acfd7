using System.Globalization;
using System.Text;

namespace OneBalance.Web.Components.Account;

/// <summary>
/// A QR code (ISO/IEC 18004) of a short text: byte mode, error correction level M, the smallest of the 40 sizes that holds
/// it. For authenticator keys, which should not travel through a library or a service.
/// </summary>
public sealed class QrCode
{
    private const int QuietZone = 4;

    // Level M, by version from 1: error correction codewords a block, and blocks.
    private static readonly byte[] CorrectionPerBlock =
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
        26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ];

    private static readonly byte[] Blocks =
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
        17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ];

    private readonly bool[,] _dark;
    private readonly bool[,] _fixed;
    private readonly int _version;

    private QrCode(int version)
    {
        _version = version;
        Size = 17 + 4 * version;
        _dark = new bool[Size, Size];
        _fixed = new bool[Size, Size];
    }

    /// <summary>Modules a side, without the quiet zone.</summary>
    public int Size { get; }

    public bool this[int x, int y] => _dark[x, y];

    /// <exception cref="ArgumentException">The text has more than 2,331 bytes.</exception>
    public static QrCode Of(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int version = Enumerable.Range(1, 40).FirstOrDefault(v => bytes.Length + HeaderBytes(v) <= DataCodewords(v));
        if (version == 0)
        {
            throw new ArgumentException($"{bytes.Length} bytes do not fit.", nameof(text));
        }

        var code = new QrCode(version);
        code.DrawPatterns();
        code.DrawCodewords(Interleave(Pad(bytes, version), version));
        code.Mask();
        return code;
    }

    /// <summary>The code as an SVG image in a <c>data:</c> address.</summary>
    public static string ToDataUri(string text)
    {
        var code = Of(text);
        int side = code.Size + 2 * QuietZone;
        var path = new StringBuilder();
        for (int y = 0; y < code.Size; y++)
        {
            for (int x = 0; x < code.Size; x++)
            {
                if (code[x, y])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x + QuietZone} {y + QuietZone}h1v1h-1z");
                }
            }
        }

        string svg = $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>";
        return "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));
    }

    /// <summary>Mode, length and terminator, rounded up to whole bytes.</summary>
    private static int HeaderBytes(int version) => version < 10 ? 2 : 3;

    private static int RawCodewords(int version)
    {
        int modules = (16 * version + 128) * version + 64;
        if (version >= 2)
        {
            int marks = version / 7 + 2;
            modules -= (25 * marks - 10) * marks - 55;
            modules -= version >= 7 ? 36 : 0;
        }

        return modules / 8;
    }

    private static int DataCodewords(int version) => RawCodewords(version) - CorrectionPerBlock[version - 1] * Blocks[version - 1];

    private static byte[] Pad(byte[] bytes, int version)
    {
        var bits = new List<bool>();
        Append(bits, 0b0100, 4);
        Append(bits, bytes.Length, version < 10 ? 8 : 16);
        foreach (byte value in bytes)
        {
            Append(bits, value, 8);
        }

        int capacity = DataCodewords(version) * 8;
        Append(bits, 0, Math.Min(4, capacity - bits.Count));
        Append(bits, 0, (8 - bits.Count % 8) % 8);
        for (int filler = 0xEC; bits.Count < capacity; filler ^= 0xEC ^ 0x11)
        {
            Append(bits, filler, 8);
        }

        byte[] data = new byte[capacity / 8];
        for (int i = 0; i < bits.Count; i++)
        {
            data[i / 8] |= (byte)(bits[i] ? 0x80 >> (i % 8) : 0);
        }

        return data;
    }

    private static void Append(List<bool> bits, int value, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            bits.Add((value >> i & 1) != 0);
        }
    }

    /// <summary>Splits into blocks, adds each block's correction, and interleaves.</summary>
    private static byte[] Interleave(byte[] data, int version)
    {
        int blocks = Blocks[version - 1];
        int correction = CorrectionPerBlock[version - 1];
        int raw = RawCodewords(version);
        int shortBlocks = blocks - raw % blocks;
        int shortData = raw / blocks - correction;
        byte[] generator = Generator(correction);

        var parts = new List<(byte[] Data, byte[] Correction)>();
        for (int i = 0, at = 0; i < blocks; i++)
        {
            int length = shortData + (i < shortBlocks ? 0 : 1);
            byte[] part = data[at..(at + length)];
            parts.Add((part, Remainder(part, generator)));
            at += length;
        }

        var result = new List<byte>(raw);
        for (int i = 0; i <= shortData; i++)
        {
            result.AddRange(parts.Where(part => i < part.Data.Length).Select(part => part.Data[i]));
        }

        for (int i = 0; i < correction; i++)
        {
            result.AddRange(parts.Select(part => part.Correction[i]));
        }

        return [.. result];
    }

    private static byte[] Generator(int degree)
    {
        byte[] result = new byte[degree];
        result[degree - 1] = 1;
        byte root = 1;
        for (int i = 0; i < degree; i++)
        {
            for (int j = 0; j < degree; j++)
            {
                result[j] = (byte)(Multiply(result[j], root) ^ (j + 1 < degree ? result[j + 1] : 0));
            }

            root = Multiply(root, 2);
        }

        return result;
    }

    private static byte[] Remainder(byte[] data, byte[] generator)
    {
        byte[] result = new byte[generator.Length];
        foreach (byte value in data)
        {
            byte factor = (byte)(value ^ result[0]);
            Array.Copy(result, 1, result, 0, result.Length - 1);
            result[^1] = 0;
            for (int i = 0; i < result.Length; i++)
            {
                result[i] ^= Multiply(generator[i], factor);
            }
        }

        return result;
    }

    /// <summary>In GF(2^8) with the polynomial 0x11D.</summary>
    private static byte Multiply(byte x, byte y)
    {
        int product = 0;
        for (int i = 7; i >= 0; i--)
        {
            product = product << 1 ^ (product >> 7) * 0x11D;
            product ^= (y >> i & 1) * x;
        }

        return (byte)product;
    }

    private void DrawPatterns()
    {
        for (int i = 0; i < Size; i++)
        {
            Fix(6, i, i % 2 == 0);
            Fix(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(Size - 4, 3);
        DrawFinder(3, Size - 4);

        int[] marks = Marks();
        for (int i = 0; i < marks.Length; i++)
        {
            for (int j = 0; j < marks.Length; j++)
            {
                bool atFinder = (i, j) is (0, 0) || (i == 0 && j == marks.Length - 1) || (i == marks.Length - 1 && j == 0);
                if (!atFinder)
                {
                    DrawMark(marks[i], marks[j]);
                }
            }
        }

        DrawFormat(0);
        DrawVersion();
    }

    private int[] Marks()
    {
        if (_version == 1)
        {
            return [];
        }

        int count = _version / 7 + 2;
        int step = _version == 32 ? 26 : (_version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;
        return [6, .. Enumerable.Range(0, count - 1).Select(i => Size - 7 - i * step).Reverse()];
    }

    private void DrawFinder(int centreX, int centreY)
    {
        for (int dy = -4; dy <= 4; dy++)
        {
            for (int dx = -4; dx <= 4; dx++)
            {
                int x = centreX + dx, y = centreY + dy;
                if (x >= 0 && x < Size && y >= 0 && y < Size)
                {
                    Fix(x, y, Math.Max(Math.Abs(dx), Math.Abs(dy)) is not (2 or 4));
                }
            }
        }
    }

    private void DrawMark(int centreX, int centreY)
    {
        for (int dy = -2; dy <= 2; dy++)
        {
            for (int dx = -2; dx <= 2; dx++)
            {
                Fix(centreX + dx, centreY + dy, Math.Max(Math.Abs(dx), Math.Abs(dy)) != 1);
            }
        }
    }

    private void DrawFormat(int mask)
    {
        int remainder = mask;
        for (int i = 0; i < 10; i++)
        {
            remainder = remainder << 1 ^ (remainder >> 9) * 0x537;
        }

        int bits = (mask << 10 | remainder) ^ 0x5412;
        bool Bit(int i) => (bits >> i & 1) != 0;
        for (int i = 0; i <= 5; i++)
        {
            Fix(8, i, Bit(i));
        }

        Fix(8, 7, Bit(6));
        Fix(8, 8, Bit(7));
        Fix(7, 8, Bit(8));
        for (int i = 9; i < 15; i++)
        {
            Fix(14 - i, 8, Bit(i));
        }

        for (int i = 0; i < 8; i++)
        {
            Fix(Size - 1 - i, 8, Bit(i));
        }

        for (int i = 8; i < 15; i++)
        {
            Fix(8, Size - 15 + i, Bit(i));
        }

        Fix(8, Size - 8, true);
    }

    private void DrawVersion()
    {
        if (_version < 7)
        {
            return;
        }

        int remainder = _version;
        for (int i = 0; i < 12; i++)
        {
            remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25;
        }

        int bits = _version << 12 | remainder;
        for (int i = 0; i < 18; i++)
        {
            bool dark = (bits >> i & 1) != 0;
            int a = Size - 11 + i % 3, b = i / 3;
            Fix(a, b, dark);
            Fix(b, a, dark);
        }
    }

    private void DrawCodewords(byte[] data)
    {
        int i = 0;
        for (int right = Size - 1; right >= 1; right -= 2)
        {
            if (right == 6)
            {
                right = 5;
            }

            for (int step = 0; step < Size; step++)
            {
                for (int j = 0; j < 2; j++)
                {
                    int x = right - j;
                    int y = (right + 1 & 2) == 0 ? Size - 1 - step : step;
                    if (!_fixed[x, y] && i < data.Length * 8)
                    {
                        _dark[x, y] = (data[i / 8] >> (7 - i % 8) & 1) != 0;
                        i++;
                    }
                }
            }
        }
    }

    /// <summary>Applies the mask that leaves the fewest patterns a reader could stumble over.</summary>
    private void Mask()
    {
        int best = Enumerable.Range(0, 8).MinBy(mask =>
        {
            Invert(mask);
            DrawFormat(mask);
            int penalty = Penalty();
            Invert(mask);
            return penalty;
        });
        Invert(best);
        DrawFormat(best);
    }

    private void Invert(int mask)
    {
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                bool inverts = mask switch
                {
                    0 => (x + y) % 2 == 0,
                    1 => y % 2 == 0,
                    2 => x % 3 == 0,
                    3 => (x + y) % 3 == 0,
                    4 => (x / 3 + y / 2) % 2 == 0,
                    5 => x * y % 2 + x * y % 3 == 0,
                    6 => (x * y % 2 + x * y % 3) % 2 == 0,
                    _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
                };
                _dark[x, y] ^= inverts && !_fixed[x, y];
            }
        }
    }

    private int Penalty()
    {
        int penalty = 0, dark = 0;
        for (int a = 0; a < Size; a++)
        {
            int rowRun = 0, columnRun = 0;
            for (int b = 0; b < Size; b++)
            {
                rowRun = b > 0 && _dark[b, a] == _dark[b - 1, a] ? rowRun + 1 : 1;
                columnRun = b > 0 && _dark[a, b] == _dark[a, b - 1] ? columnRun + 1 : 1;
                penalty += (rowRun == 5 ? 3 : rowRun > 5 ? 1 : 0) + (columnRun == 5 ? 3 : columnRun > 5 ? 1 : 0);
                dark += _dark[a, b] ? 1 : 0;
                if (a > 0 && b > 0 && _dark[a, b] == _dark[a - 1, b] && _dark[a, b] == _dark[a, b - 1] && _dark[a, b] == _dark[a - 1, b - 1])
                {
                    penalty += 3;
                }
            }
        }

        return penalty + Math.Abs(dark * 20 - Size * Size * 10) / (Size * Size) * 10;
    }

    private void Fix(int x, int y, bool dark)
    {
        _dark[x, y] = dark;
        _fixed[x, y] = true;
    }
}
