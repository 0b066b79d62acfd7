namespace OneBalance.Core.Audit;

/// <summary>
/// What a line of the audit trail tells. Each part of the product adds its own: the desk 1-39, cancellation 40-59, refunds
/// 60-79, teams 80-99, help and service notices 100-119,
/// people's own sign-in 120-139. Persisted: values are frozen.
/// </summary>
public enum AuditAction
{
    RoleGranted = 1,

    RoleWithdrawn = 2,

    GoodwillCredited = 3,

    TransferCorrected = 4,

    BuyingPaused = 5,

    BuyingResumed = 6,

    /// <summary>Something of support's asking that the ledger refused: nothing moved.</summary>
    ActionRefused = 7,

    /// <summary>A flow that stood still was moved on by hand.</summary>
    FlowRunNow = 8,

    AdjustmentNoticed = 9,

    /// <summary>By the merchant.</summary>
    AdjustmentDisputed = 10,

    AdjustmentUpheld = 11,

    AdjustmentCredited = 12,

    /// <summary>A member of support began to look at the product as this merchant sees it.</summary>
    ViewStarted = 13,

    ViewEnded = 14,

    TrailExported = 15,

    DifferenceCleared = 16,

    /// <summary>The ledger was checked from the desk.</summary>
    LedgerAudited = 17,

    /// <summary>An account was opened at the desk.</summary>
    AccountViewed = 18,

    /// <summary>What running a flow now came to.</summary>
    FlowRan = 19,

    /// <summary>A merchant erased a person of theirs from the address book, drafts, lines and settled labels; the person is not named.</summary>
    PersonErased = 20,

    /// <summary>A breach of security safeguards was entered in the breach log.</summary>
    BreachRecorded = 21,

    /// <summary>By the merchant, or by support for a merchant who asked in another way.</summary>
    CancellationRequested = 40,

    /// <summary>From here nothing is bought.</summary>
    CancellationOpened = 41,

    CancellationApproved = 42,

    /// <summary>A cheque or transfer of a payout.</summary>
    PayoutRecorded = 43,

    /// <summary>A cheque or transfer of a payout came back.</summary>
    PayoutReturned = 44,

    /// <summary>What came in after closing may leave.</summary>
    SupplementApproved = 45,

    /// <summary>By the merchant, before approval.</summary>
    CancellationWithdrawn = 46,

    /// <summary>The carrier credits a refund that was asked for.</summary>
    RefundClaimGranted = 60,

    RefundClaimRejected = 61,

    /// <summary>A credit file of the carrier was imported.</summary>
    CreditFileImported = 62,

    MemberInvited = 80,

    InvitationSentAgain = 81,

    InvitationWithdrawn = 82,

    MemberJoined = 83,

    MemberRightsChanged = 84,

    MemberRemoved = 85,

    ServiceNoticePublished = 100,

    ServiceNoticeChanged = 101,

    ServiceNoticeWithdrawn = 102,

    /// <summary>A person signs in without the second step from now on.</summary>
    SecondStepSwitchedOff = 120,

    PasskeyRemoved = 121,
}
