using System.Diagnostics;
using System.Text.RegularExpressions;
using OneBalance.Tests.Support;

namespace OneBalance.Tests.Architecture;

/// <summary>The tracked files are at home on any machine.</summary>
public sealed partial class RepositoryTests
{
    private static readonly string[] TextFiles =
        [".cs", ".razor", ".css", ".js", ".json", ".md", ".csproj", ".props", ".sh", ".resx", ".txt", ".sln", ".editorconfig", ".gitignore", ".csv", "run"];

    [Fact]
    public void No_file_names_a_path_of_one_machine() => Findings.AssertNone(Repository.Files
        .Where(file => TextFiles.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
        .SelectMany(file => MachinePaths(Repository.Read(file)).Select(path => $"{file}: {path}")));

    [Fact]
    public void A_path_of_one_machine_is_found()
    {
        // Put together here: this file is looked at too.
        string home = string.Join('/', "", "home", "someone");
        string profile = string.Join('\\', "C:", "Users");

        Assert.Equal([home], MachinePaths($"see {home}/OneBalance or docs/home/page"));
        Assert.Equal([profile], MachinePaths($"at {profile}\\someone"));
    }

    /// <summary>
    /// A system lets a user watch files in few places (128 on many); a run of the tests, which build a host for each, once used
    /// them up, and the product's verbs died with it.
    /// </summary>
    [Fact]
    public void No_host_watches_its_settings() => Findings.AssertNone(Repository.Files
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
        .SelectMany(file => Watching(Repository.Read(file)).Select(line => $"{file}: {line}")));

    [Fact]
    public void A_host_that_watches_its_settings_is_found()
    {
        // Put together here: this file is looked at too.
        string make = string.Join('.', "WebApplication", "CreateBuilder");

        Assert.Equal([$"{make}(args);"], Watching($"var a = {make}(args);\nvar b = {make}(Settings.Unwatched(args));"));
    }

    /// <summary>What runs is what the README says: both commands exist and may be executed.</summary>
    [Theory]
    [InlineData("test.sh")]
    [InlineData(".ci/run")]
    public void Scripts_can_be_executed(string script)
    {
        Assert.Contains(script, Repository.Files);
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute));
        }
    }

    /// <summary>The script once counted failures, printed them and ended with success: whoever looked at its exit code alone saw green.</summary>
    [Fact]
    public async Task The_test_script_fails_when_something_failed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        start.ArgumentList.Add("test.sh");
        start.ArgumentList.Add("no-such-group");

        using var script = Process.Start(start)!;
        var complaint = script.StandardError.ReadToEndAsync();
        string output = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();

        Assert.Contains("no-such-group", await complaint);
        Assert.EndsWith("0 passed, 1 failed, 0 skipped", output.TrimEnd());
        Assert.Equal(1, script.ExitCode);
    }

    private static IReadOnlyList<string> Watching(string text) =>
        [.. Host().Matches(text).Select(match => match.Value).Where(made => !Unwatched().IsMatch(made))];

    [GeneratedRegex(@"WebApplication\.Create\w*\(.*")]
    private static partial Regex Host();

    [GeneratedRegex(@"Settings\.Unwatched|hostBuilder:reloadConfigOnChange=false")]
    private static partial Regex Unwatched();

    private static IReadOnlyList<string> MachinePaths(string text) => [.. MachinePath().Matches(text).Select(match => match.Value).Distinct()];

    [GeneratedRegex(@"(?<![\w.\-:/}])/(home|root|work|Users|mnt|media)/[\w.\-]+|[A-Z]:\\(?=Users)\w+")]
    private static partial Regex MachinePath();
}
