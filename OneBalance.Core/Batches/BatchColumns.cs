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
}

/// <param name="Header">As in the file.</param>
/// <param name="Field">What it is for; null: not used.</param>
/// <param name="Unit">The unit the header names, e.g. <c>g</c> of <c>Weight (g)</c>; empty for none.</param>
public sealed record BatchColumn(string Header, BatchField? Field, string Unit);

/// <summary>
/// Tells the columns of a file by their headers, in English and French, whatever the case, accents and signs between words:
/// <c>postal_code</c>, <c>Postal Code</c> and <c>Code postal</c> are the same. A unit may stand at the end.
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
        [BatchField.Province] = ["province", "state", "province state", "prov", "region", "province code", "state code"],
        [BatchField.PostalCode] = ["postal code", "postcode", "zip", "zip code", "postal", "postal zip code", "postal zip"],
        [BatchField.Country] = ["country", "country code"],
        [BatchField.Phone] = ["phone", "phone number", "telephone", "tel", "mobile"],
        [BatchField.Email] = ["email", "e mail", "email address", "e mail address", "mail"],
        [BatchField.Reference] = ["reference", "ref", "order", "order number", "order no", "order id", "invoice number", "po number", "customer reference"],
        [BatchField.Weight] = ["weight", "parcel weight", "package weight", "total weight"],
        [BatchField.Length] = ["length", "parcel length", "package length"],
        [BatchField.Width] = ["width", "parcel width", "package width"],
        [BatchField.Height] = ["height", "parcel height", "package height", "depth"],
        [BatchField.Signature] = ["signature", "signature required"],
        [BatchField.Coverage] = ["coverage", "insurance", "insured value", "insured amount", "coverage amount"],
        [BatchField.ItemDescription] = ["description", "item description", "contents", "content", "goods", "customs description", "product"],
        [BatchField.ItemQuantity] = ["quantity", "qty", "item quantity", "number of items"],
        [BatchField.ItemValue] = ["value", "unit value", "item value", "unit price", "declared value", "price", "customs value"],
        [BatchField.ItemWeight] = ["item weight", "unit weight"],
        [BatchField.HsCode] = ["hs code", "hs", "tariff", "tariff code", "hts code", "harmonized code"],
        [BatchField.CountryOfOrigin] = ["country of origin", "origin", "origin country", "made in"],
        [BatchField.ProvinceOfOrigin] = ["province of origin", "origin province"],
        [BatchField.Reason] = ["reason", "reason for export", "export reason"],
        [BatchField.NonDelivery] = ["non delivery", "if undeliverable", "undeliverable", "non delivery handling"],
        [BatchField.UsDeclaration] = ["us declaration", "declaration id", "us declaration id", "duty declaration"],
    };

    private static readonly Dictionary<BatchField, string[]> French = new()
    {
        [BatchField.Name] = ["nom", "nom complet", "destinataire", "nom du destinataire", "personne-ressource", "a l'attention de"],
        [BatchField.Company] = ["entreprise", "societe", "organisme", "compagnie", "nom de l'entreprise", "raison sociale"],
        [BatchField.Line1] = ["adresse", "adresse 1", "adresse ligne 1", "ligne 1", "rue"],
        [BatchField.Line2] = ["adresse 2", "adresse ligne 2", "ligne 2", "appartement", "app", "bureau"],
        [BatchField.City] = ["ville", "municipalite", "localite"],
        [BatchField.Province] = ["etat", "province ou etat", "province etat"],
        [BatchField.PostalCode] = ["code postal", "cp"],
        [BatchField.Country] = ["pays", "code de pays", "code pays"],
        [BatchField.Phone] = ["numero de telephone", "no de telephone", "cellulaire"],
        [BatchField.Email] = ["courriel", "adresse courriel", "adresse electronique"],
        [BatchField.Reference] = ["commande", "numero de commande", "no de commande", "numero de reference", "facture"],
        [BatchField.Weight] = ["poids", "poids du colis", "masse"],
        [BatchField.Length] = ["longueur", "longueur du colis"],
        [BatchField.Width] = ["largeur", "largeur du colis"],
        [BatchField.Height] = ["hauteur", "hauteur du colis", "profondeur"],
        [BatchField.Signature] = ["signature requise", "signature exigee"],
        [BatchField.Coverage] = ["couverture", "assurance", "valeur assuree", "montant assure"],
        [BatchField.ItemDescription] = ["description de l'article", "contenu", "marchandise", "produit", "article"],
        [BatchField.ItemQuantity] = ["quantite", "qte", "nombre d'articles"],
        [BatchField.ItemValue] = ["valeur", "valeur unitaire", "valeur de l'article", "prix unitaire", "prix", "valeur declaree"],
        [BatchField.ItemWeight] = ["poids unitaire", "poids de l'article"],
        [BatchField.HsCode] = ["code sh", "sh", "tarif", "code tarifaire"],
        [BatchField.CountryOfOrigin] = ["pays d'origine", "origine", "fabrique a"],
        [BatchField.ProvinceOfOrigin] = ["province d'origine"],
        [BatchField.Reason] = ["motif", "motif d'exportation", "raison", "raison de l'exportation"],
        [BatchField.NonDelivery] = ["non-livraison", "si non livrable", "en cas de non-livraison"],
        [BatchField.UsDeclaration] = ["declaration americaine", "numero de declaration", "declaration e.-u."],
    };

    private static readonly HashSet<string> Units = ["kg", "g", "lb", "lbs", "oz", "cm", "mm", "in", "po"];

    private static readonly Dictionary<string, BatchField> Known = Index(English, French);

    private static readonly HashSet<string> KnownInFrenchAlone = [.. Index(French).Keys.Except(Index(English).Keys)];

    /// <summary>The words in front of an address's fields that say whose it is.</summary>
    private static readonly string[] Prefixes = ["ship to", "shipping", "recipient", "destinataire", "to"];

    /// <summary>One column a header, in their order. A field is given to the first header that says it.</summary>
    public static IReadOnlyList<BatchColumn> Find(IReadOnlyList<string> headers)
    {
        var taken = new HashSet<BatchField>();
        return [.. headers.Select(header =>
        {
            var (words, unit) = Read(header);
            return FieldOf(words) is { } field && taken.Add(field) ? new BatchColumn(header, field, unit) : new BatchColumn(header, null, unit);
        })];
    }

    /// <summary>French when at least one header is a French word that is not an English one and there are no more English ones.</summary>
    public static Language LanguageOf(IReadOnlyList<string> headers, Language otherwise)
    {
        int french = headers.Count(header => KnownInFrenchAlone.Contains(Read(header).Words));
        int english = headers.Count(header => FieldOf(Read(header).Words) is not null) - french;
        return (french, english) switch
        {
            (0, 0) => otherwise,
            _ when french > 0 && french >= english => Language.French,
            (0, > 2) => Language.English,
            _ => otherwise,
        };
    }

    private static (string Words, string Unit) Read(string header)
    {
        string words = FoldedText.Of(header);
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
