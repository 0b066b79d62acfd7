namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>Code 128: pairs of digits in code set C, other printable ASCII in code set B.</summary>
internal static class Code128
{
    private const int StartB = 104;
    private const int StartC = 105;
    private const int Stop = 106;

    /// <summary>Widths of bars and spaces in turn, in modules, one text a symbol.</summary>
    private static readonly string[] Patterns = (
        "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 "
        + "221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 "
        + "132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 "
        + "312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 "
        + "221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 "
        + "114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112").Split(' ');

    /// <summary>Widths of bars and spaces in turn, beginning with a bar.</summary>
    public static IReadOnlyList<int> Encode(string text)
    {
        bool pairs = text.Length % 2 == 0 && text.All(char.IsAsciiDigit);
        List<int> symbols = pairs
            ? [StartC, .. text.Chunk(2).Select(pair => int.Parse(pair))]
            : [StartB, .. text.Select(character => character - ' ')];
        int check = (symbols[0] + symbols.Skip(1).Select((symbol, index) => symbol * (index + 1)).Sum()) % 103;
        return [.. symbols.Append(check).Append(Stop).SelectMany(symbol => Patterns[symbol]).Select(width => width - '0')];
    }
}
