using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>A page that waits goes on looking, whatever one look met.</summary>
public sealed class WatchingTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();

    [Fact]
    public async Task One_bad_answer_of_the_database_is_logged_and_the_next_look_settles()
    {
        int looks = 0;
        var watch = WatchAsync(() => ++looks == 1 ? throw new InvalidOperationException("disk") : Task.FromResult(looks == 3));

        await TickUntilAsync(() => watch.IsCompleted);

        await watch;
        Assert.Equal(3, looks);
        Assert.Contains("disk", Assert.Single(_log.Lines, line => line.Level == LogLevel.Error).Text);
    }

    [Fact]
    public async Task A_right_taken_away_ends_the_waiting_and_the_page_is_told()
    {
        int looks = 0;
        Exception? told = null;
        var watch = WatchAsync(
            () =>
            {
                looks++;
                throw new NotAllowedException(MerchantRight.BuyLabels);
            },
            refusal => told = refusal);

        await TickUntilAsync(() => watch.IsCompleted);

        Assert.IsType<NotAllowedException>(told);
        Assert.Equal(1, looks);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_page_that_was_left_is_not_looked_after_any_more()
    {
        using var left = new CancellationTokenSource();
        var watch = WatchAsync(
            () =>
            {
                left.Cancel();
                throw new ObjectDisposedException("page");
            },
            left: left.Token);

        await TickUntilAsync(() => watch.IsCompleted);

        await watch;
        Assert.Empty(_log.Lines);
    }

    private Task WatchAsync(Func<Task<bool>> look, Action<Exception>? refused = null, CancellationToken left = default)
    {
        using var logging = new LoggerFactory([_log]);
        return Watching.UntilAsync(
            Every,
            look,
            refusal =>
            {
                (refused ?? (_ => { }))(refusal);
                return Task.CompletedTask;
            },
            logging.CreateLogger("watching"),
            _time,
            left);
    }

    private async Task TickUntilAsync(Func<bool> done)
    {
        for (int tick = 0; !done() && tick < 500; tick++)
        {
            _time.Advance(Every);
            await Task.Delay(10);
        }

        Assert.True(done());
    }
}
