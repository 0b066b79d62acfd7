namespace OneBalance.Web.Integrations.Stripe;

/// <summary>Configuration section <c>Stripe</c>. While the emulators are on, what is left empty points at the emulated processor.</summary>
public sealed class StripeOptions
{
    public const string Section = "Stripe";

    /// <summary>Empty: the processor's own address.</summary>
    public string BaseUrl { get; set; } = "";

    public string SecretKey { get; set; } = "";

    /// <summary>Signs the webhooks of our endpoint; the processor shows it when the endpoint is registered.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>How long one call may take before it counts as unanswered.</summary>
    public TimeSpan TimeOut { get; set; } = TimeSpan.FromSeconds(30);
}
