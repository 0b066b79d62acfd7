namespace OneBalance.Web.Features.Help;

/// <summary>
/// Names of the help's entries: the file names under <c>Help/en</c> and <c>Help/fr</c>, and the last part of their addresses.
/// </summary>
public static class HelpTopics
{
    public const string AddressRefused = "address-refused";
    public const string AutoFunding = "auto-funding";
    public const string BatchProblems = "batch-problems";
    public const string Batches = "batches";
    public const string BuyingStopped = "buying-stopped";
    public const string Cancellation = "cancellation";
    public const string CardDeclined = "card-declined";
    public const string CardExpired = "card-expired";
    public const string CarrierUnavailable = "carrier-unavailable";
    public const string Connection = "connection";
    public const string Disputes = "disputes";
    public const string Features = "features";
    public const string FinishSetup = "finish-setup";
    public const string Funding = "funding";
    public const string FundsNotThere = "funds-not-there";
    public const string Insurance = "insurance";
    public const string LabelRefused = "label-refused";
    public const string ManifestProblems = "manifest-problems";
    public const string Manifests = "manifests";
    public const string NoRates = "no-rates";
    public const string NotSupported = "not-supported";
    public const string Printing = "printing";
    public const string Privacy = "privacy";
    public const string PurchaseSettling = "purchase-settling";
    public const string Requirements = "requirements";
    public const string ServiceNotices = "service-notices";
    public const string Services = "services";
    public const string ShortOfFunds = "short-of-funds";
    public const string SigningIn = "signing-in";
    public const string StatementsAndTaxes = "statements-and-taxes";
    public const string Team = "team";
    public const string Tracking = "tracking";
    public const string UnitedStates = "united-states";
    public const string VoidRefused = "void-refused";
    public const string VoidTooEarly = "void-too-early";
    public const string VoidTooLate = "void-too-late";
    public const string VoidsAndRefunds = "voids-and-refunds";
}
