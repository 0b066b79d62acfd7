using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Features.Labels;

/// <summary>Between a label's row and what the rules speak of.</summary>
internal static class StoredLabel
{
    private const string Signature = "SO";
    private const string Coverage = "COV";
    private const string PostOffice = "D2PO";

    private static readonly Dictionary<string, ProofOfAge> Ages = new()
    {
        ["PA18"] = ProofOfAge.Eighteen,
        ["PA19"] = ProofOfAge.Nineteen,
        ["PA21"] = ProofOfAge.TwentyOne,
    };

    private static readonly Dictionary<string, Handover> Handovers = new()
    {
        ["HFP"] = Handover.CardForPickup,
        ["DNS"] = Handover.DoNotSafeDrop,
        ["LAD"] = Handover.LeaveAtDoor,
        [PostOffice] = Handover.PostOffice,
    };

    private static readonly Customs NoCustoms = new(ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense, [], "");

    public static LabelDraft Draft(this Label label)
    {
        var options = Json.Read<List<ShipmentOption>>(label.OptionsJson) ?? [];
        return new LabelDraft(
            label.From.ToAddress(),
            label.To.ToAddress(),
            new Parcel(label.WeightGrams, label.LengthMm, label.WidthMm, label.HeightMm),
            label.Units,
            options.Any(option => option.Code == Signature),
            options.FirstOrDefault(option => option.Code == Coverage)?.Amount,
            label.Reference,
            Json.Read<Customs>(label.CustomsJson) ?? NoCustoms)
        {
            Delivery = new DeliveryWishes(
                options.Select(option => Ages.GetValueOrDefault(option.Code)).DefaultIfEmpty().Max(),
                options.Select(option => Handovers.GetValueOrDefault(option.Code)).DefaultIfEmpty().Max(),
                options.FirstOrDefault(option => option.Code == PostOffice)?.Qualifier ?? "",
                label.RecipientEmail),
        };
    }

    /// <summary>Takes over what was typed, cut to what the columns hold: the form stops longer input earlier.</summary>
    public static void Apply(this Label label, LabelDraft draft)
    {
        label.From = PostalAddress.From(Fit(draft.From));
        label.To = PostalAddress.From(Fit(draft.To));
        label.WeightGrams = draft.Parcel.WeightGrams;
        label.LengthMm = draft.Parcel.LengthMm;
        label.WidthMm = draft.Parcel.WidthMm;
        label.HeightMm = draft.Parcel.HeightMm;
        label.Units = draft.Units;
        label.Reference = Cut(draft.Reference, LabelDraftRules.ReferenceLength);
        label.RecipientEmail = Cut(draft.Delivery.Email, OptionRules.EmailLength);
        label.OptionsJson = Json.Write(Typed(draft));
        label.CustomsJson = Json.Write(draft.Customs);
        label.SearchText = label.SearchOf();
    }

    /// <summary>What <see cref="Label.SearchText"/> is for the label as it stands.</summary>
    public static string SearchOf(this Label label) => FoldedText.Of(string.Join(' ', label.To.Name, label.To.Company, label.To.City, label.Reference));

    public static LabelFacts Facts(this Label label) => new(
        label.State,
        label.RequestedAt,
        ShipmentStored: label.ShipmentId is not null,
        ShipmentAndPriceStored: label.ShipmentId is not null && label.PriceJson is not null,
        DocumentStored: label.DocumentStoredAt is not null && (label.InvoiceLink is null || label.InvoiceStoredAt is not null),
        HoldStands: label.Reserved is not null,
        label.AbsentSince,
        label.NextRunAt,
        label.BusyUntil);

    public static RateRequest RateRequest(LabelDraft draft)
    {
        var from = AddressRules.Normalize(draft.From);
        var to = AddressRules.Normalize(draft.To);
        return new RateRequest(from.PostalCode, to.PostalCode, to.Country, draft.Parcel, InForce(draft));
    }

    /// <summary>The same for two drafts exactly when the same rates hold for both.</summary>
    public static string Fingerprint(RateRequest request) => string.Create(
        CultureInfo.InvariantCulture,
        $"{request.OriginPostalCode}>{request.DestinationPostalCode},{request.DestinationCountry} {request.Parcel.WeightGrams}g {request.Parcel.LengthMm}x{request.Parcel.WidthMm}x{request.Parcel.HeightMm} {string.Join(' ', request.Options.Select(option => option.Code + option.Amount?.ToString()))}");

    /// <summary>What the carrier gets for a label whose purchase was asked for.</summary>
    public static ShipmentOrder Order(this Label label)
    {
        var draft = label.Draft();
        string service = label.ServiceCode ?? throw new InvalidOperationException($"Label {label.Id} has no service.");
        var customs = draft.CustomsInForce is { } declared ? CustomsRules.Normalize(declared) : null;
        return new ShipmentOrder(
            label.Id,
            label.CarrierGroup ?? throw new InvalidOperationException($"Label {label.Id} has no group."),
            service,
            AddressRules.Normalize(draft.From),
            AddressRules.Normalize(draft.To),
            draft.Parcel,
            InForce(draft),
            customs is null ? null : customs with { NonDelivery = ServiceRules.NonDeliveryFor(service, customs.NonDelivery) },
            label.Reference.Trim(),
            draft.DeliveryInForce.Email.Trim())
        {
            Format = label.Format,
        };
    }

    /// <summary>What the carrier hears of.</summary>
    private static List<ShipmentOption> InForce(LabelDraft draft) =>
        [.. OptionRules.InForce(draft).Select(option => new ShipmentOption(option.Code, option.Amount, option.Qualifier))];

    /// <summary>Everything typed, whether or not it counts where the parcel goes now.</summary>
    private static List<ShipmentOption> Typed(LabelDraft draft)
    {
        var options = new List<ShipmentOption>();
        if (draft.Signature)
        {
            options.Add(new ShipmentOption(Signature));
        }

        if (draft.Coverage is { } amount)
        {
            options.Add(new ShipmentOption(Coverage, amount));
        }

        options.AddRange(Ages.Where(age => age.Value == draft.Delivery.Age).Select(age => new ShipmentOption(age.Key)));
        options.AddRange(Handovers
            .Where(handover => handover.Value == draft.Delivery.Handover)
            .Select(handover => new ShipmentOption(handover.Key, null, handover.Key == PostOffice ? Cut(draft.Delivery.PostOffice, OptionRules.PostOfficeLength) : null)));
        return options;
    }

    private static Address Fit(Address address) => new(
        Cut(address.Name, AddressRules.NameLength),
        Cut(address.Company, AddressRules.NameLength),
        Cut(address.Line1, AddressRules.LineLength),
        Cut(address.Line2, AddressRules.LineLength),
        Cut(address.City, AddressRules.CityLength),
        Cut(address.Province, AddressRules.ProvinceLength),
        Cut(address.PostalCode, AddressRules.PostalCodeLength),
        Cut(address.Country, 2),
        Cut(address.Phone, AddressRules.PhoneLength));

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    /// <summary>The form of JSON columns: camelCase, amounts in cents.</summary>
    internal static class Json
    {
        private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
        {
            Converters = { new CentsConverter() },
            IgnoreReadOnlyProperties = true,
        };

        public static string Write<T>(T value) => JsonSerializer.Serialize(value, Form);

        /// <summary>Null when the column is null.</summary>
        public static T? Read<T>(string? json)
            where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, Form);

        private sealed class CentsConverter : JsonConverter<Money>
        {
            public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

            public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Cents);
        }
    }
}
