using System.Globalization;
using System.Text;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>The 4 by 6 label in ZPL II for a 203 dpi printer: 812 by 1218 dots.</summary>
internal static class ZplLabel
{
    private const int Right = 792;

    public static byte[] Write(LabelFacts label)
    {
        var zpl = new StringBuilder("^XA^CI28^PW812^LL1218\n");

        // White on black: the box is filled, the figure reversed out of it.
        zpl.Append("^FO20,20^GB104,104,104^FS\n");
        zpl.Append($"^FO20,30^A0N,92,92^FB104,1,0,C^FR^FD{label.Routing}^FS\n");
        Text(144, 26, 44, label.EnglishService);
        Text(144, 80, 34, label.FrenchService);
        Rule(134);
        Text(30, 144, 22, "CANADA POST / POSTES CANADA");
        Text(660, 144, 22, label.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Text(30, 170, 24, LabelFacts.Testing);
        Rule(204);
        Text(30, 212, 20, "TO / À");
        Lines(label.To, 236, 30, 36, 8);
        Hatch(20);
        Hatch(Right - 120);
        Text(160, 545, 90, label.PostalCode, Right - 140, centred: true);
        Rule(654);
        Text(20, 662, 20, "TRACKING NUMBER / N° DE REPÉRAGE", centred: true);
        if (label.TrackingPin is { } pin)
        {
            zpl.Append($"^FO160,690^BY4^BCN,160,N,N,N,A^FD{pin}^FS\n");
            Text(20, 866, 36, label.GroupedPin, centred: true);
        }
        else
        {
            Text(20, 740, 36, "NO TRACKING / SANS REPÉRAGE", centred: true);
        }

        Rule(914);
        Text(30, 922, 18, "FROM / DE");
        Lines(label.From, 944, 24, 28, 6, 480);
        Text(500, 944, 30, label.WeightAndMark);
        Text(500, 979, 24, label.Size);
        Text(500, 1009, 20, label.ManifestMark);
        Text(500, 1034, 22, label.Payer);
        Text(500, 1062, 22, label.Options);
        Text(500, 1090, 22, label.Reference.Length > 0 ? $"Ref / Réf: {label.Reference}" : "");
        Rule(1124);
        Text(30, 1134, 20, LabelFacts.Specification, 300);
        Text(320, 1134, 20, label.TrackingPin is { } number ? $"PIN / NIP: {number}" : "");
        Text(20, 1166, 22, LabelFacts.NotForMailing, centred: true);
        return Encoding.UTF8.GetBytes(zpl.Append("^XZ\n").ToString());

        // One line, made smaller until it fits; the printer's own letters are narrower than the ones measured.
        void Text(int x, int top, int height, string text, int right = Right, bool centred = false)
        {
            if (text.Length > 0)
            {
                int width = right - x;
                int fitting = Math.Min(height, (int)(height * width / Page.WidthOf(text, height, bold: true)));
                zpl.Append($"^FO{x},{top}^A0N,{fitting},{fitting}^FB{width},1,0,{(centred ? 'C' : 'L')}^FH_^FD{Escape(text)}^FS\n");
            }
        }

        void Lines(IEnumerable<string> lines, int top, int height, int step, int most, int right = Right)
        {
            foreach (string line in lines.Take(most))
            {
                Text(40, top, height, line, right);
                top += step;
            }
        }

        void Rule(int top) => zpl.Append($"^FO20,{top}^GB{Right - 20},2,2^FS\n");

        // The slanted strip on both sides of the large postal code.
        void Hatch(int x)
        {
            for (int bar = 0; bar < 5; bar++)
            {
                zpl.Append($"^FO{x + (bar * 24)},545^GD24,90,6,B,R^FS\n");
            }
        }
    }

    /// <summary>A caret, a tilde and the escape sign itself would be commands.</summary>
    private static string Escape(string text) => text.Replace("_", "_5F").Replace("^", "_5E").Replace("~", "_7E");
}
