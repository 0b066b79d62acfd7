using System.Globalization;
using SkiaSharp;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>The manifest handed over with the parcels: totals, and by wish every shipment. Letter, portrait.</summary>
internal static class ManifestDocument
{
    private const int RowsAPage = 46;

    public static byte[] Draw(StoredManifest manifest, IReadOnlyList<StoredShipment> shipments, DateOnly day)
    {
        var chunks = manifest.Detailed ? shipments.Chunk(RowsAPage).ToList() : [];
        var pages = new List<Action<Page>> { Totals };
        pages.AddRange(chunks.Select(chunk => (Action<Page>)(page => Rows(page, chunk))));
        return Page.Pdf(612, 792, "Manifest", manifest.CreatedAt, pages);

        void Totals(Page page)
        {
            Head(page);
            page.Barcode(manifest.PoNumber, 36, 100, 220, 46);
            page.Text($"PO: {manifest.PoNumber}", 36, 164, 12, bold: true);
            float y = 200;
            Line("Shipments / Envois", shipments.Count.ToString(CultureInfo.InvariantCulture));
            Line("Base cost / Coût de base", Amount(manifest.Pricing.BaseCost));
            Line("Automation discount / Rabais pour l'automatisation", Amount(manifest.Pricing.AutomationDiscount));
            Line("Options and surcharges / Options et suppléments", Amount(manifest.Pricing.OptionsAndSurcharges));
            Line("GST / TPS", Amount(manifest.Pricing.Gst));
            Line("PST / TVP", Amount(manifest.Pricing.Pst));
            Line("HST / TVH", Amount(manifest.Pricing.Hst));
            Line("TOTAL CAD", Amount(manifest.Pricing.TotalDueCpc));

            void Line(string name, string value)
            {
                page.Text(name, 36, y, 11);
                page.Text(value, 440, y, 11, align: SKTextAlign.Right);
                y += 18;
            }
        }

        void Rows(Page page, StoredShipment[] rows)
        {
            Head(page);
            float y = 104;
            foreach (var shipment in rows)
            {
                var spec = shipment.Asked().DeliverySpec;
                page.Text(shipment.TrackingPin ?? shipment.Id, 36, y, 9, 130);
                page.Text(spec.ServiceCode, 176, y, 9, 80);
                page.Text($"{spec.Destination.AddressDetails.City} {spec.Destination.AddressDetails.PostalZipCode}", 262, y, 9, 200);
                page.Text(Amount(shipment.Price.DueAmount), 576, y, 9, align: SKTextAlign.Right);
                y += 14;
            }
        }

        void Head(Page page)
        {
            page.Text("MANIFEST / MANIFESTE", 36, 54, 16, bold: true);
            page.Text("FOR TESTING PURPOSES ONLY / À DES FINS D'ESSAI SEULEMENT", 36, 72, 9, bold: true);
            page.Text($"{day:yyyy-MM-dd}   {manifest.ShippingPoint}", 576, 54, 10, align: SKTextAlign.Right);
        }
    }

    private static string Amount(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
