using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Batches;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Features.Batches;

/// <summary>The grid of a batch's lines: what it shows, filters and hands back.</summary>
public sealed class BatchLinesTests : ComponentRoom
{
    private static readonly BatchTerms Terms = new(Language.English, Units.Metric, Address.Empty, null, true, BatchPlaces.CodesAlone);

    public BatchLinesTests()
    {
        Services.AddScoped<PlaceNames>();
    }

    [Fact]
    public void A_wrong_line_says_why_in_the_readers_language()
    {
        var rows = new[] { Row(1, BatchLineStatus.Wrong, ("Weight", "heavy")) };

        Assert.Equal(["Weight: not a number with a unit, such as 1.2 kg or 30 cm."], Reasons(rows));
        Speak("fr-CA");
        Assert.Equal(["Poids\u00a0: pas un nombre avec une unité, comme 1,2 kg ou 30 cm."], Reasons(rows));
    }

    /// <summary>A gateway's page has a status and no words, and some errors have no code.</summary>
    [Theory]
    [InlineData("HTTP 403", "", "HTTP 403")]
    [InlineData("", "Not this parcel.", "Not this parcel.")]
    public void What_the_carrier_leaves_out_leaves_no_empty_brackets(string code, string message, string expected) =>
        Assert.Equal([expected], Reasons([Row(1, BatchLineStatus.Declined) with { Errors = [new CarrierError(code, message)], DeclineReason = DeclineReason.CarrierRefused }]));

    /// <summary>Whoever names the columns of a file by what the page calls them is understood.</summary>
    [Theory]
    [InlineData("en-CA")]
    [InlineData("fr-CA")]
    public void A_field_is_told_by_the_name_that_the_page_gives_it(string culture)
    {
        Speak(culture);
        var texts = Services.GetRequiredService<IStringLocalizer<BatchTexts>>();

        Assert.All(LineField.All(2), field => Assert.Equal(field, Assert.Single(BatchColumns.Find([BatchWords.Name(texts, field)])).Field));
    }

    /// <summary>A saved address book can be filled in and imported.</summary>
    [Theory]
    [InlineData("en-CA")]
    [InlineData("fr-CA")]
    public void The_columns_of_a_downloaded_address_book_are_told(string culture)
    {
        Speak(culture);
        var texts = Services.GetRequiredService<IStringLocalizer<AddressBookTexts>>();

        Assert.Equal<LineField?>(
            [BatchField.Name, BatchField.Company, BatchField.Line1, BatchField.Line2, BatchField.City, BatchField.Province, BatchField.PostalCode, BatchField.Country, BatchField.Phone],
            BatchColumns.Find([.. new[] { "Name", "Company", "Line1", "Line2", "City", "Province", "PostalCode", "Country", "Phone" }.Select(column => texts[$"Csv.{column}"].Value)]).Select(column => column.Field));
    }

    [Theory]
    [InlineData(BatchLineStatus.Declined)]
    [InlineData(BatchLineStatus.NotRated)]
    public void A_line_the_carrier_refused_has_its_words_and_code(BatchLineStatus status)
    {
        var row = Row(1, status) with { Errors = [new CarrierError("9111", "Not this parcel.")], DeclineReason = DeclineReason.CarrierRefused };

        Assert.Equal(["Not this parcel. (9111)"], Reasons([row]));
    }

    [Theory]
    [InlineData("en-CA", "INT.SP.AIR", true, "No tracking number; it can be voided only before it is manifested, and is not refunded afterwards.")]
    [InlineData("fr-CA", "INT.SP.AIR", true, "Sans numéro de repérage; annulable seulement avant d’être inscrite au manifeste, et non remboursable ensuite.")]
    [InlineData("en-CA", "INT.SP.AIR", false, "No tracking number; it cannot be voided or refunded.")]
    [InlineData("en-CA", "DOM.EP", true, null)]
    public void A_line_without_tracking_says_what_that_means_before_it_is_bought(string culture, string service, bool voidable, string? expected)
    {
        Speak(culture);
        var row = Row(1, BatchLineStatus.Rated) with { ServiceName = "Small Packet", Total = new Money(9_00), ServiceCode = service };

        var grid = Render<BatchLines>(parameters => parameters.Add(c => c.Rows, [row]).Add(c => c.Voidable, voidable));

        Assert.Equal(expected, grid.FindAll("[data-testid=untracked]").SingleOrDefault()?.TextContent);
    }

    [Fact]
    public void Twenty_five_lines_are_shown_at_once()
    {
        var grid = Render<BatchLines>(parameters => parameters.Add(c => c.Rows, [.. Enumerable.Range(1, 60).Select(number => Row(number, BatchLineStatus.Ready))]));

        Assert.Equal(25, grid.FindAll("li.line").Count);
        Assert.Equal("line-1", grid.Find("li.line").Id);
        grid.FindAll(".pager button")[1].Click();
        Assert.Equal("line-26", grid.Find("li.line").Id);
        Assert.Equal("Page 2 of 3", grid.Find(".pager [role=status]").TextContent);
    }

    [Fact]
    public void The_filters_count_and_show()
    {
        var grid = Render<BatchLines>(parameters => parameters.Add(c => c.Rows,
            [Row(1, BatchLineStatus.Ready), Row(2, BatchLineStatus.Wrong, ("Weight", "heavy")), Row(3, BatchLineStatus.Bought)]));

        Assert.Equal(["All 3", "To correct 1", "Without a price 1", "Bought 1"], grid.FindAll(".line-filter").Select(button => button.TextContent.Trim()));
        grid.FindAll(".line-filter")[1].Click();
        Assert.Equal(["line-2"], grid.FindAll("li.line").Select(line => line.Id));
        Assert.Equal("true", grid.FindAll(".line-filter")[1].GetAttribute("aria-pressed"));
    }

    [Fact]
    public void A_line_is_corrected_in_place_with_its_problem_beside_the_field()
    {
        (int Number, IReadOnlyDictionary<LineField, string> Fields)? taken = null;
        var grid = Render<BatchLines>(parameters => parameters
            .Add(c => c.Rows, [Row(7, BatchLineStatus.Wrong, ("Weight", "heavy"))])
            .Add(c => c.Correct, (number, fields) =>
            {
                taken = (number, fields);
                return Task.FromResult(true);
            }));

        grid.Find("button[aria-label='Correct line 7']").Click();
        var weight = grid.Find("#line-7-Weight");
        Assert.Equal("true", weight.GetAttribute("aria-invalid"));
        Assert.Equal("not a number with a unit, such as 1.2 kg or 30 cm.", grid.Find("#line-7-Weight-problem").TextContent);
        weight.Change("1.2 kg");
        grid.Find("form").Submit();

        Assert.Equal((7, "1.2 kg"), (taken!.Value.Number, taken.Value.Fields[BatchField.Weight]));
    }

    [Fact]
    public void Goods_are_corrected_and_added_item_by_item()
    {
        IReadOnlyDictionary<LineField, string>? taken = null;
        var grid = Render<BatchLines>(parameters => parameters
            .Add(c => c.Rows, [Row(1, BatchLineStatus.Wrong, ("Country", "FR"), ("ItemDescription", "Book"), ("ItemValue", "35.00"), ("ItemDescription 2", "Card"), ("ItemValue 2", "little"))])
            .Add(c => c.Correct, (_, fields) =>
            {
                taken = fields;
                return Task.FromResult(false);
            }));

        grid.Find("button[aria-label='Correct line 1']").Click();
        Assert.Contains("Item 2: value of one, in CAD: not an amount above zero, such as 50.00.", grid.FindAll(".line-why li").Select(reason => reason.TextContent));
        Assert.Equal("not an amount above zero, such as 50.00.", grid.Find("#line-1-ItemValue-2-problem").TextContent);
        Assert.Null(grid.Find("#line-1-ItemValue").GetAttribute("aria-invalid"));
        Assert.Empty(grid.FindAll("#line-1-ItemDescription-3"));
        grid.Find("#line-1-ItemValue-2").Change("2.00");
        grid.FindAll(".line-form button").Single(button => button.TextContent == "Add an item").Click();
        grid.Find("#line-1-ItemDescription-3").Change("Poster");
        grid.Find("form").Submit();

        Assert.Equal(("2.00", "Poster"), (taken![new LineField(BatchField.ItemValue, 2)], taken[new LineField(BatchField.ItemDescription, 3)]));
    }

    [Fact]
    public void At_most_ten_items_can_be_said()
    {
        var grid = Render<BatchLines>(parameters => parameters.Add(c => c.Rows, [Row(1, BatchLineStatus.Wrong, ("Country", "FR"), ("ItemDescription 10", "Book"))]));

        grid.Find("button[aria-label='Correct line 1']").Click();

        Assert.Single(grid.FindAll("#line-1-ItemDescription-10"));
        Assert.DoesNotContain("Add an item", grid.Find(".line-form").TextContent);
    }

    [Fact]
    public void A_wish_that_only_Canada_offers_can_be_taken_back_on_a_line_abroad()
    {
        IReadOnlyDictionary<LineField, string>? taken = null;
        var grid = Render<BatchLines>(parameters => parameters
            .Add(c => c.Rows, [Row(1, BatchLineStatus.Wrong, ("Country", "FR"), ("ProofOfAge", "19"))])
            .Add(c => c.Correct, (_, fields) =>
            {
                taken = fields;
                return Task.FromResult(true);
            }));

        grid.Find("button[aria-label='Correct line 1']").Click();
        Assert.Equal("offered inside Canada only. Leave it empty.", grid.Find("#line-1-ProofOfAge-problem").TextContent);
        Assert.Empty(grid.FindAll("#line-1-Handover"));
        grid.Find("#line-1-ProofOfAge").Change("");
        grid.Find("form").Submit();

        Assert.Equal("", taken![BatchField.ProofOfAge]);
    }

    [Fact]
    public void While_it_runs_nothing_can_be_changed()
    {
        var grid = Render<BatchLines>(parameters => parameters.Add(c => c.Rows, [Row(1, BatchLineStatus.Waiting)]).Add(c => c.Locked, true));

        Assert.Empty(grid.FindAll(".line-do button"));
    }

    private IReadOnlyList<string> Reasons(IReadOnlyList<BatchRow> rows) =>
        [.. Render<BatchLines>(parameters => parameters.Add(c => c.Rows, rows)).FindAll(".line-why li").Select(reason => reason.TextContent)];

    private static BatchRow Row(int number, BatchLineStatus status, params IReadOnlyList<(string Field, string Text)> says)
    {
        var fields = new Dictionary<LineField, string>
        {
            [BatchField.Name] = $"Recipient {number}",
            [BatchField.Line1] = "800 Burrard St",
            [BatchField.City] = "Vancouver",
            [BatchField.Province] = "BC",
            [BatchField.PostalCode] = "V6Z 2J7",
            [BatchField.Weight] = "1",
            [BatchField.Length] = "30",
            [BatchField.Width] = "20",
            [BatchField.Height] = "10",
        };
        foreach (var (field, text) in says)
        {
            fields[LineField.Read(field)!.Value] = text;
        }

        var reading = BatchLineRules.Read(fields, Terms);
        return new BatchRow(number, status, fields, reading.Findings, reading.Draft, null, null, false, [], false, null, null, null);
    }
}
