using System.Globalization;
using SkiaSharp;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>The commercial invoice of a parcel that leaves Canada: letter, portrait.</summary>
internal static class InvoiceDocument
{
    private const int RowsAPage = 34;

    public static byte[] Draw(StoredShipment shipment, DateOnly day)
    {
        var spec = shipment.Asked().DeliverySpec;
        var facts = LabelFacts.Of(shipment, day);
        var customs = spec.Customs!;
        var pages = customs.SkuList.Chunk(RowsAPage).ToList();
        return Page.Pdf(612, 792, "Commercial invoice", shipment.CreatedAt, [.. pages.Select((rows, index) => (Action<Page>)(page => DrawPage(page, rows, index)))]);

        void DrawPage(Page page, CustomsItem[] rows, int index)
        {
            page.Text("COMMERCIAL INVOICE / FACTURE COMMERCIALE", 36, 54, 15, 540, bold: true);
            page.Text("FOR TESTING PURPOSES ONLY / À DES FINS D'ESSAI SEULEMENT", 36, 70, 9, bold: true);
            page.Text($"{day:yyyy-MM-dd}   {facts.TrackingPin}   {index + 1}/{pages.Count}", 576, 54, 9, align: SKTextAlign.Right);
            Block(page, "FROM / DE", facts.From, 36);
            Block(page, "TO / À", facts.To, 320);
            page.Text($"Reason / Motif : {customs.ReasonForExport} {customs.OtherReason}", 36, 222, 9, 260);
            page.Text("Values in CAD / Valeurs en CAD", 576, 222, 9, align: SKTextAlign.Right);
            float y = 244;
            Row(page, y, "Qty / Qté", "Description", "HS / SH", "Origin / Origine", "Unit / Unité", "Total");
            page.Line(36, y + 4, 576, y + 4);
            foreach (var item in rows)
            {
                y += 14;
                Row(page, y, item.CustomsNumberOfUnits.ToString(CultureInfo.InvariantCulture), item.CustomsDescription, item.HsTariffCode ?? "",
                    $"{item.CountryOfOrigin} {item.ProvinceOfOrigin}".Trim(), Amount(item.CustomsValuePerUnit), Amount(item.CustomsNumberOfUnits * item.CustomsValuePerUnit));
            }

            page.Line(36, y + 6, 576, y + 6);
            if (index == pages.Count - 1)
            {
                page.Text($"TOTAL CAD {Amount(customs.SkuList.Sum(item => item.CustomsNumberOfUnits * item.CustomsValuePerUnit))}", 576, y + 22, 11, align: SKTextAlign.Right, bold: true);
            }
        }
    }

    private static void Block(Page page, string title, IReadOnlyList<string> lines, float x)
    {
        page.Text(title, x, 94, 8, tone: Tone.Grey);
        float y = 108;
        foreach (string line in lines)
        {
            page.Text(line, x, y, 10, 240);
            y += 13;
        }
    }

    private static void Row(Page page, float y, string quantity, string description, string code, string origin, string unit, string total)
    {
        page.Text(quantity, 36, y, 9, 44);
        page.Text(description, 84, y, 9, 220);
        page.Text(code, 310, y, 9, 80);
        page.Text(origin, 396, y, 9, 70);
        page.Text(unit, 516, y, 9, 54, SKTextAlign.Right);
        page.Text(total, 576, y, 9, 56, SKTextAlign.Right);
    }

    private static string Amount(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
