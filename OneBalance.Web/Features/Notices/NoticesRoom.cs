using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.Notices;

internal static class NoticesRoom
{
    public static void AddNotices(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SiteAddress>();
        builder.Services.AddSingleton<UnsubscribeLinks>();
        builder.Services.AddTransient<NoticeSettings>();
        builder.Services.AddTransient<NoticeWriter>();
        builder.Services.AddTransient<SupportMails>();
        builder.Services.AddTransient<TellOfTopUps>();
        builder.Services.AddTransient<TellOfAutoFunding>();
        builder.Services.AddTransient<TellOfCards>();
        builder.Services.AddTransient<TellOfUnusedLabels>();
        builder.Services.AddTransient<TellOfRefunds>();
        builder.Services.AddTransient<FollowBalances>();
        builder.AddSweep<NoticeSweep>(TimeSpan.FromSeconds(15));
        builder.AddSweep<CardNoticeSweep>(TimeSpan.FromHours(1));
        builder.AddSweep<UnusedLabelNoticeSweep>(TimeSpan.FromMinutes(30));
        builder.AddSweep<TellOfOverdueClaims>(TimeSpan.FromHours(1));
    }

    public static void MapNotices(this WebApplication app)
    {
        // A person who opened the mail's link is asked first: programs that look at links before people must end nothing.
        app.MapGet(UnsubscribeLinks.Path, (string? token) => Results.LocalRedirect($"/notices/stop?token={Uri.EscapeDataString(token ?? "")}")).AllowAnonymous();

        // One click in the mail program (RFC 8058), or the button of that page. The token is the permission.
        app.MapPost(UnsubscribeLinks.Path, async (string? token, bool? page, NoticeSettings settings, CancellationToken ct) =>
        {
            bool done = await settings.UnsubscribeAsync(token, ct);
            return page == true
                ? Results.LocalRedirect($"/notices/stop?done={(done ? "true" : "false")}")
                : done ? Results.NoContent() : Results.BadRequest();
        }).AllowAnonymous().DisableAntiforgery();
    }
}

/// <summary>Writes what has come about since the last round.</summary>
public sealed partial class NoticeSweep(TellOfTopUps topUps, TellOfAutoFunding autoFunding, TellOfRefunds refunds, FollowBalances balances, ILogger<NoticeSweep> log) : ISweep
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        int told = 0;
        foreach (var tell in new Func<CancellationToken, Task<int>>[] { topUps.RunAsync, autoFunding.RunAsync, refunds.RunAsync, balances.RunAsync })
        {
            try
            {
                told += await tell(ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // One kind's trouble must not keep the others waiting; the next round tries it again.
                Broken(log, failure);
            }
        }

        return told;
    }

    [LoggerMessage(LogLevel.Error, "Notices of one kind could not be written.")]
    private static partial void Broken(ILogger log, Exception failure);
}

/// <summary>Looks once an hour at which cards end soon.</summary>
public sealed class CardNoticeSweep(TellOfCards cards) : ISweep
{
    public Task<int> RunAsync(CancellationToken ct) => cards.RunAsync(ct);
}
