using System.Net;
using System.Net.Http.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using OneBalance.Tests.Support;
using OneBalance.Web;
using OneBalance.Web.Data;
using OneBalance.Web.Features;
using Quartz;

namespace OneBalance.Tests.Web;

/// <summary>The clock of a development server: by its page, by a command, and nowhere else.</summary>
public sealed class DevelopmentClockTests
{
    [Theory]
    [InlineData("1", null, "00:00:01")]
    [InlineData(null, "61", "01:01:00")]
    [InlineData(null, "576000", "400.00:00:00")]
    [InlineData(null, "576001", null)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("1.5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData("1", "1", null)]
    [InlineData(null, null, null)]
    public void It_takes_whole_seconds_or_whole_minutes_of_at_most_400_days(string? seconds, string? minutes, string? expected) =>
        Assert.Equal(expected, DevelopmentClock.Read(seconds, minutes)?.ToString());

    [Fact]
    public async Task A_command_sets_the_products_time_ahead_to_the_second_and_the_page_shows_it()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        var before = app.Services.GetRequiredService<TimeProvider>().GetUtcNow();

        using var answer = await client.PostAsync("/dev/clock?minutes=61", null);
        using var more = await client.PostAsync("/dev/clock?seconds=30", null);

        var now = await more.Content.ReadFromJsonAsync<DateTimeOffset>();
        Assert.InRange(now - before, TimeSpan.FromSeconds(3_690), TimeSpan.FromSeconds(3_720));
        using var wrong = await client.PostAsync("/dev/clock?seconds=0", null);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.BadRequest], [answer.StatusCode, wrong.StatusCode]);
        string page = await client.GetStringAsync("/dev/clock");
        Assert.Contains("data-testid=\"dev-clock-now\"", page);
        Assert.Contains("61 minutes", page);
    }

    [Fact]
    public void Stopped_it_moves_only_as_far_as_it_is_moved_and_never_goes_back()
    {
        using var folder = new TemporaryFolder();
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["DataFolder"] = folder.Path }).Build();
        var data = new DataFolder(settings, new HostingEnvironment { ContentRootPath = folder.Path });
        var clock = new DevelopmentClock(data);
        var at = clock.Stop();

        Assert.Equal(0, at.Ticks % TimeSpan.TicksPerSecond);
        Assert.Equal((at, at, true), (clock.Stop(), clock.GetUtcNow(), clock.IsStopped));
        Assert.Equal(at.AddSeconds(3_599), clock.Advance(TimeSpan.FromSeconds(3_599)));
        Assert.Equal(at.AddSeconds(3_599), clock.GetUtcNow());
        Assert.InRange(new DevelopmentClock(data).GetUtcNow(), at.AddSeconds(3_599), at.AddSeconds(3_629));
        Assert.InRange(clock.GoOn(), at.AddSeconds(3_599), at.AddSeconds(3_605));
        Assert.False(clock.IsStopped);
    }

    [Fact]
    public async Task Sweeps_have_their_turn_while_it_is_stopped()
    {
        var turns = Channel.CreateUnbounded<DateTimeOffset>();
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, services: services => services.AddSingleton(turns.Writer));
        var clock = app.Services.GetRequiredService<DevelopmentClock>();
        Assert.Same(clock, app.Services.GetRequiredService<TimeProvider>());
        await app.Services.GetRequiredKeyedService<IScheduler>(Sweeps.Scheduler).ScheduleJob(
            JobBuilder.Create<Turn>().Build(),
            TriggerBuilder.Create().StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(TimeSpan.FromMilliseconds(100)).RepeatForever()).Build(),
            cancellationToken: TestContext.Current.CancellationToken);
        await turns.Reader.ReadAsync(TestContext.Current.CancellationToken);

        // The clock stops at the next whole second, so that ten turns more may have become due by then.
        var at = clock.Stop();
        for (int seen = 0; seen < 20;)
        {
            seen += await turns.Reader.ReadAsync(TestContext.Current.CancellationToken) == at ? 1 : 0;
        }

        var later = clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(at.AddHours(1), later);
        while (await turns.Reader.ReadAsync(TestContext.Current.CancellationToken) < later)
        {
        }
    }

    private sealed class Turn(DevelopmentClock time, ChannelWriter<DateTimeOffset> turns) : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => turns.WriteAsync(time.GetUtcNow(), cancellationToken);
    }

    [Theory]
    [InlineData("minutes=1440", "/dev/clock", 86_400)]
    [InlineData("amount=90&unit=seconds", "/dev/clock", 90)]
    [InlineData("amount=2&unit=minutes", "/dev/clock", 120)]
    [InlineData("amount=0&unit=seconds", "/dev/clock?wrong=true", 0)]
    [InlineData("amount=&unit=minutes", "/dev/clock?wrong=true", 0)]
    public async Task The_pages_form_sets_it_ahead_and_comes_back(string form, string to, int seconds)
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var before = clock.GetUtcNow();

        using var answer = await client.PostAsync("/dev/clock", new StringContent(form, null, "application/x-www-form-urlencoded"));

        Assert.Equal((HttpStatusCode.Redirect, to), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.InRange((clock.GetUtcNow() - before).TotalSeconds, seconds, seconds + 30);
    }

    [Fact]
    public async Task Outside_development_there_is_neither_the_page_nor_the_command()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["environment"] = "Staging" });
        using var client = app.CreateClient();

        using var page = await client.GetAsync("/dev/clock");
        using var command = await client.PostAsync("/dev/clock?minutes=61", null);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, command.StatusCode);
        Assert.InRange(app.Services.GetRequiredService<TimeProvider>().GetUtcNow() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }
}
