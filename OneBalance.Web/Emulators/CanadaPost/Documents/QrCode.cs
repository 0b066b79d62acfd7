using System.Text;
using SkiaSharp;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>A QR code of version 5 (37 by 37 modules), error correction L, mask 0, bytes: up to 106 characters.</summary>
internal static class QrCode
{
    private const int Size = 37;
    private const int DataWords = 108;
    private const int CheckWords = 26;

    /// <summary>As a PNG, four dots a module, with the quiet zone.</summary>
    public static byte[] Png(string text)
    {
        const int dots = 4;
        const int quiet = 4;
        bool[,] dark = Modules(text);
        int side = (Size + (2 * quiet)) * dots;
        using var bitmap = new SKBitmap(side, side);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var ink = new SKPaint { Color = SKColors.Black };
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                if (dark[row, column])
                {
                    canvas.DrawRect((column + quiet) * dots, (row + quiet) * dots, dots, dots, ink);
                }
            }
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static bool[,] Modules(string text)
    {
        var dark = new bool[Size, Size];
        var fixedModules = new bool[Size, Size];
        Finder(0, 0);
        Finder(0, Size - 7);
        Finder(Size - 7, 0);
        for (int at = 8; at < Size - 8; at++)
        {
            Set(6, at, at % 2 == 0);
            Set(at, 6, at % 2 == 0);
        }

        for (int row = -2; row <= 2; row++)
        {
            for (int column = -2; column <= 2; column++)
            {
                Set(30 + row, 30 + column, Math.Max(Math.Abs(row), Math.Abs(column)) != 1);
            }
        }

        Format();
        Place(Codewords(text));
        return dark;

        void Set(int row, int column, bool isDark)
        {
            dark[row, column] = isDark;
            fixedModules[row, column] = true;
        }

        void Finder(int top, int left)
        {
            for (int row = -1; row <= 7; row++)
            {
                for (int column = -1; column <= 7; column++)
                {
                    if (top + row is >= 0 and < Size && left + column is >= 0 and < Size)
                    {
                        int ring = Math.Max(Math.Abs(row - 3), Math.Abs(column - 3));
                        Set(top + row, left + column, ring is 3 or <= 1);
                    }
                }
            }
        }

        // Level L (01) and mask 0, with their check bits, masked as the standard says: 111011111000100.
        void Format()
        {
            const int bits = 0b111011111000100;
            for (int bit = 0; bit < 15; bit++)
            {
                bool isDark = (bits >> bit & 1) == 1;
                int row = bit < 6 ? bit : bit < 8 ? bit + 1 : Size - 15 + bit;
                Set(row, 8, isDark);
                int column = bit < 8 ? Size - 1 - bit : bit < 9 ? 7 : 14 - bit;
                Set(8, column, isDark);
            }

            Set(Size - 8, 8, true);
        }

        void Place(byte[] words)
        {
            int next = 0;
            bool upward = true;
            for (int right = Size - 1; right > 0; right -= 2)
            {
                if (right == 6)
                {
                    right--;
                }

                for (int step = 0; step < Size; step++)
                {
                    int row = upward ? Size - 1 - step : step;
                    for (int column = right; column > right - 2; column--)
                    {
                        if (fixedModules[row, column])
                        {
                            continue;
                        }

                        bool bit = next < words.Length * 8 && (words[next / 8] >> (7 - (next % 8)) & 1) == 1;
                        dark[row, column] = bit ^ ((row + column) % 2 == 0);
                        next++;
                    }
                }

                upward = !upward;
            }
        }
    }

    private static byte[] Codewords(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > DataWords - 2)
        {
            throw new ArgumentException("The text is too long for this code.", nameof(text));
        }

        // Mode 0100, eight bits of length, the bytes, terminator; then the two padding words in turn.
        var bits = new List<bool>();
        Add(4, 4);
        Add(bytes.Length, 8);
        foreach (byte value in bytes)
        {
            Add(value, 8);
        }

        Add(0, Math.Min(4, (DataWords * 8) - bits.Count));
        byte[] words = new byte[DataWords + CheckWords];
        for (int at = 0; at < bits.Count; at++)
        {
            words[at / 8] |= (byte)(bits[at] ? 1 << (7 - (at % 8)) : 0);
        }

        for (int at = (bits.Count + 7) / 8, turn = 0; at < DataWords; at++, turn++)
        {
            words[at] = turn % 2 == 0 ? (byte)0xEC : (byte)0x11;
        }

        ReedSolomon(words.AsSpan(0, DataWords)).CopyTo(words, DataWords);
        return words;

        void Add(int value, int count)
        {
            for (int bit = count - 1; bit >= 0; bit--)
            {
                bits.Add((value >> bit & 1) == 1);
            }
        }
    }

    private static byte[] ReedSolomon(ReadOnlySpan<byte> data)
    {
        byte[] generator = new byte[CheckWords];
        generator[^1] = 1;
        byte root = 1;
        for (int degree = 0; degree < CheckWords; degree++)
        {
            for (int at = 0; at < CheckWords; at++)
            {
                generator[at] = (byte)(Multiply(generator[at], root) ^ (at + 1 < CheckWords ? generator[at + 1] : 0));
            }

            root = Multiply(root, 2);
        }

        byte[] remainder = new byte[CheckWords];
        foreach (byte value in data)
        {
            byte factor = (byte)(value ^ remainder[0]);
            Array.Copy(remainder, 1, remainder, 0, CheckWords - 1);
            remainder[^1] = 0;
            for (int at = 0; at < CheckWords; at++)
            {
                remainder[at] ^= Multiply(generator[at], factor);
            }
        }

        return remainder;
    }

    /// <summary>In the field of 256 elements with the polynomial 0x11D.</summary>
    private static byte Multiply(byte left, byte right)
    {
        int product = 0;
        for (int bit = 7; bit >= 0; bit--)
        {
            product = (product << 1) ^ ((product >> 7) * 0x11D);
            product ^= (right >> bit & 1) * left;
        }

        return (byte)product;
    }
}
