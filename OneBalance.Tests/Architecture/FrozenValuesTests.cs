using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Architecture;

/// <summary>
/// Enum values that are stored in somebody's database. They are frozen: a value may be added, none may change its name or
/// number or go away.
/// </summary>
public sealed class FrozenValuesTests
{
    private const string WhatToDo =
        """
        A persisted enum is not what databases in use hold.
        - Added a value? Give it a number never used before and add it to Frozen below.
        - Added a persisted enum? Say "Persisted: values are frozen." in its doc comment and list it in Frozen.
        - Renamed, renumbered or removed a value? Undo it: rows already hold the old number. Keep a retired value, marked as such.
        """;

    private static readonly string[] Frozen =
    [
        "Account: Available = 1, CardClearing = 2, CarrierPayable = 3, Receivable = 4, PayoutClearing = 5, Bank = 6, ProcessingFees = 7, Adjustment = 8",
        "AddressKind: Recipient = 1, Sender = 2",
        "AdjustmentKind: Reweigh = 1, Oversize = 2, RefusedClaim = 3, Other = 4",
        "AdjustmentState: Noticed = 1, Debited = 2, Disputed = 3, Upheld = 4, Credited = 5, CreditDue = 6",
        "AuditAction: RoleGranted = 1, RoleWithdrawn = 2, GoodwillCredited = 3, TransferCorrected = 4, BuyingPaused = 5, BuyingResumed = 6, ActionRefused = 7, FlowRunNow = 8, AdjustmentNoticed = 9, AdjustmentDisputed = 10, AdjustmentUpheld = 11, AdjustmentCredited = 12, ViewStarted = 13, ViewEnded = 14, TrailExported = 15, DifferenceCleared = 16, LedgerAudited = 17, AccountViewed = 18, FlowRan = 19, PersonErased = 20, BreachRecorded = 21, CancellationRequested = 40, CancellationOpened = 41, CancellationApproved = 42, PayoutRecorded = 43, PayoutReturned = 44, SupplementApproved = 45, CancellationWithdrawn = 46, RefundClaimGranted = 60, RefundClaimRejected = 61, CreditFileImported = 62, MemberInvited = 80, InvitationSentAgain = 81, InvitationWithdrawn = 82, MemberJoined = 83, MemberRightsChanged = 84, MemberRemoved = 85, ServiceNoticePublished = 100, ServiceNoticeChanged = 101, ServiceNoticeWithdrawn = 102, SecondStepSwitchedOff = 120, PasskeyRemoved = 121",
        "AutoFundingEventKind: TurnedOn = 1, Changed = 2, TurnedOff = 3, ChargeFailed = 4, Stopped = 5, Resumed = 6",
        "AutoFundingMode: Fixed = 1, UpTo = 2",
        "BankMeans: Cheque = 1, Transfer = 2",
        "BatchField: Name = 1, Company = 2, Line1 = 3, Line2 = 4, City = 5, Province = 6, PostalCode = 7, Country = 8, Phone = 9, Reference = 10, Weight = 11, Length = 12, Width = 13, Height = 14, Signature = 15, Coverage = 16, ItemDescription = 17, ItemQuantity = 18, ItemValue = 19, ItemWeight = 20, HsCode = 21, CountryOfOrigin = 22, ProvinceOfOrigin = 23, Reason = 24, NonDelivery = 25, UsDeclaration = 26, Email = 27, ProofOfAge = 28, Handover = 29, PostOffice = 30, Currency = 31, UnitsForOneCad = 32",
        "BatchLineState: Wrong = 1, Ready = 2, Rated = 3, NotRated = 4, Chosen = 5, LeftOut = 6, PriceRose = 7",
        "BatchState: Open = 1, Rating = 2, Buying = 3, Paused = 4, Finished = 5",
        "BatchStop: Funds = 1, Owing = 2, Account = 3, SetUp = 4, Notice = 5",
        "CardDisputeState: Open = 1, Won = 2, Lost = 3",
        "CardRefundState: Pending = 1, Succeeded = 2, Failed = 3, Cancelled = 4",
        "ClosingState: Requested = 1, Opening = 2, Closing = 3, Approved = 4, PayingOut = 5, Paid = 6, Withdrawing = 7, Withdrawn = 8",
        "CreditLineResult: Granted = 1, AlreadyImported = 2, NoLabel = 3, NoClaim = 4, AlreadyCredited = 5, Ambiguous = 6, TooMuch = 7, NoTrackingNumber = 8, NoAmount = 9, Failed = 10",
        "DeclineReason: CarrierRefused = 1, Unreachable = 2, NeverArrived = 3, Interrupted = 4",
        "LabelDocumentKind: Label = 1, CommercialInvoice = 2",
        "LabelFormat: ThermalPdf = 1, LetterPdf = 2, ThermalZpl = 3",
        "LabelState: Draft = 1, Reserved = 2, Attempting = 3, Unknown = 4, Purchased = 5, Declined = 6, Voided = 7",
        "Language: English = 1, French = 2",
        "LedgerBookStatus: Open = 1, Closing = 2, Closed = 3",
        "LedgerReservationState: Pending = 1, Captured = 2, Released = 3",
        "LedgerTransferKind: Fund = 1, Reserve = 2, Capture = 3, Release = 4, RefundLabel = 5, Surcharge = 6, Credit = 7, Correct = 8, Dispute = 9, Reinstate = 10, RecordFee = 11, Pause = 12, Resume = 13, BeginClose = 14, Reopen = 15, Close = 16, PayOut = 17, ReceiveLate = 18",
        "ManifestLabelState: Waiting = 1, Confirmed = 2, Failed = 3",
        "ManifestProblem: Refused = 1, Gone = 2, LeftInGroup = 3, AlreadyTransmitted = 4, NotConfirmed = 5",
        "ManifestState: Collecting = 1, Transmitting = 2, Transmitted = 3, Confirmed = 4, PartlyFailed = 5, Failed = 6",
        "MerchantRight: None = 0, BuyLabels = 1, SeeBalance = 2, ManageBilling = 4, Export = 8, ManageTeam = 16",
        "NonDelivery: ReturnAtSendersExpense = 1, ReturnToSender = 2, Abandon = 3",
        "NotSentReason: Used = 1, TooLate = 2, Untracked = 3, NothingToVoid = 4",
        "NoticeKind: FundingSucceeded = 1, FundingFailed = 2, AutoFundingOff = 3, CardExpiring = 4, LowBalance = 5, AdjustmentNoticed = 20, AdjustmentDecided = 21, UnusedLabels = 40, RefundDecided = 41, AccountClosing = 60",
        "NoticeSeverity: Info = 1, Warning = 2, Severe = 3",
        "PayoutLotState: Planned = 1, Sending = 2, Sent = 3, Paid = 4, Returning = 5, Failed = 6, Replaced = 7",
        "PayoutRoute: Card = 1, Bank = 2, Owed = 3",
        "PriceLineKind: Base = 1, Option = 2, Adjustment = 3, Tax = 4",
        "ReasonForExport: SaleOfGoods = 1, Documents = 2, Sample = 3, RepairOrWarranty = 4, Other = 5",
        "ReconciliationDifferenceKind: NotInLedger = 1, NotAtProcessor = 2, AmountsDiffer = 3",
        "RefundKind: Void = 1, Claim = 2",
        "RefundState: Requested = 1, CarrierVoided = 2, Credited = 3, Refused = 4, Scheduled = 5, Withdrawn = 6, ClaimOpen = 7, ClaimGranted = 8, Rejected = 9, NotSent = 10",
        "Region: Domestic = 1, UnitedStates = 2, International = 3",
        "ServiceChoice: Cheapest = 1, Fastest = 2, Named = 3",
        "SetUpStep: Billing = 1, Payment = 2, Terms = 3, AutoFunding = 4, Done = 5",
        "SupportActionKind: Goodwill = 1, Correction = 2, Pause = 3, Resume = 4",
        "SupportActionState: Asked = 1, Done = 2, Refused = 3",
        "TaxKind: Gst = 1, Qst = 2, Hst = 3",
        "TaxPaperKind: Invoice = 1, CreditNote = 2",
        "TopUpState: Requested = 1, Charging = 2, RequiresAction = 3, Processing = 4, Succeeded = 5, Failed = 6, AwaitingPayout = 7",
        "TrackingStatus: NotScanned = 1, InTransit = 2, OutForDelivery = 3, Delivered = 4, Exception = 5",
        "Units: Metric = 1, Imperial = 2",
        "VoidDoubt: Sending = 1, AnswerLost = 2, NotKnown = 3",
    ];

    [Fact]
    public void Persisted_values_are_what_databases_hold() => Assert.True(Frozen.SequenceEqual(Current()), Difference(Frozen, Current()));

    [Fact]
    public void A_renumbered_value_is_found()
    {
        string[] renumbered = [.. Frozen[..^1], $"{Frozen[^1]}0"];

        Assert.False(renumbered.SequenceEqual(Current()));
        Assert.Contains(WhatToDo, Difference(renumbered, Current()));
    }

    [Fact]
    public void An_enum_stored_without_a_number_of_its_own_is_found() =>
        Assert.All(PersistedEnums().Where(type => !type.IsDefined(typeof(FlagsAttribute), inherit: false)), type => Assert.DoesNotContain(0, Enum.GetValues(type).Cast<object>().Select(Convert.ToInt32)));

    /// <summary>Columns of the model, and the types that say of themselves that they are persisted (inside stored JSON).</summary>
    private static IEnumerable<Type> PersistedEnums()
    {
        var options = new DbContextOptionsBuilder<SqliteAppDbContext>();
        DataRoom.UseSqlite(options, "Data Source=:memory:");
        using var db = new SqliteAppDbContext(options.Options);
        var columns = db.Model.GetEntityTypes()
            .SelectMany(entity => entity.GetProperties())
            .Select(property => Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType)
            .Where(type => type.IsEnum);
        return columns
            .Concat(SaidToBePersisted(typeof(Program).Assembly))
            .Concat(SaidToBePersisted(typeof(Money).Assembly))
            .Distinct()
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
    }

    private static IEnumerable<Type> SaidToBePersisted(System.Reflection.Assembly assembly) =>
        XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => ((string)member.Attribute("name")!).StartsWith("T:", StringComparison.Ordinal)
                && member.Value.Contains("values are frozen", StringComparison.OrdinalIgnoreCase))
            .Select(member => assembly.GetType(((string)member.Attribute("name")!)[2..]))
            .OfType<Type>()
            .Where(type => type.IsEnum);

    private static string[] Current() =>
    [
        .. PersistedEnums()
            .Select(type => $"{type.Name}: {string.Join(", ", Enum.GetValues(type).Cast<Enum>().OrderBy(Convert.ToInt32).Select(value => $"{value} = {Convert.ToInt32(value)}"))}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Difference(string[] frozen, string[] current) =>
        $"{WhatToDo}\nFrozen but not in the code: {string.Join(", ", frozen.Except(current))}\nIn the code but not frozen:\n"
        + string.Join('\n', current.Except(frozen).Select(line => $"        \"{line}\","));
}
