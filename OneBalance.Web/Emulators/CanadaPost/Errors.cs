using OneBalance.Web.Emulators.CanadaPost.Contract;

namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>The carrier's error codes with texts in both languages.</summary>
internal static class Errors
{
    private static readonly Dictionary<string, (string English, string French)> Texts = new()
    {
        ["002"] = ("More than one parcel matches the PIN.", "Plus d'un colis correspond à ce NIP."),
        ["004"] = ("No Pin History.", "Aucun historique pour ce NIP."),
        ["006"] = ("Missing required fields.", "Il manque des champs obligatoires."),
        ["008"] = ("Invalid date.", "Date non valide."),
        ["1156"] = ("Address line 1 of the destination is required.", "La ligne d'adresse 1 du destinataire est obligatoire."),
        ["1157"] = ("The destination city is required for Canada and the USA.", "La ville du destinataire est obligatoire pour le Canada et les États-Unis."),
        ["1159"] = ("The destination province or state is required for Canada and the USA.", "La province ou l'État du destinataire est obligatoire pour le Canada et les États-Unis."),
        ["1182"] = ("The credit card was not authorized.", "La carte de crédit n'a pas été autorisée."),
        ["1459"] = ("The reason for export is not valid.", "Le motif d'exportation n'est pas valide."),
        ["1622"] = ("The expected mailing date cannot be in the past.", "La date de dépôt prévue ne peut pas être dans le passé."),
        ["1653"] = ("Payment by account is not available. Please use another method of payment.", "Le paiement porté au compte n'est pas offert. Veuillez choisir un autre mode de paiement."),
        ["1702"] = ("The contract does not belong to the customer on whose behalf the item is mailed.", "La convention n'appartient pas au client au nom duquel l'envoi est déposé."),
        ["1711"] = ("Please select a different Method of Payment.", "Veuillez choisir un autre mode de paiement."),
        ["1719"] = ("The coverage amount exceeds the maximum for this service or the value of the goods.", "Le montant de la couverture dépasse le maximum de ce service ou la valeur des marchandises."),
        ["2506"] = ("A contract number is required to pay by account.", "Un numéro de convention est requis pour porter le montant au compte."),
        ["2550"] = ("The contract number is not valid.", "Le numéro de convention n'est pas valide."),
        ["2553"] = ("The collect on delivery amount exceeds the maximum.", "Le montant contre remboursement dépasse le maximum."),
        ["2561"] = ("The customer and contract numbers do not go together.", "Les numéros de client et de convention ne correspondent pas."),
        ["2700"] = ("Total customs weight must not be greater than the item weight.", "Le poids total déclaré ne doit pas dépasser le poids de l'article."),
        ["7042"] = ("The ZIP code is not valid.", "Le code ZIP n'est pas valide."),
        ["7050"] = ("An option requires another option that was not selected.", "Une option en exige une autre qui n'a pas été choisie."),
        ["7230"] = ("Deliver to post office cannot be combined with a Quick Ship label.", "La livraison au bureau de poste ne peut pas être combinée à une étiquette Envoi rapide."),
        ["7266"] = ("The postal code is not valid.", "Le code postal n'est pas valide."),
        ["7282"] = ("The name or company of the destination is required.", "Le nom ou l'entreprise du destinataire est obligatoire."),
        ["7285"] = ("Continuous inbound freight cannot be combined with immediate transmission.", "Le transport continu d'arrivée ne peut pas être combiné à la transmission immédiate."),
        ["7289"] = ("The service is not available to this customer or contract.", "Le service n'est pas offert à ce client ou à cette convention."),
        ["7291"] = ("The shipment was not transmitted; void it instead.", "L'envoi n'a pas été transmis; annulez-le plutôt."),
        ["7292"] = ("A refund was already requested for this shipment.", "Un remboursement a déjà été demandé pour cet envoi."),
        ["7296"] = ("The refund cannot be requested now. Please try again later.", "Le remboursement ne peut pas être demandé pour l'instant. Veuillez réessayer plus tard."),
        ["7302"] = ("Manifests are not available to this customer.", "Les manifestes ne sont pas offerts à ce client."),
        ["7311"] = ("The pre-authorized amount is not the amount due.", "Le montant préautorisé n'est pas le montant exigible."),
        ["7312"] = ("There is no default supplier account.", "Il n'y a pas de compte fournisseur par défaut."),
        ["7313"] = ("The customer is not a provider of supplier accounts.", "Le client n'est pas un fournisseur de comptes."),
        ["7314"] = ("The customer request id was already used.", "L'identifiant de demande du client a déjà été utilisé."),
        ["7315"] = ("A customer request id is required with a pre-authorized payment.", "Un identifiant de demande du client est requis avec un paiement préautorisé."),
        ["7316"] = ("A pre-authorized payment needs immediate transmission and a supplier account.", "Un paiement préautorisé exige la transmission immédiate et un compte fournisseur."),
        ["7317"] = ("The supplier account was issued by another supplier.", "Le compte fournisseur a été émis par un autre fournisseur."),
        ["7322"] = ("The currency code is not valid.", "Le code de devise n'est pas valide."),
        ["8048"] = ("The return address must be in Canada.", "L'adresse de retour doit être au Canada."),
        ["8064"] = ("The shipment is already processed.", "L'envoi a déjà été traité."),
        ["8534"] = ("A valid destination country must be supplied.", "Un pays de destination valide doit être fourni."),
        ["8718"] = ("A valid value for non-delivery handling is required.", "Une valeur valide est requise pour le traitement en cas de non-livraison."),
        ["9105"] = ("A required search parameter is missing.", "Un paramètre de recherche obligatoire est manquant."),
        ["9108"] = ("There are too many shipments that were not transmitted.", "Il y a trop d'envois non transmis."),
        ["9109"] = ("At most 50 groups can be transmitted at once.", "Au plus 50 groupes peuvent être transmis à la fois."),
        ["9110"] = ("There are too many shipments in the group.", "Il y a trop d'envois dans le groupe."),
        ["9111"] = ("No services are appropriate for the defined parcel. Validate parcel criteria.", "Aucun service ne convient au colis défini. Vérifiez les caractéristiques du colis."),
        ["9112"] = ("The service is not available for this destination, customer or contract.", "Le service n'est pas offert pour cette destination, ce client ou cette convention."),
        ["9113"] = ("A customer number is required for commercial prices.", "Un numéro de client est requis pour les prix commerciaux."),
        ["9114"] = ("Counter prices take neither a customer nor a contract number.", "Les prix au comptoir n'acceptent ni numéro de client ni numéro de convention."),
        ["9116"] = ("The start date must not be after the end date.", "La date de début ne doit pas suivre la date de fin."),
        ["9118"] = ("A group is not known.", "Un groupe est inconnu."),
        ["9119"] = ("An excluded shipment is not in the groups.", "Un envoi exclu ne fait pas partie des groupes."),
        ["9120"] = ("The return service must be domestic.", "Le service de retour doit être un service du régime intérieur."),
        ["9122"] = ("There are no shipments to transmit.", "Il n'y a aucun envoi à transmettre."),
        ["9150"] = ("The document could not be rendered.", "Le document n'a pas pu être produit."),
        ["9153"] = ("The manifest is not ready yet.", "Le manifeste n'est pas encore prêt."),
        ["9162"] = ("Length, Height and Width are mandatory when the document flag is false.", "La longueur, la hauteur et la largeur sont obligatoires pour un envoi autre qu'un document."),
        ["9174"] = ("To pay by credit card, a default payment card must be in your profile.", "Pour payer par carte de crédit, une carte par défaut doit figurer dans votre profil."),
        ["9182"] = ("The message type is not valid.", "Le type de message n'est pas valide."),
        ["9183"] = ("Mutually exclusive search parameters were provided.  Please refer to documentation and provide only one.", "Des paramètres de recherche mutuellement exclusifs ont été fournis. Veuillez n'en fournir qu'un."),
        ["9185"] = ("Limit and/or Date do not apply to this type of request.", "La limite ou la date ne s'applique pas à ce type de demande."),
        ["9186"] = ("Provide either a requested shipping point or a shipping point id, not both.", "Fournissez soit un point de dépôt demandé, soit un identifiant de point de dépôt, mais pas les deux."),
        ["9187"] = ("A pickup by Canada Post needs a requested shipping point.", "Un ramassage par Postes Canada exige un point de dépôt demandé."),
        ["9188"] = ("The shipping point id is not known.", "L'identifiant du point de dépôt est inconnu."),
        ["9189"] = ("Exactly one shipping point must be provided.", "Exactement un point de dépôt doit être fourni."),
        ["9191"] = ("ZPL encoding is available for 4x6 labels only.", "L'encodage ZPL n'est offert que pour les étiquettes 4x6."),
        ["9208"] = ("A public label is available as 8.5x11 PDF only.", "Une étiquette publique n'est offerte qu'en PDF 8.5x11."),
        ["9999"] = ("Not found.", "Introuvable."),
        ["10028"] = ("Invalid product service id.", "Identifiant de service non valide."),
        ["10033"] = ("The country code is not valid.", "Le code de pays n'est pas valide."),
        ["AA003"] = ("The customer number in the URL does not belong to the web service authorization provided in your request.", "Le numéro de client de l'adresse n'appartient pas à l'autorisation fournie dans votre demande."),
        ["AA004"] = ("You cannot mail on behalf of the requested customer.", "Vous ne pouvez pas déposer au nom du client demandé."),
        // Choice: the carrier's codes for these are not known; E-codes are the emulator's own.
        ["E0030"] = ("The phone number of the destination is required.", "Le numéro de téléphone du destinataire est obligatoire."),
        ["E0040"] = ("Options are duplicated or cannot be combined.", "Des options sont en double ou ne peuvent pas être combinées."),
        ["E0041"] = ("Deliver to post office needs a name, a phone number, a notification and an office.", "La livraison au bureau de poste exige un nom, un téléphone, un avis et un bureau."),
        ["E0043"] = ("Customs information is missing or incomplete.", "Les renseignements douaniers sont absents ou incomplets."),
        ["E0044"] = ("A US parcel needs a prepaid duty declaration.", "Un colis vers les États-Unis exige une déclaration de droits prépayés."),
        ["E0045"] = ("The US duty declaration was already used for another shipment.", "La déclaration de droits américaine a déjà servi à un autre envoi."),
        ["E0046"] = ("Prices and receipts can be included only with immediate transmission.", "Les prix et reçus ne peuvent être inclus qu'avec la transmission immédiate."),
    };

    public static string Text(string code, bool french) =>
        Texts.TryGetValue(code, out var text) ? french ? text.French : text.English : code;

    public static ErrorAnswer Answer(IEnumerable<string> codes, bool french) => new(
        french ? "Validation échouée" : "Validation failed",
        french ? "Des erreurs se sont produites pendant le traitement de la demande." : "Errors occurred while processing the request.",
        [.. codes.Select(code => new ErrorItem(code, Text(code, french)))]);

    /// <summary>A body or query without the contract's shape: one entry for each member, naming it.</summary>
    public static ErrorAnswer Shape(IEnumerable<ShapeFinding> findings, bool french) =>
        Answer([], french) with { Errors = [.. findings.Select(finding => new ErrorItem("Server", finding.Text(french)))] };

    public static ErrorAnswer Throttled { get; } = new(null, null, [new ErrorItem("Server", "Rejected by SLM Monitor")]);
}
