using OneBalance.Core;
using OneBalance.Core.Billing;

namespace OneBalance.Tests.Core.Billing;

public sealed class TopUpPolicyTests
{
    [Theory]
    [InlineData(9_99, "TooSmall")]
    [InlineData(10_00, "Allowed")]
    [InlineData(500_00, "Allowed")]
    [InlineData(500_01, "TooLarge")]
    public void Both_bounds_are_allowed(long cents, string expected) =>
        Assert.Equal(expected, TopUpPolicy.Default.Decide(new Money(cents)).GetType().Name);

    [Theory]
    [InlineData(1, 10_00L)]
    [InlineData(10_01, 10_01L)]
    [InlineData(500_00, 500_00L)]
    [InlineData(500_01, null)]
    public void What_covers_a_missing_amount(long missing, long? expected) =>
        Assert.Equal(expected, TopUpPolicy.Default.ToCover(new Money(missing))?.Cents);
}
