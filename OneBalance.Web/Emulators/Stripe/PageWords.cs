using System.Globalization;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>What the hosted pages say, in English or French.</summary>
internal sealed record PageWords
{
    private static readonly CultureInfo CanadianFrench = CultureInfo.GetCultureInfo("fr-CA");

    private static readonly PageWords English = new()
    {
        Language = "en-CA",
        Title = "Emulated card processor (sandbox)",
        Sandbox = "Sandbox",
        SandboxMeans = "No real card, no real money: only test cards are taken.",
        CardTitle = "Save a card",
        CardIntroduction = "The card will be used to add funds to your balance. Nothing is charged now.",
        PleaseCorrect = "The card was not saved:",
        Number = "Card number",
        Expiry = "Expiry date",
        ExpiryHint = "Month and year, e.g. 12 / 34",
        Cvc = "Security code (CVC)",
        CvcHint = "Any 3 digits",
        Save = "Save card",
        Cancel = "Cancel and go back",
        TestCardsTitle = "Test cards",
        Behaviour = "What happens",
        NotATestCard = "This is not one of the test cards listed below.",
        BadExpiry = "Enter a month and year that have not passed, e.g. 12 / 34.",
        BadCvc = "Enter the 3 or 4 digits of the security code; any will do.",
        Declined = "Your card was declined. Try another card.",
        NotAuthenticated = "The bank could not confirm that it is you. Try again or use another card.",
        BankTitle = "Your bank wants to know it is you",
        BankSetUp = "Confirm that this card may be saved.",
        BankPaymentFormat = "Confirm a payment of {0}.",
        Complete = "Complete",
        Fail = "Fail",
        NoticeTitle = "This page cannot be used",
        NotFound = "There is nothing here. Go back to where you came from and start again.",
        Expired = "This page has expired. Go back to where you came from and start again.",
        Descriptions = new Dictionary<CardBehaviour, string>
        {
            [CardBehaviour.Succeeds] = "Works",
            [CardBehaviour.DeclinedAtSetUp] = "Declined when saved",
            [CardBehaviour.DeclinedWhenCharged] = "Saved, every payment declined",
            [CardBehaviour.InsufficientFunds] = "Saved, insufficient funds",
            [CardBehaviour.Expired] = "Saved, expired when charged",
            [CardBehaviour.ProcessingError] = "Saved, processing error when charged",
            [CardBehaviour.AuthenticatesAtSetUp] = "Bank's page when saved",
            [CardBehaviour.AuthenticatesAlways] = "Bank's page for every payment",
            [CardBehaviour.Disputed] = "Works, then the payment is disputed",
            [CardBehaviour.RefundFails] = "Works, a refund fails later",
        },
    };

    private static readonly PageWords French = new()
    {
        Language = "fr-CA",
        Title = "Service de cartes simulé (bac à sable)",
        Sandbox = "Bac à sable",
        SandboxMeans = "Aucune vraie carte, aucun argent réel\u00A0: seules les cartes d’essai sont acceptées.",
        CardTitle = "Enregistrer une carte",
        CardIntroduction = "La carte servira à ajouter des fonds à votre solde. Rien n’est débité maintenant.",
        PleaseCorrect = "La carte n’a pas été enregistrée\u00A0:",
        Number = "Numéro de carte",
        Expiry = "Date d’expiration",
        ExpiryHint = "Mois et année, p. ex. 12 / 34",
        Cvc = "Code de sécurité (CVC)",
        CvcHint = "3 chiffres quelconques",
        Save = "Enregistrer la carte",
        Cancel = "Annuler et revenir",
        TestCardsTitle = "Cartes d’essai",
        Behaviour = "Ce qui se passe",
        NotATestCard = "Ce numéro n’est pas celui d’une carte d’essai de la liste ci-dessous.",
        BadExpiry = "Entrez un mois et une année qui ne sont pas passés, p. ex. 12 / 34.",
        BadCvc = "Entrez les 3 ou 4 chiffres du code de sécurité\u00A0; n’importe lesquels conviennent.",
        Declined = "Votre carte a été refusée. Essayez une autre carte.",
        NotAuthenticated = "La banque n’a pas pu confirmer votre identité. Réessayez ou utilisez une autre carte.",
        BankTitle = "Votre banque veut confirmer votre identité",
        BankSetUp = "Confirmez que cette carte peut être enregistrée.",
        BankPaymentFormat = "Confirmez un paiement de {0}.",
        Complete = "Confirmer",
        Fail = "Refuser",
        NoticeTitle = "Cette page ne peut pas être utilisée",
        NotFound = "Il n’y a rien ici. Revenez d’où vous venez et recommencez.",
        Expired = "Cette page a expiré. Revenez d’où vous venez et recommencez.",
        Descriptions = new Dictionary<CardBehaviour, string>
        {
            [CardBehaviour.Succeeds] = "Fonctionne",
            [CardBehaviour.DeclinedAtSetUp] = "Refusée à l’enregistrement",
            [CardBehaviour.DeclinedWhenCharged] = "Enregistrée, chaque paiement est refusé",
            [CardBehaviour.InsufficientFunds] = "Enregistrée, fonds insuffisants",
            [CardBehaviour.Expired] = "Enregistrée, expirée au paiement",
            [CardBehaviour.ProcessingError] = "Enregistrée, erreur de traitement au paiement",
            [CardBehaviour.AuthenticatesAtSetUp] = "Page de la banque à l’enregistrement",
            [CardBehaviour.AuthenticatesAlways] = "Page de la banque à chaque paiement",
            [CardBehaviour.Disputed] = "Fonctionne, puis le paiement est contesté",
            [CardBehaviour.RefundFails] = "Fonctionne, un remboursement échoue plus tard",
        },
    };

    public required string Language { get; init; }
    public required string Title { get; init; }
    public required string Sandbox { get; init; }
    public required string SandboxMeans { get; init; }
    public required string CardTitle { get; init; }
    public required string CardIntroduction { get; init; }
    public required string PleaseCorrect { get; init; }
    public required string Number { get; init; }
    public required string Expiry { get; init; }
    public required string ExpiryHint { get; init; }
    public required string Cvc { get; init; }
    public required string CvcHint { get; init; }
    public required string Save { get; init; }
    public required string Cancel { get; init; }
    public required string TestCardsTitle { get; init; }
    public required string Behaviour { get; init; }
    public required string NotATestCard { get; init; }
    public required string BadExpiry { get; init; }
    public required string BadCvc { get; init; }
    public required string Declined { get; init; }
    public required string NotAuthenticated { get; init; }
    public required string BankTitle { get; init; }
    public required string BankSetUp { get; init; }
    public required string BankPaymentFormat { get; init; }
    public required string Complete { get; init; }
    public required string Fail { get; init; }
    public required string NoticeTitle { get; init; }
    public required string NotFound { get; init; }
    public required string Expired { get; init; }
    public required IReadOnlyDictionary<CardBehaviour, string> Descriptions { get; init; }

    /// <summary>By the session's locale; without one, by what the browser asks for.</summary>
    public static PageWords For(HttpRequest request, string? locale) =>
        (locale is null or "auto" ? request.Headers.AcceptLanguage.ToString() : locale).StartsWith("fr", StringComparison.OrdinalIgnoreCase)
            ? French
            : English;

    public string Describe(CardBehaviour behaviour) => Descriptions[behaviour];

    /// <param name="cents">Canadian.</param>
    public string BankPayment(long cents) => string.Format(CultureInfo.InvariantCulture, BankPaymentFormat, Language == "fr-CA"
        ? $"{(cents / 100m).ToString("#,0.00", CanadianFrench)}\u00A0$"
        : $"${(cents / 100m).ToString("#,0.00", CultureInfo.InvariantCulture)}");
}
