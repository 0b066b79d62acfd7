using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Web.Data;

namespace OneBalance.Web;

/// <summary>
/// The clock of a development server: the system's, set ahead as far as asked for, so that the 60 minutes and the 15 days of a
/// void can be tried without waiting; and stopped, so that their last second can be looked at. It only ever goes forward, and
/// stays ahead over a restart, as what was recorded meanwhile lies in its past; a restart lets it go on. Timers run in real time.
/// </summary>
public sealed class DevelopmentClock : TimeProvider
{
    public const string Path = "/dev/clock";

    public static readonly TimeSpan Most = TimeSpan.FromDays(400);

    private readonly Lock _gate = new();
    private readonly string _file;
    private TimeSpan _ahead;
    private TimeSpan _aheadOfSweeps;
    private DateTimeOffset? _stoppedAt;

    public DevelopmentClock(DataFolder folder)
    {
        _file = folder.File("clock-ahead.txt");
        _ahead = File.Exists(_file) ? TimeSpan.Parse(File.ReadAllText(_file), CultureInfo.InvariantCulture) : TimeSpan.Zero;
        _aheadOfSweeps = _ahead;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Now;
        }
    }

    /// <summary>
    /// What the sweeps go by. Hours skipped bring each of them its turn, but it goes on while the clock is stopped: what has become
    /// due then would otherwise lie until somebody lets the clock go on.
    /// </summary>
    public DateTimeOffset NowOfSweeps
    {
        get
        {
            lock (_gate)
            {
                return System.GetUtcNow() + _aheadOfSweeps;
            }
        }
    }

    public bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _stoppedAt is not null;
            }
        }
    }

    private DateTimeOffset Now => _stoppedAt ?? System.GetUtcNow() + _ahead;

    /// <summary>It shows the next whole second until <see cref="GoOn"/>, or as far as <see cref="Advance"/> moves it.</summary>
    public DateTimeOffset Stop()
    {
        lock (_gate)
        {
            if (_stoppedAt is null)
            {
                var now = Now;
                var next = now.AddTicks((TimeSpan.TicksPerSecond - now.Ticks % TimeSpan.TicksPerSecond) % TimeSpan.TicksPerSecond);
                SetAhead(_ahead + (next - now));
                _stoppedAt = next;
            }

            return Now;
        }
    }

    /// <summary>It goes on from where it was stopped.</summary>
    public DateTimeOffset GoOn()
    {
        lock (_gate)
        {
            if (_stoppedAt is { } at)
            {
                SetAhead(at - System.GetUtcNow());
                _stoppedAt = null;
            }

            return Now;
        }
    }

    /// <summary>Whole seconds or whole minutes, exactly one of them, as somebody typed it; null when it is none that <see cref="Advance"/> takes.</summary>
    public static TimeSpan? Read(string? seconds, string? minutes)
    {
        TimeSpan? by = (Number(seconds), Number(minutes)) switch
        {
            ({ } typed, null) => TimeSpan.FromSeconds(typed),
            (null, { } typed) => TimeSpan.FromMinutes(typed),
            _ => null,
        };
        return by > TimeSpan.Zero && by <= Most ? by : null;

        static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <param name="by">More than nothing, at most <see cref="Most"/>.</param>
    public DateTimeOffset Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, Most);
        lock (_gate)
        {
            _stoppedAt += by;
            _aheadOfSweeps += by;
            SetAhead(_ahead + by);
            return Now;
        }
    }

    private void SetAhead(TimeSpan ahead)
    {
        _ahead = ahead;
        File.WriteAllText(_file, _ahead.ToString("c", CultureInfo.InvariantCulture));
    }
}

/// <summary>The clock of the sweeps in Development: <see cref="DevelopmentClock.NowOfSweeps"/>; where a test put another clock in its place, that one.</summary>
internal sealed class SweepClock : TimeProvider
{
    private TimeProvider _product = System;

    public override long TimestampFrequency => _product.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _product is DevelopmentClock clock ? clock.NowOfSweeps : _product.GetUtcNow();

    public override long GetTimestamp() => _product.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _product.CreateTimer(callback, state, dueTime, period);

    /// <summary>Called once, before the first sweep.</summary>
    public void Follow(TimeProvider product) => _product = product;
}

internal static class DevelopmentClockRoom
{
    /// <summary>In Development only: everywhere else the product's clock is the system's.</summary>
    /// <returns>The clock that the sweeps go by; null for the product's.</returns>
    public static TimeProvider? AddDevelopmentClock(this WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment())
        {
            return null;
        }

        var sweeps = new SweepClock();
        builder.Services.AddSingleton(sweeps);
        builder.Services.AddSingleton<DevelopmentClock>();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(services => services.GetRequiredService<DevelopmentClock>()));
        return sweeps;
    }

    /// <summary>
    /// <c>POST /dev/clock?minutes=61</c>, or <c>?seconds=30</c>, sets it ahead, <c>?stop=true</c> and <c>?stop=false</c> stop it and let
    /// it go on; each tells the time. The forms of the page <c>/dev/clock</c> say the same and go back to the page.
    /// </summary>
    public static void MapDevelopmentClock(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        app.Services.GetRequiredService<SweepClock>().Follow(app.Services.GetRequiredService<TimeProvider>());

        // Before the page's own endpoint, which would take a POST too.
        app.MapPost(DevelopmentClock.Path, SetAheadAsync).AllowAnonymous().DisableAntiforgery().WithOrder(-1);
    }

    private static async Task<IResult> SetAheadAsync(HttpRequest request, DevelopmentClock clock)
    {
        var form = request.HasFormContentType ? await request.ReadFormAsync() : null;
        if (bool.TryParse(form?["stop"] ?? request.Query["stop"], out bool stop))
        {
            var at = stop ? clock.Stop() : clock.GoOn();
            return form is null ? TypedResults.Ok(at) : TypedResults.LocalRedirect(DevelopmentClock.Path);
        }

        var by = (form?["unit"].ToString(), form?["amount"].ToString()) switch
        {
            ("seconds", { } amount) => DevelopmentClock.Read(seconds: amount, minutes: null),
            ("minutes", { } amount) => DevelopmentClock.Read(seconds: null, minutes: amount),
            _ => DevelopmentClock.Read(form?["seconds"] ?? request.Query["seconds"], form?["minutes"] ?? request.Query["minutes"]),
        };
        if (by is { } ahead)
        {
            var now = clock.Advance(ahead);
            return form is null ? TypedResults.Ok(now) : TypedResults.LocalRedirect(DevelopmentClock.Path);
        }

        return form is null ? TypedResults.BadRequest() : TypedResults.LocalRedirect($"{DevelopmentClock.Path}?wrong=true");
    }
}
