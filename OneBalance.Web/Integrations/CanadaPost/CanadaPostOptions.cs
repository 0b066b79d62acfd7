using Microsoft.Extensions.Options;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>
/// Configuration section <c>CanadaPost</c>. The carrier tells its test from its production environment by the credentials
/// alone, not by the host; so nothing here is inferred from the address.
/// </summary>
public sealed class CanadaPostOptions
{
    public const string Section = "CanadaPost";

    /// <summary>The carrier's gateway, used when <see cref="BaseUrl"/> is empty.</summary>
    public const string PublishedGateway = "https://api.canadapost-postescanada.ca/prod/devportal-portaildesdeveloppeurs";

    /// <summary>Gateway address up to and without the product (<c>/shipping/v1</c> follows). Empty: the published gateway, or the emulator while that is on.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>API key of the portal app.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>API secret of the portal app; from user secrets or the environment, never from a file in the repository.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary><c>merchant</c>, or <c>platform</c> for an approved platform.</summary>
    public string Scope { get; set; } = "merchant";

    /// <summary>The platform's customer number: mailed by.</summary>
    public string CustomerNumber { get; set; } = "";

    /// <summary>Mailed on behalf of; empty: the customer number itself.</summary>
    public string Mobo { get; set; } = "";

    /// <summary>Approved platforms only: sent as <c>platform-id</c> and appended to the customer number in paths.</summary>
    public string PlatformId { get; set; } = "";

    /// <summary>The contract, needed for <c>Account</c>; empty for a customer without one.</summary>
    public string ContractId { get; set; } = "";

    /// <summary><c>Account</c>, <c>CreditCard</c> or <c>SupplierAccount</c>.</summary>
    public string MethodOfPayment { get; set; } = "Account";

    /// <summary>Who pays; empty: mobo.</summary>
    public string PaidByCustomer { get; set; } = "";

    /// <summary>Postal code where parcels are handed over; empty: the sender's own.</summary>
    public string ShippingPoint { get; set; } = "";

    /// <summary>Four-character site of a commercial drop-off; wins over <see cref="ShippingPoint"/>.</summary>
    public string ShippingPointId { get; set; } = "";

    /// <summary>
    /// For a platform without a manifest agreement: each label is charged at once, cannot be voided, and is refunded by
    /// service ticket only.
    /// </summary>
    public bool TransmitShipment { get; set; }

    /// <summary>Account key for prepaid US duties; empty: every US parcel needs a declaration id of its own.</summary>
    public string ZonosKey { get; set; } = "";

    /// <summary>Where the carrier writes about refund requests; empty: the address that mails come from (<c>Mail:From</c>).</summary>
    public string RefundEmail { get; set; } = "";

    /// <summary>Further hosts a document may lie on when the gateway answers with a redirect; never given our token.</summary>
    public string[] DocumentHosts { get; set; } = [];

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long to stay away after a throttled answer that names no time; the carrier's window is 60 s.</summary>
    public TimeSpan ThrottlePause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a product that keeps failing is left alone before one call tries it again; at least half a second.</summary>
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>First wait for a document that is not ready; doubled each time.</summary>
    public TimeSpan DocumentWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a document that is not ready is asked for.</summary>
    public int DocumentAttempts { get; set; } = 5;

    /// <summary>Price two different parcels at start-up, and sell nothing while both cost the same.</summary>
    public bool CheckPrices { get; set; } = true;

    /// <summary>How often a harmless read is repeated after a failure.</summary>
    public int ReadRetries { get; set; } = 2;

    /// <summary>The gateway in use, without a slash at the end.</summary>
    public Uri Gateway => new((BaseUrl.Length > 0 ? BaseUrl : PublishedGateway).TrimEnd('/'));

    internal string MailedBy => PlatformId.Length > 0 ? $"{CustomerNumber}-{PlatformId}" : CustomerNumber;

    internal string OnBehalfOf => Mobo.Length > 0 ? Mobo : CustomerNumber;

    /// <summary>What is missing to talk to the carrier, in words for the operator.</summary>
    internal sealed class Validation : IValidateOptions<CanadaPostOptions>
    {
        public ValidateOptionsResult Validate(string? name, CanadaPostOptions options)
        {
            var problems = new List<string>();
            if (!Uri.TryCreate(options.BaseUrl.Length > 0 ? options.BaseUrl : PublishedGateway, UriKind.Absolute, out var gateway)
                || (gateway.Scheme != Uri.UriSchemeHttps && !gateway.IsLoopback))
            {
                problems.Add("CanadaPost:BaseUrl must be an https address (http only on loopback).");
            }

            AddIf(options.ClientId.Length == 0 || options.ClientSecret.Length == 0, "CanadaPost:ClientId and CanadaPost:ClientSecret are required.");
            AddIf(options.CustomerNumber.Length is 0 or > 10 || !options.CustomerNumber.All(char.IsAsciiDigit), "CanadaPost:CustomerNumber must be up to ten digits.");
            AddIf(options.MethodOfPayment == "Account" && options.ContractId.Length == 0, "CanadaPost:ContractId is required when paying by Account.");
            AddIf(options.ShippingPointId.Length is not (0 or 4), "CanadaPost:ShippingPointId has four characters.");
            AddIf(options.Timeout <= TimeSpan.Zero, "CanadaPost:Timeout must be above zero.");
            AddIf(options.CircuitPause < TimeSpan.FromMilliseconds(500), "CanadaPost:CircuitPause must be at least half a second.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

            void AddIf(bool wrong, string problem)
            {
                if (wrong)
                {
                    problems.Add(problem);
                }
            }
        }
    }
}
