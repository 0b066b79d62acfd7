using System.Text.RegularExpressions;

namespace OneBalance.Core.Shipping;

/// <summary>An option by the carrier's code.</summary>
/// <param name="Amount">For COV the insured value.</param>
/// <param name="Qualifier">For D2PO the number of the post office.</param>
public sealed record OptionInForce(string Code, Money? Amount = null, string? Qualifier = null);

/// <summary>A choice a merchant can make about a delivery.</summary>
public enum OptionChoice
{
    Signature,
    ProofOfAge,
    CardForPickup,
    DoNotSafeDrop,
    LeaveAtDoor,
    PostOffice,
}

/// <summary>Why a choice cannot be made, or not be unmade: a closed set; the page phrases it.</summary>
public enum OptionObstacle
{
    /// <summary>The carrier offers it inside Canada only.</summary>
    OnlyInCanada,

    /// <summary>A parcel left at the door is neither signed for nor is anybody's age seen.</summary>
    NotWithLeaveAtDoor,

    /// <summary>Leave at door is not possible, because a signature is wanted.</summary>
    NotWithSignature,

    /// <summary>Leave at door is not possible, because a proof of age is wanted.</summary>
    NotWithProofOfAge,

    /// <summary>Leave at door is not possible, and the signature cannot be left out: coverage above what is included needs one.</summary>
    CoverageNeedsSignature,
}

/// <summary>What is wrong with the options.</summary>
public enum OptionProblem
{
    /// <summary>Coverage must be above zero.</summary>
    CoverageTooSmall,

    /// <summary>Above what the carrier insures for that destination.</summary>
    CoverageTooLarge,

    /// <summary>Above the declared value of the goods (the carrier's error 1719).</summary>
    CoverageAboveValue,

    /// <summary>More than 35 characters.</summary>
    ReferenceTooLong,

    /// <summary>Left at the door, and yet signed for, insured above what is included, or with a proof of age.</summary>
    LeaveAtDoorConflicts,

    /// <summary>Delivered to a post office, and to none.</summary>
    PostOfficeMissing,

    /// <summary>The number of an office has 1 to 12 letters and digits.</summary>
    PostOfficeMalformed,

    /// <summary>Who collects a parcel at a post office is told by e-mail.</summary>
    EmailMissing,

    /// <summary>No e-mail address of at most 60 characters.</summary>
    EmailMalformed,
}

/// <summary>
/// What the carrier demands of options and which of them exclude each other, applied before it is asked.
/// <code>
///                          code         where        not with                      needs
/// signature                SO           everywhere   LAD                           -
/// coverage                 COV          everywhere   -                             in Canada above 100.00: SO
/// proof of age             PA18, 19, 21 Canada       LAD, another of them          -
/// card for pickup          HFP          Canada       DNS, LAD, D2PO                -
/// do not safe drop         DNS          Canada       HFP, LAD, D2PO                -
/// leave at door            LAD          Canada       HFP, DNS, D2PO, SO, PA..     -
/// deliver to post office   D2PO         Canada       HFP, DNS, LAD                 the office, name, phone and e-mail
/// </code>
/// Source: the carrier's option service and its product guide; it refuses with 7050, 1719 and codes it does not publish.
/// </summary>
public static partial class OptionRules
{
    public const int PostOfficeLength = 12;
    public const int EmailLength = 60;
    public const int ReferenceLength = 35;

    /// <summary>Up to this much most services cover by themselves; in Canada more needs a signature.</summary>
    public static readonly Money UsuallyIncluded = new(100_00);

    /// <summary>What is sent to the carrier, in its codes.</summary>
    public static IReadOnlyList<OptionInForce> InForce(LabelDraft draft)
    {
        var options = new List<OptionInForce>();
        if (draft.Signature || CoverageNeedsSignature(draft))
        {
            options.Add(new OptionInForce("SO"));
        }

        if (draft.Coverage is { } amount)
        {
            options.Add(new OptionInForce("COV", amount));
        }

        var delivery = draft.DeliveryInForce;
        if (AgeCode(delivery.Age) is { } age)
        {
            options.Add(new OptionInForce(age));
        }

        if (HandoverCode(delivery.Handover) is { } handover)
        {
            options.Add(new OptionInForce(handover, Qualifier: delivery.Handover == Handover.PostOffice ? delivery.PostOffice.Trim() : null));
        }

        return options;
    }

    /// <summary>Why the choice is not free; null when it is.</summary>
    public static OptionObstacle? Obstacle(LabelDraft draft, OptionChoice choice)
    {
        bool domestic = draft.Region == Region.Domestic;
        bool atDoor = draft.DeliveryInForce.Handover == Handover.LeaveAtDoor;
        return choice switch
        {
            OptionChoice.Signature when CoverageNeedsSignature(draft) => OptionObstacle.CoverageNeedsSignature,
            OptionChoice.Signature => atDoor && !draft.Signature ? OptionObstacle.NotWithLeaveAtDoor : null,
            _ when !domestic => OptionObstacle.OnlyInCanada,
            OptionChoice.ProofOfAge => atDoor && draft.Delivery.Age == ProofOfAge.None ? OptionObstacle.NotWithLeaveAtDoor : null,
            OptionChoice.LeaveAtDoor => atDoor ? null : AgainstLeaveAtDoor(draft),
            OptionChoice.CardForPickup or OptionChoice.DoNotSafeDrop or OptionChoice.PostOffice => null,
            _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, null),
        };
    }

    /// <summary>Findings that keep the carrier from quoting; contact details of a post office are not among them.</summary>
    public static IReadOnlyList<OptionProblem> CheckForRates(LabelDraft draft)
    {
        var problems = new List<OptionProblem>();
        if (draft.Coverage is { } coverage && CoverageProblem(draft, coverage) is { } problem)
        {
            problems.Add(problem);
        }

        if (draft.DeliveryInForce.Handover == Handover.LeaveAtDoor && AgainstLeaveAtDoor(draft) is not null)
        {
            problems.Add(OptionProblem.LeaveAtDoorConflicts);
        }

        if (draft.Reference.Trim().Length > ReferenceLength)
        {
            problems.Add(OptionProblem.ReferenceTooLong);
        }

        return problems;
    }

    public static IReadOnlyList<OptionProblem> CheckForPurchase(LabelDraft draft) =>
        [.. CheckForRates(draft), .. CheckContact(draft.DeliveryInForce)];

    /// <summary>True inside Canada for coverage above 100.00: 100.00 itself is included and unsigned.</summary>
    public static bool CoverageNeedsSignature(LabelDraft draft) =>
        draft.Region == Region.Domestic && draft.Coverage is { } coverage && coverage > UsuallyIncluded;

    private static OptionObstacle? AgainstLeaveAtDoor(LabelDraft draft) =>
        CoverageNeedsSignature(draft) ? OptionObstacle.CoverageNeedsSignature
        : draft.Signature ? OptionObstacle.NotWithSignature
        : draft.Delivery.Age != ProofOfAge.None ? OptionObstacle.NotWithProofOfAge
        : null;

    private static OptionProblem? CoverageProblem(LabelDraft draft, Money coverage) =>
        !coverage.IsPositive ? OptionProblem.CoverageTooSmall
        : coverage > ServiceRules.MostCoverage(draft.Region) ? OptionProblem.CoverageTooLarge
        : draft.CustomsInForce is { } customs && CustomsRules.TotalValue(customs.Items) is { IsPositive: true } value && coverage > value ? OptionProblem.CoverageAboveValue
        : null;

    private static IEnumerable<OptionProblem> CheckContact(DeliveryWishes delivery)
    {
        string email = delivery.Email.Trim();
        if (email.Length > 0 && (email.Length > EmailLength || !EmailForm().IsMatch(email)))
        {
            yield return OptionProblem.EmailMalformed;
        }

        if (delivery.Handover != Handover.PostOffice)
        {
            yield break;
        }

        if (email.Length == 0)
        {
            yield return OptionProblem.EmailMissing;
        }

        string office = delivery.PostOffice.Trim();
        if (office.Length == 0)
        {
            yield return OptionProblem.PostOfficeMissing;
        }
        else if (!OfficeForm().IsMatch(office))
        {
            yield return OptionProblem.PostOfficeMalformed;
        }
    }

    private static string? AgeCode(ProofOfAge age) => age switch
    {
        ProofOfAge.None => null,
        ProofOfAge.Eighteen => "PA18",
        ProofOfAge.Nineteen => "PA19",
        ProofOfAge.TwentyOne => "PA21",
        _ => throw new ArgumentOutOfRangeException(nameof(age), age, null),
    };

    private static string? HandoverCode(Handover handover) => handover switch
    {
        Handover.Usual => null,
        Handover.CardForPickup => "HFP",
        Handover.DoNotSafeDrop => "DNS",
        Handover.LeaveAtDoor => "LAD",
        Handover.PostOffice => "D2PO",
        _ => throw new ArgumentOutOfRangeException(nameof(handover), handover, null),
    };

    [GeneratedRegex("^[0-9A-Za-z]{1,12}$")]
    private static partial Regex OfficeForm();

    /// <summary>As the carrier's contract has it.</summary>
    [GeneratedRegex(@"^['_A-Za-z0-9\-+]+(\.['_A-Za-z0-9\-+]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$")]
    private static partial Regex EmailForm();
}
