using Microsoft.Extensions.Options;

namespace OneBalance.Web.Integrations.Email;

internal static class EmailRoom
{
    public static void AddEmail(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MailOptions>()
            .BindConfiguration(MailOptions.Section)
            .Validate(mail => MimeKit.MailboxAddress.TryParse(mail.From, out _), "Mail:From is not an e-mail address.")
            .ValidateOnStart();
        builder.Services.AddSingleton<PickupFolder>();
        builder.Services.AddSingleton<IMailTransport>(services => services.GetRequiredService<IOptions<MailOptions>>().Value is { SmtpHost.Length: > 0 } options
            ? new Smtp(options)
            : services.GetRequiredService<PickupFolder>());
        builder.Services.AddSingleton<MailSender>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MailSender>());
    }
}
