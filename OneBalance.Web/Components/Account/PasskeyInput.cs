namespace OneBalance.Web.Components.Account;

/// <summary>What js/passkey.js puts into a form: a credential, or why there is none.</summary>
public sealed class PasskeyInput
{
    public string? CredentialJson { get; set; }

    public string? Error { get; set; }
}
