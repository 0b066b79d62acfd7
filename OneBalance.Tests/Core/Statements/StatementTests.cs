using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Statements;

namespace OneBalance.Tests.Core.Statements;

public sealed class StatementTests
{
    private static readonly LabelId Label = new(Guid.Parse("0123456789abcdef0123456789abcdef"));

    [Fact]
    public void It_ends_where_its_movements_lead_and_sums_them_by_category()
    {
        var statement = Statement.Of(new Money(10_00),
        [
            Moved(1, StatementCategory.Funds, 100_00),
            Moved(2, StatementCategory.Labels, -12_34),
            Moved(3, StatementCategory.Labels, -1),
            Moved(4, StatementCategory.LabelRefunds, 12_34),
            Moved(5, StatementCategory.Disputes, -50_00),
            Moved(6, StatementCategory.Disputes, 50_00),
        ]);

        Assert.Equal(new Money(109_99), statement.Closing);
        Assert.Equal(
            [
                new StatementTotal(StatementCategory.Funds, 1, new Money(100_00), Money.Zero),
                new StatementTotal(StatementCategory.Labels, 2, Money.Zero, new Money(-12_35)),
                new StatementTotal(StatementCategory.LabelRefunds, 1, new Money(12_34), Money.Zero),
                new StatementTotal(StatementCategory.Disputes, 2, new Money(50_00), new Money(-50_00)),
            ],
            statement.Totals);
        Assert.True(statement.Reconciles(new Money(109_99)));
        Assert.False(statement.Reconciles(new Money(109_98)));
    }

    [Fact]
    public void Nothing_moved_ends_where_it_began()
    {
        var statement = Statement.Of(new Money(7), []);

        Assert.Equal(new Money(7), statement.Closing);
        Assert.Empty(statement.Totals);
    }

    [Fact]
    public void What_a_forced_debit_took_beyond_the_balance_counts_whole()
    {
        // 30.00 taken, of which only 10.00 was there: 20.00 is owed.
        Assert.Equal(new Money(-30_00), Statement.Change([new Entry(Account.Available, new Money(10_00)), new Entry(Account.CarrierPayable, new Money(-30_00)), new Entry(Account.Receivable, new Money(20_00))]));
        // 50.00 added, of which 20.00 pays what is owed.
        Assert.Equal(new Money(50_00), Statement.Change([new Entry(Account.Available, new Money(-30_00)), new Entry(Account.CardClearing, new Money(50_00)), new Entry(Account.Receivable, new Money(-20_00))]));
    }

    [Fact]
    public void A_day_ends_with_its_last_movement_and_the_period_has_both_its_ends()
    {
        var period = StatementPeriod.Of(new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 30)).Period!.Value;
        var statement = Statement.Of(Money.Zero, [Moved(1, StatementCategory.Funds, 50_00, day: 3), Moved(2, StatementCategory.Labels, -10_00, day: 3), Moved(3, StatementCategory.Labels, -5_00, day: 9)]);

        Assert.Equal(
            [(1, 0), (3, 40_00), (9, 35_00), (30, 35_00L)],
            statement.Days(period, at => DateOnly.FromDateTime(at.UtcDateTime)).Select(day => (day.Day.Day, day.Balance.Cents)));
    }

    [Theory]
    [InlineData(LedgerTransferKind.Fund, "payment/pi_1/fund", StatementCategory.Funds)]
    [InlineData(LedgerTransferKind.Capture, "label/0123456789abcdef0123456789abcdef/capture", StatementCategory.Labels)]
    [InlineData(LedgerTransferKind.Surcharge, "label/0123456789abcdef0123456789abcdef/difference", StatementCategory.Labels)]
    [InlineData(LedgerTransferKind.Surcharge, "carrier-line/1", StatementCategory.Surcharges)]
    [InlineData(LedgerTransferKind.RefundLabel, "label/0123456789abcdef0123456789abcdef/refund", StatementCategory.LabelRefunds)]
    [InlineData(LedgerTransferKind.Correct, "label/0123456789abcdef0123456789abcdef/refund-difference", StatementCategory.LabelRefunds)]
    [InlineData(LedgerTransferKind.Correct, "case/17", StatementCategory.Corrections)]
    [InlineData(LedgerTransferKind.Reinstate, "dispute/1", StatementCategory.Disputes)]
    [InlineData(LedgerTransferKind.Reserve, "label/0123456789abcdef0123456789abcdef/reserve", null)]
    [InlineData(LedgerTransferKind.PayOut, "payout/1", null)]
    public void Each_transfer_has_its_category(LedgerTransferKind kind, string key, StatementCategory? category) => Assert.Equal(category, Statement.CategoryOf(kind, key));

    [Fact]
    public void The_keys_of_a_label_are_recognised()
    {
        Assert.All(
            [LedgerKeys.Reserve(Label), LedgerKeys.Capture(Label), LedgerKeys.Refund(Label), LedgerKeys.PriceDifference(Label), LedgerKeys.RefundDifference(Label)],
            key => Assert.Equal(Label, LedgerKeyParts.Label(key)));
        Assert.True(LedgerKeyParts.IsPriceDifference(LedgerKeys.PriceDifference(Label)));
        Assert.True(LedgerKeyParts.IsRefundOfDifference(LedgerKeys.RefundDifference(Label)));
        Assert.Equal("pi_1", LedgerKeyParts.Payment(LedgerKeys.Fund("pi_1")));
        Assert.Null(LedgerKeyParts.Label(LedgerKeys.Fund("pi_1")));
    }

    [Theory]
    [InlineData("2026-11-23", "2026-11-23", 1, null)]
    [InlineData("2024-01-01", "2024-12-31", 366, null)]
    [InlineData("2025-01-01", "2026-01-01", 366, null)]
    [InlineData("2024-01-01", "2025-01-01", null, StatementPeriodProblem.TooLong)]
    [InlineData("2026-11-23", "2026-11-22", null, StatementPeriodProblem.EndsBeforeItBegins)]
    public void A_period_is_one_day_to_366(string from, string to, int? days, StatementPeriodProblem? problem)
    {
        var found = StatementPeriod.Of(DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture), DateOnly.Parse(to, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((days, problem), (found.Period?.Days, found.Problem));
    }

    [Fact]
    public void A_month_is_a_calendar_month()
    {
        var february = StatementPeriod.MonthOf(new DateOnly(2028, 2, 10));

        Assert.Equal((new DateOnly(2028, 2, 1), new DateOnly(2028, 2, 29), 29), (february.From, february.To, february.Days));
    }

    private static StatementMovement Moved(long sequence, StatementCategory category, long cents, int day = 1) =>
        new(sequence, category, new DateTimeOffset(2026, 11, day, 12, 0, 0, TimeSpan.Zero).AddMinutes(sequence), new Money(cents));
}
