using OneBalance.Core;
using OneBalance.Core.Refunds;

namespace OneBalance.Tests.Core.Refunds;

/// <summary>The rows repeat the tables of <see cref="ClaimRules"/>, <see cref="UnusedLabelPolicy"/> and <see cref="CountdownWords"/>.</summary>
public sealed class ClaimRulesTests
{
    private static readonly DateTimeOffset Bought = new(2026, 11, 1, 4, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "TooLittle")]
    [InlineData(-1, "TooLittle")]
    [InlineData(1, "Granted 1 False")]
    [InlineData(19_16, "Granted 1916 False")]
    [InlineData(19_17, "Granted 1733 True")]
    [InlineData(21_00, "Granted 1916 True")]
    [InlineData(21_01, "TooMuch 2100")]
    public void A_grant_never_exceeds_what_was_paid(long cents, string expected) =>
        Assert.Equal(expected, Said(ClaimRules.Grant(new Money(cents), captured: new Money(19_16), paid: new Money(21_00))));

    [Theory]
    [InlineData(2_00, "Granted 200 False")]
    [InlineData(2_01, "TooMuch 200")]
    [InlineData(2_99, "TooMuch 200")]
    [InlineData(3_00, "Granted 0 True")]
    [InlineData(5_00, "Granted 200 True")]
    public void A_difference_above_the_capture_comes_back_whole_or_not_at_all(long cents, string expected) =>
        Assert.Equal(expected, Said(ClaimRules.Grant(new Money(cents), captured: new Money(2_00), paid: new Money(5_00))));

    [Fact]
    public void Overdue_from_one_second_after_the_promised_moment()
    {
        Assert.False(ClaimRules.IsOverdue(Bought, Bought));
        Assert.True(ClaimRules.IsOverdue(Bought, Bought.AddSeconds(1)));
    }

    [Theory]
    [InlineData("11.23:59:59", false, false, UnusedLabelStep.Nothing)]
    [InlineData("12.00:00:00", false, false, UnusedLabelStep.Tell)]
    [InlineData("13.23:59:59", false, false, UnusedLabelStep.Tell)]
    [InlineData("14.00:00:00", false, false, UnusedLabelStep.Void)]
    [InlineData("15.00:00:00", false, false, UnusedLabelStep.Void)]
    [InlineData("15.00:00:01", false, false, UnusedLabelStep.Nothing)]
    [InlineData("12.00:00:00", true, false, UnusedLabelStep.Nothing)]
    [InlineData("14.00:00:00", false, true, UnusedLabelStep.Nothing)]
    public void Unused_labels_by_age(string since, bool scanned, bool asked, UnusedLabelStep expected)
    {
        var now = Bought + TimeSpan.Parse(since, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected, UnusedLabelPolicy.Decide(new RefundFacts(Bought, true, false, Scanned: scanned), asked, now, now));
    }

    [Theory]
    [InlineData("14.00:00:00", "01:00:00", UnusedLabelStep.Void)]
    [InlineData("14.00:00:00", "01:00:01", UnusedLabelStep.Tell)]
    [InlineData("14.00:00:00", "1.12:00:00", UnusedLabelStep.Tell)]
    [InlineData("14.00:00:00", "1.12:00:01", UnusedLabelStep.Nothing)]
    [InlineData("12.00:00:00", "1.12:00:00", UnusedLabelStep.Tell)]
    [InlineData("12.00:00:00", "1.12:00:01", UnusedLabelStep.Nothing)]
    [InlineData("14.00:00:00", null, UnusedLabelStep.Nothing)]
    public void Unused_labels_by_the_age_of_the_carriers_answer(string since, string? answerIsOld, UnusedLabelStep expected)
    {
        var now = Bought + TimeSpan.Parse(since, System.Globalization.CultureInfo.InvariantCulture);
        var answeredAt = answerIsOld is null ? (DateTimeOffset?)null : now - TimeSpan.Parse(answerIsOld, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(expected, UnusedLabelPolicy.Decide(new RefundFacts(Bought, false, false), false, answeredAt, now));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Nothing_is_said_of_a_label_of_which_nobody_can_know(bool manifested) =>
        Assert.Equal(UnusedLabelStep.Nothing, UnusedLabelPolicy.Decide(new RefundFacts(Bought, manifested, false, Tracked: false), false, Bought.AddDays(14), Bought.AddDays(14)));

    [Theory]
    [InlineData(1801, 1800, 30)]
    [InlineData(1800, 1799, null)]
    [InlineData(601, 600, 10)]
    [InlineData(301, 300, 5)]
    [InlineData(61, 60, 1)]
    [InlineData(60, 59, null)]
    [InlineData(1, 0, null)]
    [InlineData(4000, 3999, null)]
    public void A_countdown_is_said_in_steps(int before, int left, int? minutes) =>
        Assert.Equal(minutes, CountdownWords.Reached(TimeSpan.FromSeconds(before), TimeSpan.FromSeconds(left)));

    [Theory]
    [InlineData(RefundState.Scheduled, false)]
    [InlineData(RefundState.Withdrawn, false)]
    [InlineData(RefundState.Refused, false)]
    [InlineData(RefundState.Requested, true)]
    [InlineData(RefundState.ClaimOpen, true)]
    [InlineData(RefundState.ClaimGranted, true)]
    [InlineData(RefundState.Rejected, true)]
    [InlineData(RefundState.NotSent, false)]
    [InlineData(RefundState.Credited, true)]
    public void A_request_under_way_or_ended_for_good_stands(RefundState state, bool stands) => Assert.Equal(stands, RefundFlow.Stands(state));

    [Theory]
    [InlineData(VoidReply.Voided, null, true, null)]
    [InlineData(VoidReply.Voided, VoidDoubt.AnswerLost, true, null)]
    [InlineData(VoidReply.Voided, VoidDoubt.NotKnown, true, null)]
    [InlineData(VoidReply.Gone, null, false, VoidDoubt.NotKnown)]
    [InlineData(VoidReply.Gone, VoidDoubt.AnswerLost, true, null)]
    [InlineData(VoidReply.Gone, VoidDoubt.NotKnown, false, VoidDoubt.NotKnown)]
    [InlineData(VoidReply.Unknown, null, false, VoidDoubt.AnswerLost)]
    [InlineData(VoidReply.Unknown, VoidDoubt.AnswerLost, false, VoidDoubt.AnswerLost)]
    [InlineData(VoidReply.Unknown, VoidDoubt.NotKnown, false, VoidDoubt.NotKnown)]
    [InlineData(VoidReply.NotDone, null, false, null)]
    [InlineData(VoidReply.NotDone, VoidDoubt.AnswerLost, false, VoidDoubt.AnswerLost)]
    [InlineData(VoidReply.NotDone, VoidDoubt.NotKnown, false, VoidDoubt.NotKnown)]
    public void Gone_confirms_a_void_only_after_one_whose_answer_was_lost(VoidReply reply, VoidDoubt? before, bool confirmed, VoidDoubt? after) =>
        Assert.Equal((confirmed, after), RefundFlow.AfterVoid(reply, before));

    [Theory]
    [InlineData("Tracking number,Amount", "7023 2100 3941 4604,$19.16", "7023210039414604 1916")]
    [InlineData("date,Numéro de repérage,Montant,Référence", "2026-12-01,7023210039414604,19.16,CR-1", "7023210039414604 1916")]
    [InlineData("PIN,Credit amount,Credit date", "7023210039414604,5,2026-12-01", "7023210039414604 500")]
    [InlineData("Tracking number,Amount", ",19.16", "NoTrackingNumber")]
    [InlineData("Tracking number,Amount", "7023210039414604,free", "NoAmount")]
    [InlineData("Tracking number,Amount", "7023210039414604,0.00", "NoAmount")]
    [InlineData("Tracking number,Amount", "7023210039414604", "NoAmount")]
    public void Lines_of_a_credit_file(string headers, string line, string expected)
    {
        var (read, problem) = CreditFileText.Read(CreditFileText.Columns(headers.Split(','))!, line.Split(','));

        Assert.Equal(expected, read is null ? problem.ToString() : $"{read.TrackingNumber} {read.Amount.Cents}");
    }

    /// <summary>A credit note names many parcels under one reference; a long reference or date counts to its end.</summary>
    [Theory]
    [InlineData("7023210039414604,19.16,CR-1,2026-12-01", "7023 2100 3941 4604,$19.16,CR-1,2026-12-02", true)]
    [InlineData("7023210039414604,19.16,,2026-12-01", "7023210039414604,19.16,,2026-12-01", true)]
    [InlineData("7023210039414604,19.16,CR-1,", "7023210039414605,19.16,CR-1,", false)]
    [InlineData("7023210039414604,19.16,CR-1,", "7023210039414604,19.17,CR-1,", false)]
    [InlineData("7023210039414604,19.16,CR-1,", "7023210039414604,19.16,CR-2,", false)]
    [InlineData("7023210039414604,19.16,CR-1,", "7023210039414604,19.16,,CR-1", false)]
    [InlineData("7023210039414604,19.16,,2026-12-01", "7023210039414604,19.16,,2026-12-02", false)]
    [InlineData("7023210039414604,19.16,{long}1,", "7023210039414604,19.16,{long}2,", false)]
    public void Lines_are_the_same_only_when_number_amount_and_reference_are(string one, string other, bool same)
    {
        var columns = CreditFileText.Columns(["Tracking number", "Amount", "Reference", "Date"])!;

        Assert.Equal(same, Key(one) == Key(other));
        Assert.Equal(64, Key(one).Length);

        string Key(string line) => CreditFileText.Read(columns, line.Replace("{long}", new string('9', 200), StringComparison.Ordinal).Split(',')).Line!.Key;
    }

    [Fact]
    public void A_credit_file_needs_a_tracking_number_and_an_amount()
    {
        Assert.Null(CreditFileText.Columns(["Tracking number", "Reference"]));
        Assert.Null(CreditFileText.Columns(["Amount"]));
    }

    private static string Said(ClaimGrant grant) => grant switch
    {
        ClaimGrant.Granted(var back, var difference) => $"Granted {back.Cents} {difference}",
        ClaimGrant.TooMuch(var most) => $"TooMuch {most.Cents}",
        _ => grant.GetType().Name,
    };
}
