namespace OneBalance.Core.Shipping;

/// <summary>
/// The life of a purchase, decided from what is stored. Whoever runs it (the buyer's page, the sweep after a crash, another
/// node) asks the same question and does the same next thing, and each thing can be done again.
/// <code>
/// Reserved     the buyer waits (2 minutes from the request, that moment included)   Hold, then Send
///              later                                                                GiveUp: hold, release, Declined
/// Attempting,  shipment and price stored                                            Capture
/// Unknown      Attempting, and another runner is at it                              Wait until its time is up
///              the carrier asked us to slow down                                    Wait until then
///              the buyer waits                                                      Send the same reference (again)
///              later                                                                Search for our reference
///              absent once, less than 10 minutes ago                                Wait until then
/// Purchased    document missing                                                     FetchDocument, or Wait as above
/// Declined     the hold still stands                                                Release
/// otherwise                                                                         Rest
/// </code>
/// </summary>
public static class LabelRules
{
    /// <summary>How long a buyer waits for an answer: while they do, the same order is sent again.</summary>
    public static readonly TimeSpan BuyerWaits = TimeSpan.FromMinutes(2);

    /// <summary>The carrier's search may lag: only a second absence this much later counts.</summary>
    public static readonly TimeSpan AbsencesApart = TimeSpan.FromMinutes(10);

    /// <summary>A price older than this is asked for again before it can be bought.</summary>
    public static readonly TimeSpan QuoteIsGood = TimeSpan.FromMinutes(30);

    public static LabelStep Next(LabelFacts label, DateTimeOffset now) => label.State switch
    {
        LabelState.Reserved when BuyerStillWaits(label, now) => new LabelStep.Hold(),
        LabelState.Reserved => new LabelStep.GiveUp(),
        LabelState.Attempting or LabelState.Unknown when label.ShipmentAndPriceStored => new LabelStep.Capture(),
        LabelState.Attempting or LabelState.Unknown or LabelState.Purchased when label.BusyUntil is { } busy && now < busy && !label.DocumentStored =>
            new LabelStep.Wait(busy),
        LabelState.Attempting when label.NextRunAt is { } answerBy && now < answerBy => new LabelStep.Wait(answerBy),
        LabelState.Attempting or LabelState.Unknown when !label.ShipmentStored && BuyerStillWaits(label, now) => new LabelStep.Send(),
        LabelState.Attempting or LabelState.Unknown when label.AbsentSince is { } absent && now < absent + AbsencesApart =>
            new LabelStep.Wait(absent + AbsencesApart),
        LabelState.Attempting or LabelState.Unknown => new LabelStep.Search(),
        LabelState.Purchased when !label.DocumentStored => new LabelStep.FetchDocument(),
        LabelState.Declined when label.HoldStands => new LabelStep.Release(),
        LabelState.Draft or LabelState.Purchased or LabelState.Declined or LabelState.Voided => new LabelStep.Rest(),
        _ => throw new ArgumentOutOfRangeException(nameof(label), label.State, null),
    };

    /// <summary>
    /// What follows when the carrier did not confirm an order.
    /// <code>
    ///                                 the only attempt        an earlier one may have arrived
    /// refused                         Decline(CarrierRefused) Settle
    /// unreachable (nothing happened)  Decline(Unreachable)    Settle
    /// busy (nothing happened)         TryAgain                TryAgain
    /// unknown                         Settle                  Settle
    /// </code>
    /// </summary>
    /// <param name="attempts">How often the order was, or may have been, sent, this time included.</param>
    public static AfterSend AfterSend(SendReply reply, int attempts) => (reply, attempts) switch
    {
        (SendReply.Busy, _) => new AfterSend.TryAgain(),
        (SendReply.Refused, 1) => new AfterSend.Decline(DeclineReason.CarrierRefused),
        (SendReply.Unreachable, 1) => new AfterSend.Decline(DeclineReason.Unreachable),
        _ => new AfterSend.Settle(),
    };

    /// <summary>What follows when the carrier said that it does not know our reference.</summary>
    /// <param name="absentSince">When it first said so; null when this is the first time.</param>
    public static AfterAbsence AfterAbsence(DateTimeOffset? absentSince, DateTimeOffset now) => absentSince switch
    {
        null => new AfterAbsence.Remember(now),
        { } since when now - since >= AbsencesApart => new AfterAbsence.Decline(),
        { } since => new AfterAbsence.Remember(since),
    };

    /// <summary>How the final price is taken: from the hold as far as it goes, the rest as a difference, never silently absorbed.</summary>
    public static Settlement Settle(Money reserved, Money price) =>
        new(Money.Min(reserved, price), Money.Max(price - reserved, Money.Zero));

    /// <summary>True while a quote given at <paramref name="ratedAt"/> may still be bought: up to and including 30 minutes.</summary>
    public static bool QuoteStands(DateTimeOffset ratedAt, DateTimeOffset now) => now - ratedAt <= QuoteIsGood;

    /// <summary>
    /// When the sweep looks at a label again if nobody else moved it on: half a minute at first, then a quarter of the time
    /// since the request, an hour at most; null when there is nothing to do.
    /// </summary>
    public static DateTimeOffset? LookAgain(LabelFacts label, DateTimeOffset now) => Next(label with { NextRunAt = null }, now) switch
    {
        LabelStep.Rest => null,
        LabelStep.Wait wait => wait.Until,
        _ => now + Backoff(label.RequestedAt ?? now, now),
    };

    /// <summary>
    /// Until when the carrier is left alone that asked us to slow down: as long as it said, between a second and ten minutes.
    /// </summary>
    public static DateTimeOffset BusyUntil(TimeSpan asked, DateTimeOffset now) =>
        now + TimeSpan.FromTicks(Math.Clamp(asked.Ticks, TimeSpan.FromSeconds(1).Ticks, TimeSpan.FromMinutes(10).Ticks));

    /// <summary>A quarter of the time since <paramref name="since"/>, between 30 seconds and an hour.</summary>
    public static TimeSpan Backoff(DateTimeOffset since, DateTimeOffset now) =>
        TimeSpan.FromTicks(Math.Clamp((now - since).Ticks / 4, TimeSpan.FromSeconds(30).Ticks, TimeSpan.FromHours(1).Ticks));

    private static bool BuyerStillWaits(LabelFacts label, DateTimeOffset now) =>
        label.RequestedAt is { } requested && now - requested <= BuyerWaits;
}

/// <summary>What <see cref="LabelRules"/> needs to know of a label.</summary>
/// <param name="RequestedAt">When the purchase was asked for.</param>
/// <param name="ShipmentStored">The carrier confirmed the shipment.</param>
/// <param name="ShipmentAndPriceStored">... and its final price is known.</param>
/// <param name="HoldStands">The quote's total is, or may be, held.</param>
/// <param name="AbsentSince">When the carrier first said that it does not know our reference.</param>
/// <param name="NextRunAt">As stored by the last save, see <see cref="LabelRules.LookAgain"/>: an attempt has until then to be answered.</param>
/// <param name="BusyUntil">The carrier asked us to slow down until then.</param>
public sealed record LabelFacts(
    LabelState State,
    DateTimeOffset? RequestedAt,
    bool ShipmentStored,
    bool ShipmentAndPriceStored,
    bool DocumentStored,
    bool HoldStands,
    DateTimeOffset? AbsentSince,
    DateTimeOffset? NextRunAt,
    DateTimeOffset? BusyUntil = null);

/// <summary>What is to be done next for a label: a closed set.</summary>
public abstract record LabelStep
{
    private LabelStep()
    {
    }

    /// <summary>Hold the quote's total, then store the intent to send.</summary>
    public sealed record Hold : LabelStep;

    /// <summary>The buyer is gone and nothing was sent: release the hold, buy nothing.</summary>
    public sealed record GiveUp : LabelStep;

    /// <summary>Send the order under its reference; safe to repeat.</summary>
    public sealed record Send : LabelStep;

    /// <summary>Ask the carrier for our reference.</summary>
    public sealed record Search : LabelStep;

    /// <summary>Nothing useful can be done before then.</summary>
    public sealed record Wait(DateTimeOffset Until) : LabelStep;

    /// <summary>Take the final price and fetch the document.</summary>
    public sealed record Capture : LabelStep;

    public sealed record FetchDocument : LabelStep;

    /// <summary>Nothing was bought: give the hold back.</summary>
    public sealed record Release : LabelStep;

    public sealed record Rest : LabelStep;
}

/// <summary>An answer that did not confirm an order.</summary>
public enum SendReply
{
    Refused,
    Unreachable,

    /// <summary>The carrier had no time for it and said when it will: certain that nothing happened.</summary>
    Busy,
    Unknown,
}

public abstract record AfterSend
{
    private AfterSend()
    {
    }

    /// <summary>Certain that nothing was bought: release the hold.</summary>
    public sealed record Decline(DeclineReason Reason) : AfterSend;

    /// <summary>Nothing happened this time: wait as long as the carrier said, then go on.</summary>
    public sealed record TryAgain : AfterSend;

    /// <summary>It may have been bought: Unknown, settled by asking.</summary>
    public sealed record Settle : AfterSend;
}

public abstract record AfterAbsence
{
    private AfterAbsence()
    {
    }

    /// <summary>Not conclusive yet; absent since then.</summary>
    public sealed record Remember(DateTimeOffset Since) : AfterAbsence;

    /// <summary>Absent twice, far enough apart: nothing was bought.</summary>
    public sealed record Decline : AfterAbsence;
}

/// <param name="Capture">Taken from the hold.</param>
/// <param name="Difference">Debited on top; zero when the hold was enough.</param>
public readonly record struct Settlement(Money Capture, Money Difference);
