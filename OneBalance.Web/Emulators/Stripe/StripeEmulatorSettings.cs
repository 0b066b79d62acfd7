namespace OneBalance.Web.Emulators.Stripe;

/// <summary>What the emulated processor and its user agree on.</summary>
public sealed class StripeEmulatorSettings
{
    public const string DefaultSecretKey = "sk_test_emulated";

    public const string DefaultWebhookSecret = "whsec_emulated";

    /// <summary>The only key that is let in.</summary>
    public string SecretKey { get; init; } = DefaultSecretKey;

    public string WebhookSecret { get; init; } = DefaultWebhookSecret;

    /// <summary>The account's descriptor, printed on every charge.</summary>
    public string StatementDescriptor { get; init; } = "STAMPS";

    /// <summary>Where webhooks go; null while the address is not known yet.</summary>
    public Func<Uri?> Webhook { get; init; } = () => null;
}
