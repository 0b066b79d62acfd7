using OneBalance.Core;
using OneBalance.Core.Shipping;

namespace OneBalance.Tests.Core.Shipping;

/// <summary>The rows repeat the table of <see cref="OptionRules"/>.</summary>
public sealed class OptionRulesTests
{
    private static readonly LabelDraft Draft = new(
        new Address("", "Maple Parcels", "111 Wellington St", "", "Ottawa", "ON", "K1A 0A9", "CA", "613-555-0134"),
        new Address("Sample Recipient", "", "800 Burrard St", "", "Vancouver", "BC", "V6Z 2J7", "CA", "604-555-0100"),
        new Parcel(1_250, 300, 200, 100),
        Units.Metric,
        Signature: false,
        Coverage: null,
        Reference: "",
        new Customs(ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense, [], ""));

    private static readonly LabelDraft ToFrance = Draft with { To = Draft.To with { Country = "FR", PostalCode = "75001" } };

    [Fact]
    public void Nothing_chosen_asks_for_nothing() => Assert.Empty(OptionRules.InForce(Draft));

    [Fact]
    public void Everything_chosen_is_asked_for_in_the_carriers_codes()
    {
        var draft = Wishing(Handover.PostOffice, ProofOfAge.Nineteen, " 0000311545 ") with { Signature = true, Coverage = new Money(250_00) };

        Assert.Equal(
            [new OptionInForce("SO"), new OptionInForce("COV", new Money(250_00)), new OptionInForce("PA19"), new OptionInForce("D2PO", Qualifier: "0000311545")],
            OptionRules.InForce(draft));
    }

    [Theory]
    [InlineData(Handover.Usual, null)]
    [InlineData(Handover.CardForPickup, "HFP")]
    [InlineData(Handover.DoNotSafeDrop, "DNS")]
    [InlineData(Handover.LeaveAtDoor, "LAD")]
    [InlineData(Handover.PostOffice, "D2PO")]
    public void One_thing_happens_at_the_door(Handover handover, string? code) =>
        Assert.Equal(code is null ? [] : [code], OptionRules.InForce(Wishing(handover)).Select(option => option.Code));

    [Theory]
    [InlineData(ProofOfAge.None, null)]
    [InlineData(ProofOfAge.Eighteen, "PA18")]
    [InlineData(ProofOfAge.Nineteen, "PA19")]
    [InlineData(ProofOfAge.TwentyOne, "PA21")]
    public void One_proof_of_age_is_asked_for(ProofOfAge age, string? code) =>
        Assert.Equal(code is null ? [] : [code], OptionRules.InForce(Wishing(Handover.Usual, age)).Select(option => option.Code));

    /// <summary>100.00 is included and unsigned; the next cent needs a signature, inside Canada.</summary>
    [Theory]
    [InlineData("CA", 100_00, false)]
    [InlineData("CA", 100_01, true)]
    [InlineData("US", 100_01, false)]
    [InlineData("FR", 1_000_00, false)]
    public void Coverage_above_what_is_included_brings_a_signature(string country, long cents, bool signed)
    {
        var draft = Draft with { To = Draft.To with { Country = country }, Coverage = new Money(cents) };

        Assert.Equal(signed, OptionRules.InForce(draft).Any(option => option.Code == "SO"));
        Assert.Equal(signed ? OptionObstacle.CoverageNeedsSignature : null, OptionRules.Obstacle(draft, OptionChoice.Signature));
    }

    [Fact]
    public void Wishes_for_the_door_count_inside_Canada_only()
    {
        var abroad = Wishing(Handover.LeaveAtDoor, ProofOfAge.Eighteen) with { To = ToFrance.To, Signature = true };

        Assert.Equal(["SO"], OptionRules.InForce(abroad).Select(option => option.Code));
        Assert.Empty(OptionRules.CheckForRates(abroad));
        Assert.Equal(OptionObstacle.OnlyInCanada, OptionRules.Obstacle(abroad, OptionChoice.ProofOfAge));
        Assert.Equal(OptionObstacle.OnlyInCanada, OptionRules.Obstacle(abroad, OptionChoice.PostOffice));
        Assert.Null(OptionRules.Obstacle(abroad, OptionChoice.Signature));
    }

    [Theory]
    [InlineData(OptionChoice.Signature, OptionObstacle.NotWithLeaveAtDoor)]
    [InlineData(OptionChoice.ProofOfAge, OptionObstacle.NotWithLeaveAtDoor)]
    [InlineData(OptionChoice.CardForPickup, null)]
    [InlineData(OptionChoice.DoNotSafeDrop, null)]
    [InlineData(OptionChoice.LeaveAtDoor, null)]
    [InlineData(OptionChoice.PostOffice, null)]
    public void Left_at_the_door_nobody_signs_or_shows_their_age(OptionChoice choice, OptionObstacle? expected) =>
        Assert.Equal(expected, OptionRules.Obstacle(Wishing(Handover.LeaveAtDoor), choice));

    [Fact]
    public void What_needs_somebody_at_the_door_keeps_a_parcel_from_being_left_there()
    {
        Assert.Equal(OptionObstacle.NotWithSignature, OptionRules.Obstacle(Draft with { Signature = true }, OptionChoice.LeaveAtDoor));
        Assert.Equal(OptionObstacle.NotWithProofOfAge, OptionRules.Obstacle(Wishing(Handover.Usual, ProofOfAge.Eighteen), OptionChoice.LeaveAtDoor));
        Assert.Equal(OptionObstacle.CoverageNeedsSignature, OptionRules.Obstacle(Draft with { Coverage = new Money(100_01) }, OptionChoice.LeaveAtDoor));
        Assert.Null(OptionRules.Obstacle(Draft with { Coverage = new Money(100_00) }, OptionChoice.LeaveAtDoor));
    }

    /// <summary>Coverage may be typed after leave at door was chosen: then both are on the form, and nothing is asked.</summary>
    [Theory]
    [InlineData(100_00, false)]
    [InlineData(100_01, true)]
    public void A_contradiction_is_found_before_the_carrier_is_asked(long cents, bool found)
    {
        var draft = Wishing(Handover.LeaveAtDoor) with { Coverage = new Money(cents) };

        Assert.Equal(found ? [OptionProblem.LeaveAtDoorConflicts] : [], OptionRules.CheckForRates(draft));
    }

    /// <summary>A price needs no contact; the label does: the carrier tells whoever collects the parcel.</summary>
    [Fact]
    public void A_post_office_needs_its_number_a_name_a_phone_and_an_email()
    {
        var bare = Wishing(Handover.PostOffice) with { To = Draft.To with { Name = "", Company = "Sample Shop", Phone = "" } };

        Assert.True(LabelDraftRules.CheckForRates(bare).IsEmpty);
        var findings = LabelDraftRules.CheckForPurchase(bare, usDutiesPrepaid: true);
        Assert.Equal([OptionProblem.EmailMissing, OptionProblem.PostOfficeMissing], findings.Options);
        Assert.Equal([AddressField.Name, AddressField.Phone], findings.To.Select(finding => finding.Field));
    }

    [Theory]
    [InlineData("0000311545", null)]
    [InlineData("123456789012", null)]
    [InlineData("1234567890123", OptionProblem.PostOfficeMalformed)]
    [InlineData("31 1545", OptionProblem.PostOfficeMalformed)]
    public void Post_office_numbers_have_up_to_12_characters(string office, OptionProblem? expected)
    {
        var draft = Draft with { Delivery = new DeliveryWishes(ProofOfAge.None, Handover.PostOffice, office, "recipient@example.com") };

        Assert.Equal(expected is { } problem ? [problem] : [], OptionRules.CheckForPurchase(draft));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("recipient@example.com", true)]
    [InlineData("first.last+tag@mail.example.ca", true)]
    [InlineData("recipient@example", false)]
    [InlineData("two@@example.com", false)]
    [InlineData("spaced name@example.com", false)]
    [InlineData("a23456789012345678901234567890123456789012345678@example.com", true)]
    [InlineData("a234567890123456789012345678901234567890123456789@example.com", false)]
    public void An_email_is_one_the_carrier_takes(string email, bool sound)
    {
        var draft = Draft with { Delivery = DeliveryWishes.None with { Email = email } };

        Assert.Equal(sound ? [] : [OptionProblem.EmailMalformed], OptionRules.CheckForPurchase(draft));
    }

    /// <summary>While nothing is declared yet there is no value to exceed; the customs form says what is missing.</summary>
    [Fact]
    public void Coverage_is_not_compared_with_goods_that_have_no_value_yet()
    {
        var empty = new CustomsItem(1, "", 0, Money.Zero, "", "CA", "ON");
        var draft = ToFrance with { Coverage = new Money(200_00), Customs = Draft.Customs with { Items = [empty] } };

        Assert.Empty(OptionRules.CheckForRates(draft));
    }

    [Fact]
    public void Which_post_office_it_is_does_not_change_the_price_and_the_option_does()
    {
        var there = Wishing(Handover.PostOffice, office: "0000311545");

        Assert.True(LabelDraftRules.SamePrice(there, there with { Delivery = there.Delivery with { PostOffice = "0000000001", Email = "recipient@example.com" } }));
        Assert.False(LabelDraftRules.SamePrice(there, Draft));
        Assert.True(LabelDraftRules.SamePrice(ToFrance, ToFrance with { Delivery = there.Delivery }));
    }

    private static LabelDraft Wishing(Handover handover, ProofOfAge age = ProofOfAge.None, string office = "") =>
        Draft with { Delivery = new DeliveryWishes(age, handover, office, "") };
}
