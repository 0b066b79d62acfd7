namespace OneBalance.Tests.Browser;

/// <summary>What the very first requests to a fresh product get: sizes, which do not depend on the machine.</summary>
public sealed class FirstVisitTests(Chromium chromium)
{
    private const int MostKibibytes = 200;

    [Fact]
    public async Task Scripts_and_styles_arrive_compressed()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        await new Merchant(visitor).SignInAsync();
        var addresses = await visitor.Page.EvaluateAsync<string[]>(
            "() => performance.getEntriesByType('resource').map(e => new URL(e.name).pathname).filter(path => /\\.(js|css)$/.test(path))");
        Assert.Contains(addresses, address => address.StartsWith("/lib/mudblazor/MudBlazor.min", StringComparison.Ordinal) && address.EndsWith(".css", StringComparison.Ordinal));
        Assert.Contains(addresses, address => address.StartsWith("/lib/mudblazor/MudBlazor.min", StringComparison.Ordinal) && address.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains(addresses, address => address.StartsWith("/_framework/blazor.web", StringComparison.Ordinal));

        foreach (string address in addresses)
        {
            var answer = await visitor.Context.APIRequest.GetAsync(address, new() { Headers = new Dictionary<string, string> { ["Accept-Encoding"] = "br, gzip" } });
            Assert.True(answer.Headers.TryGetValue("content-encoding", out string? encoding) && encoding is "br" or "gzip", $"{address} is not compressed.");
        }
    }

    /// <summary>Otherwise each page shows Eastern times until its circuit stands, and then others.</summary>
    [Fact]
    public async Task Times_are_the_visitors_own_before_any_script_has_run()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        await new Merchant(visitor).SignInAsync();
        var told = Assert.Single(await visitor.Context.CookiesAsync(), cookie => cookie.Name == "time-zone");
        Assert.Equal("America/Toronto", told.Value);

        await visitor.Context.AddCookiesAsync([new() { Name = told.Name, Value = "America/Vancouver", Domain = told.Domain, Path = told.Path }]);
        Assert.Contains("America/Vancouver", await (await visitor.Context.APIRequest.GetAsync("/labels")).TextAsync());
        await visitor.Context.AddCookiesAsync([new() { Name = told.Name, Value = "../../etc/passwd", Domain = told.Domain, Path = told.Path }]);
        Assert.Contains("America/Toronto", await (await visitor.Context.APIRequest.GetAsync("/labels")).TextAsync());
    }

    /// <summary>With nothing kept from before: the page, its scripts, styles and fonts, as they go over the wire.</summary>
    [Theory]
    [InlineData("/Account/Login", false)]
    [InlineData("/", true)]
    [InlineData("/labels", true)]
    public async Task A_first_load_is_small(string path, bool signedIn)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var merchant = new Merchant(visitor);
        if (signedIn)
        {
            await merchant.SignInAsync();
        }

        var network = await visitor.Context.NewCDPSessionAsync(visitor.Page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        double bytes = 0;
        network.Event("Network.loadingFinished").OnEvent += (_, finished) =>
            bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();

        await visitor.Page.GotoAsync(path, new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Load });
        if (signedIn)
        {
            await merchant.InteractiveAsync();
        }

        await visitor.Page.EvaluateAsync("() => document.fonts.ready");
        Assert.InRange(bytes / 1024, 60, MostKibibytes);
        Xunit.TestContext.Current.SendDiagnosticMessage("First load of {0}: {1:0} KiB", path, bytes / 1024);
    }
}
