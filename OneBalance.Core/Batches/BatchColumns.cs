using System.Globalization;

namespace OneBalance.Core.Batches;

/// <summary>What a column of an imported file says. Persisted by name: values are frozen.</summary>
public enum BatchField
{
    Name = 1,
    Company = 2,
    Line1 = 3,
    Line2 = 4,
    City = 5,
    Province = 6,
    PostalCode = 7,
    Country = 8,
    Phone = 9,
    Reference = 10,
    Weight = 11,
    Length = 12,
    Width = 13,
    Height = 14,
    Signature = 15,
    Coverage = 16,
    ItemDescription = 17,
    ItemQuantity = 18,
    ItemValue = 19,
    ItemWeight = 20,
    HsCode = 21,
    CountryOfOrigin = 22,
    ProvinceOfOrigin = 23,
    Reason = 24,
    NonDelivery = 25,
    UsDeclaration = 26,
    Email = 27,
    ProofOfAge = 28,
    Handover = 29,
    PostOffice = 30,
    Currency = 31,
    UnitsForOneCad = 32,
}

/// <summary>A field of a line. What is said of goods is numbered, for a parcel may hold several kinds of them.</summary>
/// <param name="Item">1 to <see cref="MostItems"/>; 1 for whatever a line says once.</param>
public readonly record struct LineField(BatchField Field, int Item)
{
    public const int MostItems = 10;

    /// <summary>Those said of each kind of goods.</summary>
    public static IReadOnlyList<BatchField> OfItems { get; } =
    [
        BatchField.ItemDescription, BatchField.ItemQuantity, BatchField.ItemValue, BatchField.ItemWeight, BatchField.HsCode, BatchField.CountryOfOrigin, BatchField.ProvinceOfOrigin,
    ];

    /// <summary>Every field, those of goods once for each of the first so many kinds.</summary>
    public static IEnumerable<LineField> All(int items) =>
        Enum.GetValues<BatchField>().SelectMany(field => OfItems.Contains(field) ? Enumerable.Range(1, items).Select(item => new LineField(field, item)) : [field]);

    public static implicit operator LineField(BatchField field) => new(field, 1);

    /// <summary>As <see cref="ToString"/> writes it; null for anything else.</summary>
    public static LineField? Read(string? text) => (text ?? "").Split(' ') switch
    {
        [var name] when Known(name) is { } field => field,
        [var name, var number] when Known(name) is { } field && OfItems.Contains(field) && ItemNumber(number) is { } item => new LineField(field, item),
        _ => null,
    };

    /// <summary>1 to <see cref="MostItems"/>; null for anything else.</summary>
    public static int? ItemNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= MostItems ? number : null;

    /// <summary>E.g. <c>Weight</c>, and <c>HsCode 2</c> for the second item. Persisted.</summary>
    public override string ToString() => Item == 1 ? Field.ToString() : string.Create(CultureInfo.InvariantCulture, $"{Field} {Item}");

    private static BatchField? Known(string name) => Enum.TryParse<BatchField>(name, out var field) && field.ToString() == name ? field : null;
}

/// <param name="Header">As in the file.</param>
/// <param name="Field">What it is for; null: not used.</param>
/// <param name="Unit">The unit the header names, e.g. <c>g</c> of <c>Weight (g)</c>; empty for none.</param>
public sealed record BatchColumn(string Header, LineField? Field, string Unit);

/// <summary>
/// Tells the columns of a file by their headers, in English and French, whatever the case, accents and signs between words:
/// <c>postal_code</c>, <c>Postal Code</c> and <c>Code postal</c> are the same. A unit may stand at the end. What is said of goods may be
/// numbered anywhere, each number a kind of goods: <c>Item 2 description</c>, <c>HS code 2</c>, <c>Poids de l'article 2 (g)</c>.
/// </summary>
public static class BatchColumns
{
    private static readonly Dictionary<BatchField, string[]> English = new()
    {
        [BatchField.Name] = ["name", "full name", "contact", "contact name", "recipient name", "attention", "attn", "customer name", "recipient"],
        [BatchField.Company] = ["company", "company name", "organization", "organisation", "business", "business name"],
        [BatchField.Line1] = ["address", "address 1", "address line 1", "line 1", "street", "street address", "street 1"],
        [BatchField.Line2] = ["address 2", "address line 2", "line 2", "street 2", "apartment", "apt", "unit", "suite"],
        [BatchField.City] = ["city", "town", "municipality"],
        [BatchField.Province] = ["province", "state", "province state", "prov", "region", "province code", "state code", "province or state", "state or province", "state province"],
        [BatchField.PostalCode] = ["postal code", "postcode", "zip", "zip code", "postal", "postal zip code", "postal zip"],
        [BatchField.Country] = ["country", "country code"],
        [BatchField.Phone] = ["phone", "phone number", "telephone", "tel", "mobile"],
        [BatchField.Email] = ["email", "e mail", "email address", "e mail address", "mail"],
        [BatchField.Reference] = ["reference", "ref", "order", "order number", "order no", "order id", "invoice number", "po number", "customer reference"],
        [BatchField.Weight] = ["weight", "parcel weight", "package weight", "total weight"],
        [BatchField.Length] = ["length", "parcel length", "package length"],
        [BatchField.Width] = ["width", "parcel width", "package width"],
        [BatchField.Height] = ["height", "parcel height", "package height", "depth"],
        [BatchField.Signature] = ["signature", "signature required", "signature yes or no"],
        [BatchField.Coverage] = ["coverage", "insurance", "insured value", "insured amount", "coverage amount"],
        [BatchField.ItemDescription] = ["description", "item description", "contents", "content", "goods", "customs description", "product", "item"],
        [BatchField.ItemQuantity] = ["quantity", "qty", "item quantity", "number of items"],
        [BatchField.ItemValue] = ["value", "unit value", "item value", "unit price", "declared value", "price", "customs value", "value of one", "item value of one"],
        [BatchField.ItemWeight] = ["item weight", "unit weight", "weight of one", "item weight of one"],
        [BatchField.HsCode] = ["hs code", "item hs code", "hs", "tariff", "tariff code", "hts code", "harmonized code"],
        [BatchField.CountryOfOrigin] = ["country of origin", "origin", "origin country", "item origin", "item country of origin", "made in"],
        [BatchField.ProvinceOfOrigin] = ["province of origin", "item province of origin", "origin province"],
        [BatchField.Reason] = ["reason", "reason for export", "export reason"],
        [BatchField.NonDelivery] = ["non delivery", "if undeliverable", "undeliverable", "non delivery handling", "if it cannot be delivered"],
        [BatchField.UsDeclaration] = ["us declaration", "declaration id", "us declaration id", "duty declaration", "us duty declaration", "us duty declaration id"],
        [BatchField.ProofOfAge] = ["proof of age", "age", "minimum age", "age check", "proof of age 18 19 or 21"],
        [BatchField.Handover] = ["at the door", "handover", "delivery instructions", "delivery option", "door"],
        [BatchField.PostOffice] = ["post office", "post office number", "deliver to post office", "outlet", "outlet number"],
        [BatchField.Currency] = ["currency", "invoice currency", "currency code"],
        [BatchField.UnitsForOneCad] = ["exchange rate", "units for one cad", "conversion rate", "rate for 1 cad", "exchange rate units for 1 cad"],
    };

    private static readonly Dictionary<BatchField, string[]> French = new()
    {
        [BatchField.Name] = ["nom", "nom complet", "destinataire", "nom du destinataire", "personne-ressource", "a l'attention de"],
        [BatchField.Company] = ["entreprise", "societe", "organisme", "compagnie", "nom de l'entreprise", "raison sociale"],
        [BatchField.Line1] = ["adresse", "adresse 1", "adresse ligne 1", "ligne 1", "rue"],
        [BatchField.Line2] = ["adresse 2", "adresse ligne 2", "ligne 2", "appartement", "app", "bureau"],
        [BatchField.City] = ["ville", "municipalite", "localite"],
        [BatchField.Province] = ["etat", "province ou etat", "province etat", "etat ou province"],
        [BatchField.PostalCode] = ["code postal", "cp"],
        [BatchField.Country] = ["pays", "code de pays", "code pays"],
        [BatchField.Phone] = ["numero de telephone", "no de telephone", "cellulaire"],
        [BatchField.Email] = ["courriel", "adresse courriel", "adresse electronique"],
        [BatchField.Reference] = ["commande", "numero de commande", "no de commande", "numero de reference", "facture"],
        [BatchField.Weight] = ["poids", "poids du colis", "masse"],
        [BatchField.Length] = ["longueur", "longueur du colis"],
        [BatchField.Width] = ["largeur", "largeur du colis"],
        [BatchField.Height] = ["hauteur", "hauteur du colis", "profondeur"],
        [BatchField.Signature] = ["signature requise", "signature exigee", "signature oui ou non"],
        [BatchField.Coverage] = ["couverture", "assurance", "valeur assuree", "montant assure"],
        [BatchField.ItemDescription] = ["description de l'article", "contenu", "marchandise", "produit", "article", "article description"],
        [BatchField.ItemQuantity] = ["quantite", "qte", "nombre d'articles", "quantite de l'article", "article quantite"],
        [BatchField.ItemValue] = ["valeur", "valeur unitaire", "valeur de l'article", "prix unitaire", "prix", "valeur declaree", "article valeur", "valeur d'un seul", "article valeur d'un seul"],
        [BatchField.ItemWeight] = ["poids unitaire", "poids de l'article", "article poids", "poids d'un seul", "article poids d'un seul"],
        [BatchField.HsCode] = ["code sh", "code sh de l'article", "article code sh", "sh", "tarif", "code tarifaire"],
        [BatchField.CountryOfOrigin] = ["pays d'origine", "pays d'origine de l'article", "article pays d'origine", "origine", "fabrique a"],
        [BatchField.ProvinceOfOrigin] = ["province d'origine", "province d'origine de l'article", "article province d'origine"],
        [BatchField.Reason] = ["motif", "motif d'exportation", "raison", "raison de l'exportation"],
        [BatchField.NonDelivery] = ["non-livraison", "si non livrable", "en cas de non-livraison", "si la livraison est impossible"],
        [BatchField.UsDeclaration] = ["declaration americaine", "numero de declaration", "declaration e.-u.", "declaration de droits americains", "declaration des droits americains"],
        [BatchField.ProofOfAge] = ["preuve d'age", "age minimal", "verification de l'age", "preuve d'age 18 19 ou 21"],
        [BatchField.Handover] = ["a la porte", "remise", "consignes de livraison", "option de livraison"],
        [BatchField.PostOffice] = ["bureau de poste", "numero du bureau de poste", "no du bureau de poste", "livrer au bureau de poste", "comptoir postal"],
        [BatchField.Currency] = ["devise", "devise de la facture", "monnaie"],
        [BatchField.UnitsForOneCad] = ["taux de change", "taux de conversion", "taux pour 1 cad", "taux de change unites pour 1 cad"],
    };

    private static readonly HashSet<string> Units = ["kg", "g", "lb", "lbs", "oz", "cm", "mm", "in", "po"];

    private static readonly Dictionary<string, BatchField> Known = Index(English, French);

    private static readonly HashSet<string> KnownInFrenchAlone = [.. Index(French).Keys.Except(Index(English).Keys)];

    /// <summary>What may stand behind an amount of dollars: there are no others.</summary>
    private static readonly string[] InDollars = [" in cad", " en cad", " cad"];

    private static readonly HashSet<BatchField> Amounts = [BatchField.Coverage, BatchField.ItemValue];

    /// <summary>The words in front of an address's fields that say whose it is.</summary>
    private static readonly string[] Prefixes = ["ship to", "shipping", "recipient", "destinataire", "to"];

    /// <summary>One column a header, in their order. A field is given to the first header that says it.</summary>
    public static IReadOnlyList<BatchColumn> Find(IReadOnlyList<string> headers)
    {
        var taken = new HashSet<LineField>();
        return [.. headers.Select(header =>
        {
            var (field, _, unit) = Read(header);
            return new BatchColumn(header, field is { } told && taken.Add(told) ? told : null, unit);
        })];
    }

    /// <summary>French when at least one header is a French word that is not an English one and there are no more English ones.</summary>
    public static Language LanguageOf(IReadOnlyList<string> headers, Language otherwise)
    {
        var read = headers.Select(Read).Where(header => header.Field is not null).ToList();
        int french = read.Count(header => KnownInFrenchAlone.Contains(header.Words));
        int english = read.Count - french;
        return (french, english) switch
        {
            (0, 0) => otherwise,
            _ when french > 0 && french >= english => Language.French,
            (0, > 2) => Language.English,
            _ => otherwise,
        };
    }

    /// <summary>The field, the words without number and unit that told it, and the unit.</summary>
    private static (LineField? Field, string Words, string Unit) Read(string header)
    {
        string folded = FoldedText.Of(header);
        var (words, unit) = Parted(folded);
        return FieldOf(words) is { } field ? (field, words, unit) : Numbered(folded) ?? (null, words, unit);
    }

    /// <summary>What is said of goods, with the one number among its words taken out.</summary>
    private static (LineField? Field, string Words, string Unit)? Numbered(string folded)
    {
        string[] all = folded.Split(' ');
        if (all.Where(word => LineField.ItemNumber(word) is not null).ToList() is not [var number])
        {
            return null;
        }

        var (words, unit) = Parted(string.Join(' ', all.Where(word => word != number)));
        return FieldOf(words) is { } field && LineField.OfItems.Contains(field) ? (new LineField(field, LineField.ItemNumber(number)!.Value), words, unit) : null;
    }

    private static (string Words, string Unit) Parted(string words)
    {
        int last = words.LastIndexOf(' ');
        string end = words[(last + 1)..];
        return last > 0 && Units.Contains(end) ? (words[..last], end) : (words, "");
    }

    private static BatchField? FieldOf(string words)
    {
        if (Known.TryGetValue(words, out var field))
        {
            return field;
        }

        foreach (string dollars in InDollars)
        {
            if (words.EndsWith(dollars, StringComparison.Ordinal) && Known.TryGetValue(words[..^dollars.Length], out field) && Amounts.Contains(field))
            {
                return field;
            }
        }

        foreach (string prefix in Prefixes)
        {
            if (words.StartsWith(prefix + " ", StringComparison.Ordinal) && Known.TryGetValue(words[(prefix.Length + 1)..], out field))
            {
                return field;
            }
        }

        return null;
    }

    private static Dictionary<string, BatchField> Index(params IReadOnlyList<Dictionary<BatchField, string[]>> languages) => languages
        .SelectMany(language => language.SelectMany(field => field.Value.Select(word => (Word: FoldedText.Of(word), Field: field.Key))))
        .DistinctBy(entry => entry.Word)
        .ToDictionary(entry => entry.Word, entry => entry.Field);
}
