using OneBalance.Web.Features.Batches;

namespace OneBalance.Tests.Web.Features.Batches;

public sealed class PaceTests
{
    private readonly Pace _pace = new(TimeSpan.FromMilliseconds(10));

    [Fact]
    public void who_comes_together_begins_one_after_another() =>
        Assert.Equal([0, 10, 20, 30], Waits(500, 500, 500, 500));

    [Fact]
    public void who_comes_alone_does_not_wait() =>
        Assert.Equal([0, 0, 0], Waits(500, 510, 900));

    [Fact]
    public void a_quiet_time_is_not_saved_up() =>
        Assert.Equal([0, 0, 10, 20], Waits(500, 900, 900, 900));

    [Fact]
    public void a_late_comer_waits_for_those_before_it() =>
        Assert.Equal([0, 10, 15], Waits(500, 500, 505));

    private double[] Waits(params int[] arrivals) => [.. arrivals.Select(at => _pace.Take(TimeSpan.FromMilliseconds(at)).TotalMilliseconds)];
}
