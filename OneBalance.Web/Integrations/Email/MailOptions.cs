using MailKit.Security;

namespace OneBalance.Web.Integrations.Email;

/// <summary>Configuration section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>Address mails come from, with or without a name.</summary>
    public string From { get; set; } = "OneBalance <no-reply@localhost>";

    /// <summary>The mail server; empty: mails are written as .eml files into <c>mail</c> in the data folder.</summary>
    public string SmtpHost { get; set; } = "";

    public int SmtpPort { get; set; } = 587;

    /// <summary>Empty: the server is not told who we are.</summary>
    public string SmtpUser { get; set; } = "";

    public string SmtpPassword { get; set; } = "";

    public SecureSocketOptions SmtpTls { get; set; } = SecureSocketOptions.Auto;
}
