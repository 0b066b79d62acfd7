namespace OneBalance.Tests.Support;

/// <summary>What happens when a tool that a test needs is not on this machine.</summary>
internal static class Missing
{
    /// <summary>True in continuous integration, where nothing may be skipped.</summary>
    public static bool InCi => Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ci && ci != "false";

    /// <summary>Skips the running test and says why; in CI fails it.</summary>
    public static void Tool(string reason)
    {
        if (InCi)
        {
            Assert.Fail($"{reason} In CI a missing tool is a failure.");
        }

        Assert.Skip(reason);
    }
}
