using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Statements;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.AddressBook;

/// <summary>All saved addresses as a CSV file: recipients first, each kind in the order of the page.</summary>
public sealed class AddressBookFile(IDbContextFactory<AppDbContext> contexts, IStringLocalizer<AddressBookTexts> texts)
{
    public const string Name = "address-book.csv";

    /// <summary>Begins with a byte order mark: without it a spreadsheet takes accents for something else.</summary>
    public async Task<byte[]> CsvAsync(MerchantAccess access, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.Export, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var saved = await db.SavedAddresses.AsNoTracking()
            .Where(row => row.MerchantId == merchant)
            .OrderBy(row => row.Kind).ThenBy(row => row.SearchText).ThenBy(row => row.Id)
            .ToListAsync(ct);
        using var spoken = new SpokenIn(language);
        var csv = new CsvText(language);
        foreach (string title in new[] { "Kind", "Name", "Company", "Line1", "Line2", "City", "Province", "PostalCode", "Country", "Phone" })
        {
            csv.Text(texts[$"Csv.{title}"]);
        }

        csv.EndLine();
        foreach (var row in saved)
        {
            var address = row.Address;
            csv.Text(texts[$"Csv.Kind.{row.Kind}"])
                .Text(address.Name)
                .Text(address.Company)
                .Text(address.Line1)
                .Text(address.Line2)
                .Text(address.City)
                .Text(address.Province)
                .Text(address.PostalCode)
                .Text(address.Country)
                .Text(address.Phone)
                .EndLine();
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())];
    }
}
