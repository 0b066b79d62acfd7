using OneBalance.Core.Audit;

namespace OneBalance.Tests.Core.Audit;

public sealed class BreachRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);

    private static readonly Breach Complete = new(Today, 0, Serious: false, "A laptop was lost in a taxi.");

    [Fact]
    public void A_complete_line_is_taken() => Assert.Null(BreachRules.Check(Complete, Today));

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Equal(BreachProblem.Day, BreachRules.Check(Complete with { On = null }, Today));
        Assert.Equal(BreachProblem.Day, BreachRules.Check(Complete with { On = Today.AddDays(1) }, Today));
        Assert.Equal(BreachProblem.People, BreachRules.Check(Complete with { People = null }, Today));
        Assert.Equal(BreachProblem.People, BreachRules.Check(Complete with { People = -1 }, Today));
        Assert.Equal(BreachProblem.Words, BreachRules.Check(Complete with { What = " A laptop was lost. " }, Today));
        Assert.Equal(BreachProblem.Words, BreachRules.Check(Complete with { What = new string('x', 1001) }, Today));
    }
}
