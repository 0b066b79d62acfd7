using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using MiniExcelLibs;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Tax;
using OneBalance.Tests.Browser;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Statements;

namespace OneBalance.Tests.Web.Features.Statements;

public sealed partial class StatementFilesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(Language.English, "No.,Date,Time (Eastern),Kind,What,Tracking number,Reference,Amount,Balance", "Opening balance,,,,0.00", ",-19.16,80.84")]
    [InlineData(Language.French, "Nº;Date;Heure (de l’Est);Type;Objet;Numéro de repérage;Référence;Montant;Solde", "Solde d’ouverture;;;;0,00", ";-19,16;80,84")]
    public async Task A_csv_opens_in_the_readers_spreadsheet_and_runs_nothing(Language language, string head, string opening, string amounts)
    {
        var view = await ViewAsync();

        byte[] file = StatementDesk.Files.Csv(view, language);
        string[] lines = Encoding.UTF8.GetString(file).TrimStart('\uFEFF').Split("\r\n");

        Assert.Equal([0xEF, 0xBB, 0xBF], file[..3]);
        Assert.Equal(head, lines[0]);
        Assert.Contains(opening, lines[1]);
        Assert.Contains("'=1+1", lines[3]);
        Assert.EndsWith(amounts, lines[3], StringComparison.Ordinal);
        Assert.Equal("", lines[5]);
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.French)]
    public async Task The_totals_and_taxes_of_a_csv_agree_with_its_movements_and_the_invoices_to_the_cent(Language language)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var desk = new StatementDesk(world.Database);
        var id = await world.RatedAsync(LabelWorld.Draft);
        Assert.IsType<OneBalance.Web.Features.Labels.BuyOutcome.Bought>(await world.BuyAsync(id));
        var view = await desk.Statements.LoadAsync(world.Merchant, StatementDesk.November, None);
        var invoice = (await desk.Papers.ReadAsync(world.Merchant, id, TaxPaperKind.Invoice, None))!;

        char separator = language == Language.French ? ';' : ',';
        string[][][] blocks = [.. Encoding.UTF8.GetString(StatementDesk.Files.Csv(view, language)).TrimStart('\uFEFF').TrimEnd().Split("\r\n\r\n")
            .Select(block => block.Split("\r\n").Select(line => line.Split(separator)).ToArray())];
        Assert.Equal(3, blocks.Length);
        decimal Read(string cell) => decimal.Parse(cell.Replace(',', '.'), System.Globalization.CultureInfo.InvariantCulture);

        var (movements, totals, taxes) = (blocks[0][2..^1], blocks[1][1..], blocks[2][1..]);
        Assert.Equal(Read(blocks[0][^1][^1]), Read(blocks[0][1][^1]) + totals.Sum(line => Read(line[4])));
        Assert.Equal(
            movements.GroupBy(line => line[3]).Select(kind => (kind.Key, kind.Count(), kind.Sum(line => Read(line[^2])))).Order(),
            totals.Select(line => (line[0], int.Parse(line[1], System.Globalization.CultureInfo.InvariantCulture), Read(line[4]))).Order());
        Assert.NotEmpty(taxes);
        Assert.Equal(invoice.Content.Taxes.Select(tax => tax.Amount.Dollars).Order(), taxes.Select(line => Read(line[4])).Order());
        Assert.All(taxes, line => Assert.Equal(Read(line[4]), Read(line[2]) - Read(line[3])));
    }

    [Fact]
    public async Task The_statement_of_an_ended_period_is_the_same_paper_a_minute_later()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        Assert.IsType<OneBalance.Web.Features.Labels.BuyOutcome.Bought>(await world.BuyAsync(await world.RatedAsync(LabelWorld.Draft)));
        var desk = new StatementDesk(world.Database);
        var running = await desk.Statements.LoadAsync(world.Merchant, StatementDesk.November, None);
        world.Time.Advance(TimeSpan.FromDays(30));

        byte[] first = StatementDesk.Files.Pdf(await desk.Statements.LoadAsync(world.Merchant, StatementDesk.November, None), Language.English);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        byte[] second = StatementDesk.Files.Pdf(await desk.Statements.LoadAsync(world.Merchant, StatementDesk.November, None), Language.English);

        Assert.Equal(first, second);
        Assert.Contains("Made", await Pdf.TextAsync(StatementDesk.Files.Pdf(running, Language.English)));
        Assert.DoesNotContain("Made", await Pdf.TextAsync(first));
    }

    [Fact]
    public async Task An_xlsx_holds_numbers_as_numbers_and_text_as_text()
    {
        var view = await ViewAsync();

        byte[] file = StatementDesk.Files.Xlsx(view, Language.English);

        using var stream = new MemoryStream(file);
        Assert.Equal(["Summary", "Movements", "Taxes", "Services"], stream.GetSheetNames());
        var movements = stream.Query(useHeaderRow: true, sheetName: "Movements").Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal([100.00, -19.16], movements.Select(row => Convert.ToDouble(row["Amount"], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("=1+1", movements[1]["Reference"]);
        using var zip = new ZipArchive(new MemoryStream(file));
        Assert.All(zip.Entries.Where(entry => entry.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal)), entry =>
        {
            using var reader = new StreamReader(entry.Open());
            Assert.DoesNotContain("<x:f>", reader.ReadToEnd());
        });
        var summary = stream.Query(useHeaderRow: true, sheetName: "Summary").Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal(["Opening balance", "Funds added", "Labels", "Closing balance"], summary.Select(row => row["What"]));
    }

    [Theory]
    [InlineData(Language.English, "Account statement", "Opening balance", "$80.84", "\u2013$19.16", "Page 1 of 1")]
    [InlineData(Language.French, "Relevé de compte", "Solde d’ouverture", "80,84 $", "\u201319,16 $", "Page 1 sur 1")]
    public async Task A_pdf_reads_in_the_readers_language_and_is_the_same_each_time(Language language, params string[] words)
    {
        var view = await ViewAsync();

        byte[] file = StatementDesk.Files.Pdf(view, language);
        string text = await Pdf.TextAsync(file);

        Assert.All([.. words, "Maple Parcels", "7023210039414604"], word => Assert.Contains(word, text));
        Assert.Equal(file, StatementDesk.Files.Pdf(view, language));
        Assert.True(file.Length < 150_000, $"{file.Length} bytes");
    }

    /// <summary>As its reader adds it up, who has nothing but the paper.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_french_pdf_read_off_the_paper_adds_up_to_the_ledger_to_the_cent(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var refunded = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromMinutes(60));
        await world.VoidAsync(refunded);
        await world.BoughtAsync();
        await world.Database.Ledger.SubmitAsync(new Surcharge(world.Merchant, "adjustment/1", new Money(1_234_56)), None);
        var desk = new StatementDesk(world.Database);
        var view = await desk.Statements.LoadAsync(world.Merchant, StatementDesk.November, None);

        string text = await Pdf.TextAsync(StatementDesk.Files.Pdf(view, Language.French));

        // Every movement ends with its amount, signed, and the balance after it.
        var movements = MovementOnPaper().Matches(text).Select(line => (Amount: Read(line.Groups["amount"].Value), Balance: Read(line.Groups["balance"].Value))).ToList();
        Assert.True(view.Lines.Count == movements.Count, text);
        decimal balance = 0;
        foreach (var (amount, after) in movements)
        {
            balance += amount;
            Assert.Equal(balance, after);
        }

        var ledger = await world.Database.Ledger.BalanceAsync(world.Merchant, None);
        Assert.Equal((ledger.Available - ledger.Owed).Dollars, balance);
        Assert.Equal(balance, Read(ClosingOnPaper().Match(text).Groups["balance"].Value));
    }

    [GeneratedRegex(@"^\s*\d{4}-\d\d-\d\d .*? (?<amount>[+\u2013\u2212-][\d ]+,\d\d \$) +(?<balance>[\u2013\u2212-]?[\d ]+,\d\d \$)\s*$", RegexOptions.Multiline)]
    private static partial Regex MovementOnPaper();

    [GeneratedRegex(@"Solde de clôture +(?<balance>[\u2013\u2212-]?[\d ]+,\d\d \$)")]
    private static partial Regex ClosingOnPaper();

    private static decimal Read(string amount) => decimal.Parse(
        amount.Replace(" ", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal).Replace(',', '.').Replace('\u2013', '-').Replace('\u2212', '-'),
        System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_long_statement_has_pages_that_say_their_number()
    {
        var view = await ViewAsync();
        var many = view with { Lines = [.. Enumerable.Repeat(view.Lines, 300).SelectMany(lines => lines)] };

        var watch = Stopwatch.StartNew();
        string text = await Pdf.TextAsync(StatementDesk.Files.Pdf(many, Language.English));

        Assert.Matches("Page 2 of 1[0-9]", text);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(Language.English, "Tax invoice", "GST (5%)", "123456789 RT0001", "BC, Canada", "Total paid")]
    [InlineData(Language.French, "Facture", "TPS (5 %)", "123456789 RT0001", "BC (Canada)", "Total payé")]
    public async Task A_tax_invoice_says_who_what_where_and_how_much(Language language, params string[] words)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var label = await world.BoughtAsync();
        var paper = (await new StatementDesk(world.Database).Papers.ReadAsync(world.Merchant, label, TaxPaperKind.Invoice, None))!;

        string text = await Pdf.TextAsync(StatementDesk.PaperFile.Pdf(paper, language));

        Assert.All([.. words, paper.Number, "Maple Parcels", "Expedited Parcel", "7023210039414604"], word => Assert.Contains(word, text));
        // The place tells the tax; who lives there is nobody's business.
        Assert.DoesNotContain("Sample Recipient", text);
    }

    private static async Task<StatementView> ViewAsync()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var id = await world.RatedAsync(LabelWorld.Draft with { Reference = "=1+1" });
        Assert.IsType<OneBalance.Web.Features.Labels.BuyOutcome.Bought>(await world.BuyAsync(id));
        return await new StatementDesk(world.Database).Statements.LoadAsync(world.Merchant, StatementDesk.November, None);
    }
}
