using System.Text;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>The 4 by 6 label in ZPL II for a 203 dpi printer: 812 by 1218 dots.</summary>
internal static class ZplLabel
{
    public static byte[] Write(LabelFacts label)
    {
        var zpl = new StringBuilder("^XA^CI28^PW812^LL1218\n");
        Text(30, 30, 44, label.EnglishService);
        Text(30, 80, 34, label.FrenchService);
        Text(30, 130, 22, "CANADA POST / POSTES CANADA");
        Text(30, 160, 24, "FOR TESTING PURPOSES ONLY / À DES FINS D'ESSAI SEULEMENT");
        zpl.Append("^FO20,195^GB772,2,2^FS\n");
        int y = Lines(label.To, 215, 30, 36, 8);
        Text(250, Math.Max(y + 10, 540), 90, label.PostalCode);
        zpl.Append("^FO20,660^GB772,2,2^FS\n");
        if (label.TrackingPin is { } pin)
        {
            zpl.Append($"^FO90,690^BY3^BCN,160,N,N,N,A^FD{pin}^FS\n");
            Text(240, 870, 32, pin);
        }
        else
        {
            Text(180, 740, 36, "NO TRACKING / SANS REPÉRAGE");
        }

        zpl.Append("^FO20,920^GB772,2,2^FS\n");
        Lines(label.From, 940, 24, 28, 6);
        Text(500, 940, 30, label.WeightAndMark);
        Text(500, 975, 24, label.Size);
        Text(500, 1005, 18, label.ManifestRequired ? "MANIFEST REQ / MANIFESTE REQ" : "MANIFEST NOT REQ / MANIFESTE NON REQ");
        Text(500, 1030, 22, $"P/F: {label.PaidBy}");
        Text(500, 1060, 22, label.Options);
        Text(30, 1150, 22, label.Reference.Length > 0 ? $"Ref / Réf: {label.Reference}" : "");
        return Encoding.UTF8.GetBytes(zpl.Append("^XZ\n").ToString());

        void Text(int x, int top, int height, string text)
        {
            if (text.Length > 0)
            {
                zpl.Append($"^FO{x},{top}^A0N,{height},{height}^FB{780 - x},1,0,L^FH_^FD{Escape(text)}^FS\n");
            }
        }

        int Lines(IEnumerable<string> lines, int top, int height, int step, int most)
        {
            foreach (string line in lines.Take(most))
            {
                Text(40, top, height, line);
                top += step;
            }

            return top;
        }
    }

    /// <summary>A caret, a tilde and the escape sign itself would be commands.</summary>
    private static string Escape(string text) => text.Replace("_", "_5F").Replace("^", "_5E").Replace("~", "_7E");
}
