using System.Text;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Statements;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Refunds;

/// <summary>The refunds of a period as a CSV file.</summary>
public sealed class RefundFile(IStringLocalizer<RefundTexts> texts)
{
    /// <summary>Begins with a byte order mark: without it a spreadsheet takes accents for something else.</summary>
    public byte[] Csv(IReadOnlyList<RefundRow> rows, Language language)
    {
        using var spoken = new SpokenIn(language);
        var at = SpokenIn.Formats;
        var csv = new CsvText(language);
        foreach (string title in new[] { "Claims.Asked", "Refunds.Recipient", "Refunds.Tracking", "Refunds.Kind", "Refunds.State", "Claims.Amount", "Refunds.CreditedAmount", "Refunds.CreditedOn", "Claims.Ticket", "Claims.Expected", "Decide.Reason" })
        {
            csv.Text(texts[title]);
        }

        csv.EndLine();
        foreach (var row in rows)
        {
            csv.Text(at.DateTime(row.RequestedAt)).Text(row.Recipient).Text(row.TrackingNumber ?? "").Text(texts[$"RefundKind.{row.Kind}"]).Text(texts[$"RefundState.{row.State}"]).Amount(row.Amount);
            if (row.CreditedAt is { } credited)
            {
                csv.Amount(row.Granted ?? row.Amount).Text(at.Date(credited));
            }
            else
            {
                csv.Empty().Empty();
            }

            csv.Text(row.Ticket ?? "").Text(row.ExpectedBy is { } by ? at.Date(by) : "").Text(row.NotSent is { } why ? texts[$"NotSent.{why}"] : row.Reason ?? "").EndLine();
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())];
    }
}
