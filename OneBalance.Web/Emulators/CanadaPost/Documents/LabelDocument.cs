using System.Globalization;
using SkiaSharp;

namespace OneBalance.Web.Emulators.CanadaPost.Documents;

/// <summary>What a label shows.</summary>
internal sealed record LabelFacts(
    string ServiceCode,
    string EnglishService,
    string FrenchService,
    IReadOnlyList<string> To,
    string PostalCode,
    IReadOnlyList<string> From,
    string? TrackingPin,
    string WeightAndMark,
    string Size,
    bool ManifestRequired,
    string PaidBy,
    bool OnAccount,
    string Reference,
    string Options,
    DateTimeOffset CreatedAt,
    DateOnly Day)
{
    public const string Testing = "FOR TESTING PURPOSES ONLY / À DES FINS D'ESSAI SEULEMENT";
    public const string NotForMailing = "Not valid for mailing / Non valable pour l'expédition";

    /// <summary>The version of the carrier's label specification that its own labels name.</summary>
    public const string Specification = "SPEC 3696 V2";

    /// <summary>The figure in the black box.</summary>
    public string Routing => ServiceCode switch
    {
        "DOM.PC" => "1",
        "DOM.EP" => "2",
        "DOM.XP" => "3",
        "DOM.RP" => "4",
        _ => ServiceCode[0] == 'U' ? "U" : "I",
    };

    public string ManifestMark => ManifestRequired ? "MANIFEST REQ / MANIFESTE REQ" : "MANIFEST NOT REQ / MANIFESTE NON REQ";

    /// <summary>Who pays, marked where it is on account.</summary>
    public string Payer => OnAccount ? $"P/F: {PaidBy} A/C" : $"P/F: {PaidBy}";

    /// <summary>In fours, as people read it out; empty without a number.</summary>
    public string GroupedPin => string.Join(" ", (TrackingPin ?? "").Chunk(4).Select(part => new string(part)));

    public static LabelFacts Of(StoredShipment shipment, DateOnly day, bool returning = false)
    {
        var asked = shipment.Asked();
        var spec = asked.DeliverySpec;
        var service = Catalogue.Find(returning ? asked.ReturnSpec!.ServiceCode : spec.ServiceCode)!;
        var parcel = spec.ParcelCharacteristics;
        bool byVolume = service.RatedKg(parcel) > parcel.Weight;
        var sender = spec.Sender;
        var to = returning ? asked.ReturnSpec!.ReturnRecipient ?? sender : PostOffices.For(spec) ?? spec.Destination;
        var from = returning ? spec.Destination : sender;
        return new LabelFacts(
            service.Code,
            service.English,
            service.French,
            Lines(to),
            PostalCodeOf(to.AddressDetails),
            Lines(from),
            returning ? shipment.ReturnTrackingPin : shipment.TrackingPin,
            service.RatedKg(parcel).ToString("0.000", CultureInfo.InvariantCulture) + " KG" + (byVolume ? " VE/EV" : ""),
            parcel.Dimensions is { } size ? string.Create(CultureInfo.InvariantCulture, $"{size.Length:0.#}x{size.Width:0.#}x{size.Height:0.#}cm") : "",
            shipment.GroupId is not null,
            EmulatedAccountNumbers.Pad(spec.SettlementInfo.PaidByCustomer ?? shipment.Owner.Split('/')[1]),
            spec.SettlementInfo.IntendedMethodOfPayment == "Account",
            spec.References?.CustomerRef1 ?? "",
            string.Join("  ", (spec.Options ?? []).Where(option => option.OptionCode is not "DC").Select(option => option.OptionCode)),
            shipment.CreatedAt,
            day);
    }

    private static List<string> Lines(Contact contact)
    {
        var address = contact.AddressDetails;
        string city = string.Join(" ", new[] { address.City, address.ProvState, PostalCodeOf(address) }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return
        [
            .. new[]
            {
                contact.Name, contact.Company, contact.AdditionalAddressInfo, address.AddressLine1, address.AddressLine2, city,
                address.Country == "CA" ? null : address.Country,
                contact.ContactPhone ?? contact.ClientVoiceNumber,
            }.Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => line!),
        ];
    }

    /// <summary>Printed with the space a Canadian code has in its middle.</summary>
    private static string PostalCodeOf(AddressDetails address) => address.PostalZipCode switch
    {
        { Length: 6 } code when address.Country == "CA" => $"{code[..3]} {code[3..]}",
        var code => code ?? "",
    };
}

/// <summary>
/// A label after the carrier's layout, marked as a test. The carrier's symbology is not public and its own test labels carry no
/// barcode; here a Code 128 of the tracking number stands in, so that printing and scanning can be checked.
/// </summary>
internal static class LabelDocument
{
    private const float Width = 288;
    private const float Height = 432;

    /// <summary>4 by 6 inches: 288 by 432 points.</summary>
    public static byte[] Thermal(LabelFacts label) => Page.Pdf(Width, Height, "Shipping label", label.CreatedAt, page => Draw(page, label));

    /// <summary>Letter, landscape: the receipt on the left, the label on the right.</summary>
    public static byte[] Letter(LabelFacts label, ShipmentPrice? price) => Page.Pdf(792, 612, "Shipping label", label.CreatedAt, page =>
    {
        page.Text("INSTRUCTIONS", 36, 60, 14, bold: true);
        page.Text("Print on white paper, cut along the line, and fix the label to the largest side of the parcel.", 36, 84, 8.5f, 320);
        page.Text("Imprimez sur papier blanc, découpez le long de la ligne et fixez l'étiquette sur le plus grand côté du colis.", 36, 98, 8.5f, 320);
        page.Text("FOR TESTING PURPOSES ONLY", 36, 130, 12, bold: true);
        page.Text("À DES FINS D'ESSAI SEULEMENT", 36, 146, 12, bold: true);
        if (price is not null)
        {
            DrawReceipt(page, price);
        }

        for (float y = 20; y < 592; y += 8)
        {
            page.Line(396, y, 396, y + 4, 0.75f);
        }

        page.Text("CUT HERE / DÉCOUPER ICI", 384, 606, 7, align: SKTextAlign.Center);
        Draw(page, label, 450, 90);
    });

    private static void DrawReceipt(Page page, ShipmentPrice price)
    {
        float y = 190;
        Line("Base", price.BaseAmount);
        foreach (var option in price.PricedOptions ?? [])
        {
            Line($"{Pricing.OptionName(option.OptionCode, false)} / {Pricing.OptionName(option.OptionCode, true)}", option.OptionPrice);
        }

        foreach (var adjustment in price.Adjustments ?? [])
        {
            Line($"{Pricing.AdjustmentName(adjustment.AdjustmentCode, false)} / {Pricing.AdjustmentName(adjustment.AdjustmentCode, true)}", adjustment.AdjustmentAmount);
        }

        Line("GST / TPS", price.GstAmount);
        Line("PST / TVP", price.PstAmount);
        Line("HST / TVH", price.HstAmount);
        Line("TOTAL CAD", price.DueAmount);

        void Line(string name, decimal amount)
        {
            page.Text(name, 36, y, 9, 250);
            page.Text(amount.ToString("0.00", CultureInfo.InvariantCulture), 350, y, 9, align: SKTextAlign.Right);
            y += 14;
        }
    }

    private static void Draw(Page page, LabelFacts label, float left = 0, float top = 0)
    {
        float x = left + 12;
        float right = left + Width - 12;
        page.Frame(left + 6, top + 6, Width - 12, Height - 12);

        page.Box(left + 6, top + 6, 44, 44);
        page.Text(label.Routing, left + 28, top + 42, 36, align: SKTextAlign.Center, bold: true, tone: Tone.Paper);
        page.Text(label.EnglishService, x + 46, top + 26, 15, right - x - 46, bold: true);
        page.Text(label.FrenchService, x + 46, top + 44, 13, right - x - 46);
        page.Line(left + 6, top + 50, left + Width - 6, top + 50);

        page.Text("CANADA POST / POSTES CANADA", x, top + 62, 7, bold: true);
        page.Text(label.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), right, top + 62, 7, align: SKTextAlign.Right);
        page.Text(LabelFacts.Testing, left + (Width / 2), top + 75, 8.5f, right - x, SKTextAlign.Center, bold: true);
        page.Line(left + 6, top + 80, left + Width - 6, top + 80);

        page.Text("TO / À", x, top + 91, 7, tone: Tone.Grey);
        float y = top + 104;
        foreach (string line in label.To.Take(8))
        {
            page.Text(line, x + 6, y, 10.5f, right - x - 6);
            y += 12.2f;
        }

        page.Hatch(left + 6, top + 198, 40, 40);
        page.Hatch(left + Width - 46, top + 198, 40, 40);
        page.Text(label.PostalCode, left + (Width / 2), top + 230, 34, Width - 104, SKTextAlign.Center, bold: true);
        page.Line(left + 6, top + 242, left + Width - 6, top + 242);

        page.Text("TRACKING NUMBER / N° DE REPÉRAGE", left + (Width / 2), top + 253, 7, align: SKTextAlign.Center);
        if (label.TrackingPin is { } pin)
        {
            page.Barcode(pin, left + 14, top + 258, Width - 28, 62);
            page.Text(label.GroupedPin, left + (Width / 2), top + 335, 13, align: SKTextAlign.Center, bold: true);
        }
        else
        {
            page.Text("NO TRACKING / SANS REPÉRAGE", left + (Width / 2), top + 295, 13, align: SKTextAlign.Center, bold: true);
        }

        page.Line(left + 6, top + 341, left + Width - 6, top + 341);
        page.Text("FROM / DE", x, top + 350, 6.5f, tone: Tone.Grey);
        y = top + 359;
        foreach (string line in label.From.Take(6))
        {
            page.Text(line, x + 6, y, 7.5f, 150);
            y += 8.8f;
        }

        float column = left + 176;
        page.Text(label.WeightAndMark, column, top + 352, 9, right - column, bold: true);
        page.Text(label.Size, column, top + 363, 7.5f, right - column);
        page.Text(label.ManifestMark, column, top + 373, 7, right - column, bold: true);
        page.Text(label.Payer, column, top + 383, 7.5f, right - column);
        page.Text(label.Options, column, top + 393, 8, right - column, bold: true);
        page.Text(label.Reference.Length > 0 ? $"Ref / Réf: {label.Reference}" : "", column, top + 403, 7.5f, right - column);
        page.Text(LabelFacts.Specification, x, top + 413, 6.5f);
        page.Text(label.TrackingPin is { } number ? $"PIN / NIP: {number}" : "", right, top + 413, 6.5f, align: SKTextAlign.Right);
        page.Text(LabelFacts.NotForMailing, left + (Width / 2), top + 422, 7, align: SKTextAlign.Center);
    }
}
