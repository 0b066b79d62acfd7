using System.Net;
using System.Text;
using OneBalance.Core;

namespace OneBalance.Web.Features.Mail;

/// <summary>What a mail says; rendered as plain text and as HTML with the same words.</summary>
/// <param name="Language">Language of the words, for the HTML's <c>lang</c>.</param>
/// <param name="Subject">Also the heading.</param>
/// <param name="Before">Paragraphs before the link.</param>
/// <param name="Link">What to press, and where it leads; null for none.</param>
/// <param name="After">Paragraphs after the link, e.g. what to do if the mail was not expected.</param>
/// <param name="Footer">A small link at the end, e.g. to choose which mails come; null for none.</param>
public sealed record MailText(Language Language, string Subject, IReadOnlyList<string> Before, MailLink? Link, IReadOnlyList<string> After, MailLink? Footer = null)
{
    private const string Sender = "OneBalance";

    /// <summary>French sets a no-break space before it.</summary>
    private string Colon => Language == Language.French ? "\u00A0:" : ":";

    public string ToText()
    {
        var text = new StringBuilder();
        foreach (string paragraph in Before)
        {
            text.Append(paragraph).Append("\n\n");
        }

        if (Link is not null)
        {
            text.Append(Link.Words).Append(Colon).Append('\n').Append(Link.Address).Append("\n\n");
        }

        foreach (string paragraph in After)
        {
            text.Append(paragraph).Append("\n\n");
        }

        if (Footer is not null)
        {
            text.Append(Footer.Words).Append(Colon).Append(' ').Append(Footer.Address).Append("\n\n");
        }

        return text.Append("-- \n").Append(Sender).Append('\n').ToString();
    }

    public string ToHtml()
    {
        var body = new StringBuilder();
        foreach (string paragraph in Before)
        {
            body.Append(Paragraph(paragraph));
        }

        if (Link is not null)
        {
            string address = WebUtility.HtmlEncode(Link.Address);
            body.Append($"<p style=\"margin:24px 0\"><a href=\"{address}\" style=\"display:inline-block;padding:12px 22px;border-radius:10px;background:#4338ca;color:#ffffff;font-weight:600;text-decoration:none\">{WebUtility.HtmlEncode(Link.Words)}</a></p>")
                .Append($"<p style=\"margin:0 0 16px;font-size:13px;color:#58566b;word-break:break-all\">{address}</p>");
        }

        foreach (string paragraph in After)
        {
            body.Append(Paragraph(paragraph));
        }

        if (Footer is not null)
        {
            body.Append($"<p style=\"margin:0;font-size:13px\"><a href=\"{WebUtility.HtmlEncode(Footer.Address)}\" style=\"color:#4338ca\">{WebUtility.HtmlEncode(Footer.Words)}</a></p>");
        }

        return
            $"""
            <!DOCTYPE html>
            <html lang="{Language.CultureName()}">
            <head><meta charset="utf-8"><title>{WebUtility.HtmlEncode(Subject)}</title></head>
            <body style="margin:0;padding:24px;background:#f7f7fb;font-family:Inter,Segoe UI,Helvetica,Arial,sans-serif;color:#1d1b33">
            <div style="max-width:520px;margin:0 auto;padding:28px;border:1px solid #e3e2ee;border-radius:12px;background:#ffffff">
            <p style="margin:0 0 20px;font-weight:600;color:#4338ca">{Sender}</p>
            <h1 style="margin:0 0 16px;font-size:20px;line-height:1.3">{WebUtility.HtmlEncode(Subject)}</h1>
            {body}
            </div>
            </body>
            </html>
            """;
    }

    private static string Paragraph(string text) =>
        $"<p style=\"margin:0 0 16px;line-height:1.55\">{WebUtility.HtmlEncode(text)}</p>";
}

public sealed record MailLink(string Words, string Address);
