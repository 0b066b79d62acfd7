using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Web.Components;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>Options and their conflicts, the customs form, and what the rates explain.</summary>
public sealed class LabelFormComponentsTests : ComponentRoom
{
    private static readonly LabelDraft Draft = LabelWorld.Draft with { Parcel = new Parcel(1_000, 1_010, 200, 100) };

    private static readonly LabelDraft ToFrance = Draft with { To = Draft.To with { Country = "FR", PostalCode = "75001" } };

    public LabelFormComponentsTests()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<PlaceNames>();
    }

    [Fact]
    public void Left_at_the_door_signature_and_proof_of_age_are_disabled_and_say_why()
    {
        var form = RenderOptions(new OptionsInput { Handover = Handover.LeaveAtDoor });

        var signature = form.Find("#options-signature");
        Assert.True(signature.HasAttribute("disabled"));
        Assert.Equal("Not possible with Leave at door: somebody must be there.", form.Find($"#{signature.GetAttribute("aria-describedby")}").TextContent);
        Assert.Equal([false, true, true, true], form.FindAll("input[name=age]").Select(age => age.HasAttribute("disabled")));
    }

    [Theory]
    [InlineData(true, "", ProofOfAge.None, "Not possible with a signature on delivery.")]
    [InlineData(false, "100.01", ProofOfAge.None, "Not possible with this coverage, which needs a signature.")]
    [InlineData(false, "", ProofOfAge.Eighteen, "Not possible with a proof of age.")]
    [InlineData(false, "", ProofOfAge.TwentyOne, "Not possible with a proof of age.")]
    public void Leave_at_door_is_disabled_for_its_reason(bool signed, string coverage, ProofOfAge age, string reason)
    {
        var form = RenderOptions(new OptionsInput { Signature = signed, CoverageText = coverage, Age = age });

        var door = Handovers(form)[(int)Handover.LeaveAtDoor];
        Assert.True(door.HasAttribute("disabled"));
        Assert.Equal(reason, form.Find($"#{door.GetAttribute("aria-describedby")}").TextContent);
        Assert.Equal([false, false, false, true, false], Handovers(form).Select(choice => choice.HasAttribute("disabled")));
    }

    [Fact]
    public void Coverage_above_what_is_included_ticks_the_signature_and_says_so()
    {
        var form = RenderOptions(new OptionsInput { CoverageText = "250" });

        var signature = form.Find("#options-signature");
        Assert.True(signature.HasAttribute("checked"));
        Assert.True(signature.HasAttribute("disabled"));
        Assert.Contains("Coverage above $100.00 needs a signature", form.Find("#options-signature-why").TextContent);
    }

    [Fact]
    public void Abroad_the_choices_at_the_door_are_disabled_and_say_why()
    {
        var form = RenderOptions(new OptionsInput(), ToFrance);

        Assert.All(form.FindAll("fieldset.choices"), choices =>
        {
            Assert.True(choices.HasAttribute("disabled"));
            Assert.Equal("options-only-canada", choices.GetAttribute("aria-describedby"));
        });
        Assert.Contains("inside Canada only", form.Find("#options-only-canada").TextContent);
    }

    [Fact]
    public async Task A_post_office_asks_for_its_number_and_the_recipients_email()
    {
        int changes = 0;
        var input = new OptionsInput();
        var form = RenderOptions(input, changed: () => changes++);
        Assert.Empty(form.FindAll("#options-post-office"));

        Handovers(form)[(int)Handover.PostOffice].Change(true);

        Assert.Equal(Handover.PostOffice, input.Handover);
        Assert.Equal(1, changes);
        Assert.False(await form.InvokeAsync(form.Instance.Validate));
        form.Render();
        Assert.Equal("options-post-office", form.Instance.FirstProblem);
        Assert.Contains("Enter the number of the post office.", form.Markup);
        Assert.Contains("Enter the e-mail address", form.Markup);
    }

    [Fact]
    public void Chosen_options_show_what_they_cost_with_the_chosen_service()
    {
        var price = new Price(new Money(20_00),
        [
            new PriceLine(PriceLineKind.Base, "DOM.EP", "", new Money(13_50)),
            new PriceLine(PriceLineKind.Option, "SO", "", new Money(2_00)),
            new PriceLine(PriceLineKind.Option, "COV", "", new Money(4_50)),
            new PriceLine(PriceLineKind.Option, "HFP", "", Money.Zero),
        ]);

        var form = RenderOptions(new OptionsInput { Signature = true, CoverageText = "250", Handover = Handover.CardForPickup }, price: price);

        Assert.Contains("Signature on delivery ($2.00)", Flat(form.Find(".choice").TextContent));
        Assert.Contains("($4.50)", form.Markup);
        Assert.Contains("Card for pickup: the parcel waits at a post office (no charge)", Flat(form.Markup));
    }

    [Fact]
    public void What_cannot_be_insured_is_said_in_both_languages()
    {
        Assert.Contains("bank notes and coins", RenderOptions(new OptionsInput()).Find(".not-insured").TextContent);

        Speak("fr-CA");
        Assert.Contains("les billets de banque", RenderOptions(new OptionsInput()).Find(".not-insured").TextContent);
    }

    [Fact]
    public void A_rate_explains_its_weight_its_size_and_its_coverage()
    {
        var list = RenderRates(Draft, Rate("DOM.EP", volumetric: 4_040, oversize: true));

        string notes = list.Find(".rate-notes").TextContent;
        Assert.Contains("Billed as 4.04\u00a0kg for its size (101 × 20 × 10\u00a0cm), not as its 1\u00a0kg.", notes);
        Assert.Contains("Oversize: $18.00 more, because a side is longer than 100\u00a0cm", notes);
        Assert.Contains("Coverage up to $100.00 included; up to $5,000.00 can be bought.", notes);
        Assert.Contains("by its volume", list.Find(".rate-weight").TextContent);
    }

    [Fact]
    public void A_parcel_heavier_than_its_volume_is_billed_by_its_weight()
    {
        var list = RenderRates(Draft, Rate("DOM.EP", volumetric: 900));

        Assert.DoesNotContain("Billed as", list.Find(".rate-notes").TextContent);
        Assert.Equal("Weight billed: the 1\u00a0kg it weighs; by its volume it would be 0.9\u00a0kg.", list.Find(".rate-weight").TextContent);
    }

    [Fact]
    public void Extra_coverage_shows_its_price_with_each_service()
    {
        var rate = Rate("DOM.EP");
        rate = rate with { Price = rate.Price with { Lines = [.. rate.Price.Lines, new PriceLine(PriceLineKind.Option, "COV", "", new Money(5_50))] } };

        var list = RenderRates(Draft with { Coverage = new Money(300_00) }, rate);

        Assert.Contains("Covered for $300.00, for $5.50.", list.Find(".rate-notes").TextContent);
    }

    [Fact]
    public void What_is_charged_at_once_says_that_it_cannot_be_voided()
    {
        var list = Render<RateList>(parameters => parameters.Add(c => c.Rates, [Rate("USA.SP.AIR")]).Add(c => c.Voidable, false));

        Assert.Contains("No tracking number; it cannot be voided or refunded.", list.Find(".rate-notes").TextContent);
        Assert.Contains("Cannot be voided: it is charged at once.", list.Find(".rate-notes").TextContent);
    }

    [Theory]
    [InlineData("INT.XP", NonDelivery.ReturnAtSendersExpense, "If undeliverable, it comes back at your expense, billed on its return.")]
    [InlineData("INT.XP", NonDelivery.Abandon, "If undeliverable, it is abandoned at no charge.")]
    [InlineData("INT.TP", NonDelivery.ReturnAtSendersExpense, "If undeliverable, it comes back free of charge.")]
    [InlineData("INT.TP", NonDelivery.Abandon, "Cannot be abandoned: it is returned to you free of charge.")]
    public void Abroad_each_rate_says_what_becomes_of_a_parcel_nobody_takes_and_what_that_costs(string service, NonDelivery wish, string expected)
    {
        var list = RenderRates(ToFrance with { Customs = ToFrance.Customs with { NonDelivery = wish } }, Rate(service));

        Assert.Contains(expected, list.Find(".rate-notes").TextContent);
    }

    [Fact]
    public void Services_that_were_not_offered_are_named_with_the_reason()
    {
        var toNewYork = Draft with
        {
            To = Draft.To with { Country = "US", PostalCode = "10118" },
            Parcel = new Parcel(1_001, 300, 200, 100),
            Signature = true,
        };

        var list = RenderRates(toNewYork, Rate("USA.XP"));

        Assert.Equal(
            ["Small Packet – USA, air: carries at most 1\u00a0kg.", "Tracked Packet – USA: carries at most 1\u00a0kg.", "Expedited Parcel USA: takes no signature."],
            list.FindAll(".absent li").Select(item => Flat(item.TextContent)));

        // French has its space before the colon.
        Speak("fr-CA");
        Assert.All(RenderRates(toNewYork, Rate("USA.XP")).FindAll(".absent li strong"), name => Assert.EndsWith("\u00a0:", name.TextContent));
    }

    [Fact]
    public void Price_lines_stand_beside_those_at_the_counter()
    {
        var lines = Render<PriceLines>(parameters => parameters
            .Add(c => c.Price, new Price(new Money(13_00),
            [
                new PriceLine(PriceLineKind.Base, "DOM.EP", "Expedited Parcel", new Money(13_40)),
                new PriceLine(PriceLineKind.Adjustment, "AUTDISC", "", new Money(-40)),
            ]))
            .Add(c => c.Counter, new Price(new Money(17_50),
            [
                new PriceLine(PriceLineKind.Base, "DOM.EP", "Expedited Parcel", new Money(17_00)),
                new PriceLine(PriceLineKind.Adjustment, "FUELSC", "", new Money(50)),
            ])));

        Assert.Equal(
            ["Expedited Parcel|$13.40|$17.00", "Automation discount|−$0.40|–", "Fuel surcharge|–|$0.50", "Total|$13.00|$17.50"],
            lines.FindAll("tbody tr, tfoot tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public async Task Without_prepaid_duties_a_us_parcel_needs_its_declaration()
    {
        var form = RenderCustoms(new CustomsInput(), Region.UnitedStates, dutiesPrepaid: false);

        Assert.False(await form.InvokeAsync(form.Instance.Validate));
        form.Render();

        Assert.Contains("Enter the declaration: without prepaid duties Canada Post issues no US label.", form.Markup);
        Assert.Equal("customs-us-declaration", form.Instance.FirstProblem);
    }

    [Fact]
    public void Another_currency_asks_for_its_rate()
    {
        var input = new CustomsInput();
        Assert.Empty(RenderCustoms(input, Region.International).FindAll("#customs-units-for-one-cad"));

        input.Currency = "EUR";
        var form = RenderCustoms(input, Region.International);
        form.Find("#customs-units-for-one-cad").Change("0,6789");

        Assert.Contains("EUR for 1 CAD", form.Markup);
        Assert.Equal(0.6789m, input.ToCustoms().UnitsForOneCad);
    }

    [Fact]
    public async Task Goods_shipped_before_are_added_with_all_that_was_declared_and_removed_for_good()
    {
        var input = new CustomsInput();
        string? forgotten = null;
        var socks = new CustomsItem(1, "Wool socks", 300, new Money(24_50), "6115.94", "CA", "QC");
        var form = RenderCustoms(input, Region.International, remembered: [socks], forget: description => forgotten = description);

        await form.InvokeAsync(() => form.FindAll(".goods button")[0].ClickAsync(new()));
        Assert.Equal(socks, Assert.Single(input.ToCustoms().Items));

        await form.InvokeAsync(() => form.FindAll(".goods button")[0].ClickAsync(new()));
        Assert.Equal(2, input.Items.Count);

        await form.InvokeAsync(() => form.FindAll(".goods button")[1].ClickAsync(new()));
        Assert.Equal("Wool socks", forgotten);
    }

    [Fact]
    public async Task What_is_known_fills_what_is_still_empty_and_nothing_else()
    {
        var socks = new CustomsItem(1, "Wool socks", 300, new Money(24_50), "6115.94", "CA", "QC");
        var input = new CustomsInput();
        var form = RenderCustoms(input, Region.International, remembered: [socks]);

        await form.InvokeAsync(() => form.FindComponent<MudAutocomplete<string>>().Instance.ValueChanged.InvokeAsync("wool socks"));
        Assert.Equal(socks, Assert.Single(input.ToCustoms().Items));

        input.Items[0].UnitValue = "30";
        input.Items[0].Description = "";
        await form.InvokeAsync(() => form.FindComponent<MudAutocomplete<string>>().Instance.ValueChanged.InvokeAsync("Wool socks"));
        Assert.Equal(new Money(30_00), input.ToCustoms().Items[0].UnitValue);
    }

    /// <summary>They are typed in the parcel's units: read in the others, 0.2 kg would be declared as 0.2 lb.</summary>
    [Fact]
    public void Items_weigh_the_same_when_the_parcel_is_shown_in_other_units()
    {
        var input = CustomsInput.From(
            new Customs(ReasonForExport.SaleOfGoods, "", NonDelivery.Abandon, [new CustomsItem(2, "Cotton T-shirt", 200, new Money(24_50), "", "CA", "ON")], ""),
            Units.Metric,
            Services.GetRequiredService<Formats>());
        var form = RenderCustoms(input, Region.International);
        input.Items.Add(new CustomsItemInput { UnitWeight = "light" });

        form.Render(parameters => parameters.Add(c => c.Units, Units.Imperial));

        Assert.Equal(["0.44", "light"], input.Items.Select(item => item.UnitWeight));
        Assert.Equal("0.44", form.Find("#customs-0-unitweight").GetAttribute("value"));
        Assert.Equal(200, input.ToCustoms().Items[0].UnitWeightGrams);

        form.Render(parameters => parameters.Add(c => c.Units, Units.Metric));

        Assert.Equal(["0.2", "light"], input.Items.Select(item => item.UnitWeight));
    }

    private static string Flat(string text) => string.Join(' ', text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private static IReadOnlyList<IElement> Handovers(IRenderedComponent<OptionsForm> form) => form.FindAll("input[name=handover]");

    private static Rate Rate(string code, int? volumetric = null, bool oversize = false) => new(
        code,
        code,
        new Price(new Money(15_00), oversize ? [new PriceLine(PriceLineKind.Option, "UP", "", new Money(18_00))] : []),
        null,
        2,
        null,
        false,
        volumetric is { } volume ? Math.Max(volume, Draft.Parcel.WeightGrams) : null)
    {
        VolumetricWeightGrams = volumetric,
    };

    private IRenderedComponent<OptionsForm> RenderOptions(OptionsInput input, LabelDraft? draft = null, Price? price = null, Action? changed = null) =>
        Render<OptionsForm>(parameters => parameters
            .Add(c => c.Value, input)
            .Add(c => c.Draft, draft ?? Draft)
            .Add(c => c.Price, price)
            .Add(c => c.Changed, () => changed?.Invoke()));

    private IRenderedComponent<RateList> RenderRates(LabelDraft draft, params Rate[] rates) =>
        Render<RateList>(parameters => parameters.Add(c => c.Rates, rates).Add(c => c.Draft, draft));

    private IRenderedComponent<CustomsForm> RenderCustoms(
        CustomsInput input, Region region, bool dutiesPrepaid = true, IReadOnlyList<CustomsItem>? remembered = null, Action<string>? forget = null) =>
        Render<CustomsForm>(parameters => parameters
            .Add(c => c.Value, input)
            .Add(c => c.Region, region)
            .Add(c => c.Units, Units.Metric)
            .Add(c => c.ParcelWeightGrams, 5_000)
            .Add(c => c.Province, "ON")
            .Add(c => c.DutiesPrepaid, dutiesPrepaid)
            .Add(c => c.Remembered, remembered ?? [])
            .Add(c => c.Forget, (string description) => forget?.Invoke(description)));
}
