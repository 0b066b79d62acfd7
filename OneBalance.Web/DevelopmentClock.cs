using System.Globalization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Web.Data;

namespace OneBalance.Web;

/// <summary>
/// The clock of a development server: the system's, set ahead as far as asked for, so that the 60 minutes and the 15 days of a
/// void can be tried without waiting. It only ever goes forward, and stays ahead over a restart, as what was recorded meanwhile
/// lies in its past. Timers run in real time.
/// </summary>
public sealed class DevelopmentClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly string _file;
    private TimeSpan _ahead;

    public DevelopmentClock(DataFolder folder)
    {
        _file = folder.File("clock-ahead.txt");
        _ahead = File.Exists(_file) ? TimeSpan.Parse(File.ReadAllText(_file), CultureInfo.InvariantCulture) : TimeSpan.Zero;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return System.GetUtcNow() + _ahead;
        }
    }

    /// <param name="by">More than nothing, at most 400 days.</param>
    public DateTimeOffset Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, TimeSpan.FromDays(400));
        lock (_gate)
        {
            _ahead += by;
            File.WriteAllText(_file, _ahead.ToString("c", CultureInfo.InvariantCulture));
            return System.GetUtcNow() + _ahead;
        }
    }
}

internal static class DevelopmentClockRoom
{
    /// <summary>In Development only: everywhere else the product's clock is the system's.</summary>
    public static void AddDevelopmentClock(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddSingleton<DevelopmentClock>();
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(services => services.GetRequiredService<DevelopmentClock>()));
        }
    }

    /// <summary><c>GET /dev/clock</c> tells the time; <c>POST /dev/clock?minutes=61</c> sets it ahead.</summary>
    public static void MapDevelopmentClock(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        app.MapGet("/dev/clock", (TimeProvider time) => TypedResults.Ok(time.GetUtcNow())).AllowAnonymous();
        app.MapPost("/dev/clock", IResult (int minutes, DevelopmentClock clock) =>
            minutes is > 0 and <= 400 * 24 * 60
                ? TypedResults.Ok(clock.Advance(TimeSpan.FromMinutes(minutes)))
                : TypedResults.BadRequest()).AllowAnonymous();
    }
}
