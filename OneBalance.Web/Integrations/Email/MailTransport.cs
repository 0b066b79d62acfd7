using MailKit.Net.Smtp;
using MimeKit;
using OneBalance.Web.Data;

namespace OneBalance.Web.Integrations.Email;

/// <summary>Where mails go.</summary>
internal interface IMailTransport
{
    /// <summary>Hands the mail over, or throws. Handing the same mail over again must do as little harm as possible.</summary>
    Task SendAsync(Guid id, MimeMessage mail, CancellationToken ct);
}

/// <summary>A folder of .eml files. A mail's file has the mail's id: written again it is the same file.</summary>
internal sealed class PickupFolder(DataFolder data) : IMailTransport
{
    private readonly string _path = Directory.CreateDirectory(data.File("mail")).FullName;

    public async Task SendAsync(Guid id, MimeMessage mail, CancellationToken ct)
    {
        string file = Path.Combine(_path, $"{id:n}.eml");
        string unfinished = file + ".part";
        await using (var stream = File.Create(unfinished))
        {
            await mail.WriteToAsync(stream, ct);
        }

        File.Move(unfinished, file, overwrite: true);
    }
}

/// <summary>A mail server. A mail sent twice (the line dropped after it was taken) carries the same Message-Id both times.</summary>
internal sealed class Smtp(MailOptions options) : IMailTransport
{
    public async Task SendAsync(Guid id, MimeMessage mail, CancellationToken ct)
    {
        using var client = new SmtpClient { Timeout = 30_000 };
        await client.ConnectAsync(options.SmtpHost, options.SmtpPort, options.SmtpTls, ct);
        if (options.SmtpUser.Length > 0)
        {
            await client.AuthenticateAsync(options.SmtpUser, options.SmtpPassword, ct);
        }

        await client.SendAsync(mail, ct);
        await client.DisconnectAsync(quit: true, ct);
    }
}
