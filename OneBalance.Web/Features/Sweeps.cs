using Quartz;

namespace OneBalance.Web.Features;

/// <summary>
/// Takes up what a crash or a time-out left between two steps. Harmless on several nodes at once: each step may be
/// repeated, and rows carry concurrency tokens.
/// </summary>
public interface ISweep
{
    /// <summary>One round; the number of items taken up.</summary>
    Task<int> RunAsync(CancellationToken ct);
}

/// <summary>Runs sweeps on a schedule. Switched off with <c>Sweeps:Enabled=false</c>: then whoever tests a flow runs them.</summary>
public static partial class Sweeps
{
    /// <summary>The scheduler of the sweeps. It has a name because one without would share its clock with the whole product.</summary>
    public const string Scheduler = "sweeps";

    /// <summary>Whether work is taken up by itself, and not by whoever tests it.</summary>
    public static bool SweepsRun(this WebApplicationBuilder builder) => builder.Configuration.GetValue("Sweeps:Enabled", true);

    /// <summary>Runs <typeparamref name="TSweep"/> at start-up and then this often; never twice at once on a node. Scheduled by <see cref="ScheduleSweeps"/>.</summary>
    public static void AddSweep<TSweep>(this WebApplicationBuilder builder, TimeSpan every)
        where TSweep : class, ISweep
    {
        builder.Services.AddTransient<TSweep>();
        builder.Services.AddSingleton(new Turns(quartz => quartz.ScheduleJob<SweepJob<TSweep>>(
            trigger => trigger.WithIdentity(typeof(TSweep).Name).StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(every).RepeatForever()),
            job => job.WithIdentity(typeof(TSweep).Name).DisallowConcurrentExecution(true))));
    }

    /// <summary>Starts the sweeps added so far with the product.</summary>
    /// <param name="clock">Says when each is due; the product's when null.</param>
    public static void ScheduleSweeps(this WebApplicationBuilder builder, TimeProvider? clock)
    {
        if (!builder.SweepsRun())
        {
            return;
        }

        var turns = builder.Services.Select(service => service.ImplementationInstance).OfType<Turns>().ToList();
        builder.Services.AddQuartz(Scheduler, quartz =>
        {
            if (clock is not null)
            {
                quartz.UseTimeProvider(clock);
            }

            // Asked to stop, a sweep leaves off where a crash could have stopped it too, instead of holding up the shutdown.
            quartz.ConfigureScheduler(options => options.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs);
            turns.ForEach(turn => turn.Schedule(quartz));
        });
        builder.Services.AddQuartzHostedService(options =>
        {
            options.WaitForJobsToComplete = true;
            options.AwaitApplicationStarted = true;
        });
    }

    /// <summary>How one sweep is scheduled.</summary>
    private sealed record Turns(Action<IQuartzBuilder> Schedule);

    private sealed partial class SweepJob<TSweep>(TSweep sweep, ILogger<TSweep> log) : IJob
        where TSweep : class, ISweep
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            try
            {
                int taken = await sweep.RunAsync(cancellationToken);
                if (taken > 0)
                {
                    Took(log, taken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The product stops; the rest is taken up when it starts again.
            }
        }

        [LoggerMessage(LogLevel.Information, "Sweep took up {Count} items.")]
        private static partial void Took(ILogger log, int count);
    }
}
