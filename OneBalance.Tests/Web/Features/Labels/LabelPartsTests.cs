using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>The parcel's fields and the preview of a bought label.</summary>
public sealed class LabelPartsTests : ComponentRoom
{
    [Theory]
    [InlineData("en-CA", Units.Metric, "31", "201", "30\u00a0kg", "at most 200\u00a0cm")]
    [InlineData("en-CA", Units.Imperial, "67", "79", "66.14\u00a0lb", "at most 78.74\u00a0in")]
    [InlineData("fr-CA", Units.Metric, "31", "201", "30\u00a0kg", "au plus 200\u00a0cm")]
    [InlineData("fr-CA", Units.Imperial, "67", "79", "66,14\u00a0lb", "au plus 78,74\u00a0po")]
    public async Task Limits_are_said_in_the_units_that_are_typed(string culture, Units units, string weight, string length, string tooHeavy, string tooLong)
    {
        Speak(culture);
        var form = Render<ParcelForm>(parameters => parameters.Add(f => f.Value, ParcelInput.From(Parcel.Empty, units)));

        await form.Find("#parcel-weight").ChangeAsync(new() { Value = weight });
        await form.Find("#parcel-length").ChangeAsync(new() { Value = length });
        await form.Find("#parcel-width").ChangeAsync(new() { Value = "4" });
        await form.Find("#parcel-height").ChangeAsync(new() { Value = "4" });

        Assert.Contains(tooHeavy, form.Find("#parcel-weight-error").TextContent);
        Assert.Contains(tooLong, form.Find("#parcel-length-error").TextContent);
        Assert.Equal("parcel-weight", form.Instance.FirstProblem);
    }

    [Fact]
    public async Task A_parcel_changes_its_units_and_keeps_its_size()
    {
        int changes = 0;
        var input = ParcelInput.From(new Parcel(1_000, 300, 200, 100), Units.Metric);
        var form = Render<ParcelForm>(parameters => parameters.Add(f => f.Value, input).Add(f => f.Changed, () => changes++));

        await form.FindAll("input[type=radio]")[1].ChangeAsync(new() { Value = "on" });

        // 2.2 lb would be 998 g.
        Assert.Equal("2.204", form.Find("#parcel-weight").GetAttribute("value"));
        Assert.Equal("11.81", form.Find("#parcel-length").GetAttribute("value"));
        Assert.Equal((Units.Imperial, 1, new Parcel(1_000, 300, 200, 100)), (input.Units, changes, input.ToParcel()));
    }

    [Theory]
    [InlineData("en-CA", "Enter")]
    [InlineData("fr-CA", "Entrez")]
    public async Task What_is_missing_is_said_at_each_field_and_a_word_is_no_number(string culture, string enter)
    {
        Speak(culture);
        var form = Render<ParcelForm>(parameters => parameters.Add(f => f.Value, new ParcelInput()));
        await form.Find("#parcel-weight").ChangeAsync(new() { Value = "heavy" });

        Assert.False(await form.InvokeAsync(form.Instance.Validate));

        Assert.NotEqual("", form.Find("#parcel-weight-error").TextContent);
        Assert.All(["length", "width", "height"], (string field) => Assert.StartsWith(enter, form.Find($"#parcel-{field}-error").TextContent.Trim(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en-CA", "Print", "Download")]
    [InlineData("fr-CA", "Imprimer", "Télécharger")]
    public async Task A_pdf_is_shown_with_print_and_download_beside_it(string culture, string print, string download)
    {
        Speak(culture);
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var preview = Show(world, await world.BoughtAsync());

        preview.WaitForAssertion(() => Assert.Contains("/label.pdf#", preview.Find("iframe").GetAttribute("src")));
        Assert.False(string.IsNullOrWhiteSpace(preview.Find("iframe").GetAttribute("title")));
        Assert.Equal([print, download], preview.FindAll(".preview-actions .mud-button-root").Select(button => button.TextContent.Trim()));
        Assert.EndsWith("/label.pdf?download=true", preview.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en-CA", "ZPL text for a label printer", "Commercial invoice")]
    [InlineData("fr-CA", "ZPL", "Facture commerciale")]
    public async Task Zpl_is_downloaded_not_shown_and_an_invoice_is_offered(string culture, string sentence, string invoice)
    {
        Speak(culture);
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var label = await world.BoughtAsync();
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            await db.Labels.ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Format, LabelFormat.ThermalZpl)
                .SetProperty(row => row.InvoiceStoredAt, world.Time.GetUtcNow()));
        }

        var preview = Show(world, label);

        preview.WaitForAssertion(() => Assert.Contains(sentence, preview.Find("p").TextContent));
        Assert.Empty(preview.FindAll("iframe"));
        Assert.Contains(preview.FindAll("a"), link => link.TextContent.Trim() == invoice);
    }

    [Fact]
    public async Task A_label_whose_document_is_not_there_yet_shows_nothing()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);

        Assert.Equal("", Show(world, await world.RatedAsync()).Markup.Trim());
    }

    private IRenderedComponent<LabelPreview> Show(LabelWorld world, LabelId label)
    {
        Services.AddSingleton<AuthenticationStateProvider>(new Someone(world.Merchant));
        Services.AddScoped<SignedIn>();
        Services.AddSingleton(TestRights.Every);
        Services.AddSingleton(world.Queries);
        return Render<LabelPreview>(parameters => parameters.Add(p => p.Label, label));
    }
}
