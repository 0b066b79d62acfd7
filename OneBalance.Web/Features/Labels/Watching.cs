using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Labels;

/// <summary>Looks again and again while a page waits for something to settle.</summary>
internal static partial class Watching
{
    /// <summary>
    /// Calls <paramref name="look"/> after each interval until it says true or the page is left. A look that fails is logged and
    /// the next one taken: one bad answer of the database must not leave somebody waiting for ever.
    /// </summary>
    /// <param name="refused">Told when the person may no longer look, and nothing more is tried.</param>
    public static async Task UntilAsync(TimeSpan every, Func<Task<bool>> look, Func<Exception, Task> refused, ILogger log, TimeProvider clock, CancellationToken left)
    {
        try
        {
            using var timer = new PeriodicTimer(every, clock);
            while (await timer.WaitForNextTickAsync(left))
            {
                try
                {
                    if (await look())
                    {
                        return;
                    }
                }
                catch (Exception failure) when (failure is not NotAllowedException && !left.IsCancellationRequested)
                {
                    LogFailed(log, failure);
                }
            }
        }
        catch (NotAllowedException refusal)
        {
            await refused(refusal);
        }
        catch (Exception) when (left.IsCancellationRequested)
        {
            // The page was left; what it waited for goes on without it.
        }
    }

    [LoggerMessage(LogLevel.Error, "A page that waits could not look again")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
