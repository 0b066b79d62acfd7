namespace OneBalance.Tests.Browser;

/// <summary>What the very first request to a fresh product gets.</summary>
public sealed class FirstVisitTests(Chromium chromium)
{
    [Fact]
    public async Task The_pages_script_arrives_compressed()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);

        var answer = await visitor.Page.GotoAsync("/_framework/blazor.web.js");

        Assert.True(answer!.Ok, $"{answer.Status}\n{app.Output}");
        // No look at the console: a script opened as a page makes the browser ask for a favicon.ico that pages do not use.
        Assert.Contains(await answer.HeaderValueAsync("content-encoding"), new[] { "br", "gzip" });
    }
}
