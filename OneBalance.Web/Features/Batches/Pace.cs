using System.Diagnostics;

namespace OneBalance.Web.Features.Batches;

/// <summary>
/// Lets callers begin one after another, first come, first served, each at least <paramref name="apart"/> after the one before.
/// </summary>
/// <remarks>
/// Purchases that begin together stay together: the carrier takes about as long for each, so they come back in the same moment and
/// queue for the processors and for the database's one writer. Spread out, they do not meet.
/// </remarks>
internal sealed class Pace(TimeSpan apart)
{
    private readonly Lock _lock = new();

    private TimeSpan _free;

    /// <summary>Waits for the caller's turn. By the machine's clock, whatever the product's says: it is the machine that is spared.</summary>
    public Task WaitAsync(CancellationToken ct) =>
        Take(Stopwatch.GetElapsedTime(0)) is { Ticks: > 0 } wait ? Task.Delay(wait, ct) : Task.CompletedTask;

    /// <summary>Takes the next turn; how long it is until then. Not given back by who stops waiting.</summary>
    /// <param name="now">Since any fixed moment.</param>
    internal TimeSpan Take(TimeSpan now)
    {
        lock (_lock)
        {
            var turn = now > _free ? now : _free;
            _free = turn + apart;
            return turn - now;
        }
    }
}
