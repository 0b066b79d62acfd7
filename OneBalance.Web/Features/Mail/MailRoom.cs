namespace OneBalance.Web.Features.Mail;

internal static class MailRoom
{
    public static void AddMail(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Outbox>();
        builder.Services.AddSingleton<MailQueries>();
    }

    public static void MapMail(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapGet("/dev/mail/{id:guid}/html", async (Guid id, MailQueries mails, CancellationToken ct) =>
                await mails.HtmlAsync(id, ct) is { } html ? Results.Content(html, "text/html; charset=utf-8") : Results.NotFound()).AllowAnonymous();
        }
    }
}
