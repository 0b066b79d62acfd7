using System.Diagnostics;
using Npgsql;

namespace OneBalance.Tests.Support;

/// <summary>
/// A private PostgreSQL cluster for the tests: a data folder of its own under the temporary folder, a random loopback port,
/// <c>fsync</c> on as in production. One per test process; processes that run side by side share the one named in
/// <see cref="Variable"/>.
/// </summary>
internal static class PostgresCluster
{
    /// <summary>Connection string of a cluster that is already running, without a database; empty: the tests start their own.</summary>
    public const string Variable = "ONEBALANCE_TEST_POSTGRES";

    private const string NotInstalled =
        "PostgreSQL's server is not installed (Debian and Ubuntu: apt-get install postgresql; elsewhere put initdb and postgres on the PATH).";

    private static readonly Lazy<Task<string>> Running = new(StartAsync);

    /// <summary>
    /// Connection string of the running cluster, without a database. Without PostgreSQL on the machine the calling test is
    /// skipped with the reason; in CI it fails instead.
    /// </summary>
    public static async Task<string> ConnectionStringAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } shared)
        {
            return shared;
        }

        if (FindBinaries() is null)
        {
            Missing.Tool(NotInstalled);
        }

        return await Running.Value;
    }

    /// <summary>The folder with initdb and postgres: Debian keeps them off the PATH, the newest version wins.</summary>
    internal static string? FindBinaries()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int version) ? version : 0)
            : Enumerable.Empty<string>();
        return debian.Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>
    /// Starts the cluster under a shell that waits on its standard input: when this process ends, however it ends, the pipe
    /// closes and the shell stops the server and removes its folder.
    /// </summary>
    private static async Task<string> StartAsync()
    {
        int port = Loopback.FreePort();
        // Handed over as text: the ordinary user may not be able to read the build's folder.
        string script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Support", "postgres-cluster.sh"));
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string word in AsOrdinaryUser(["bash", "-c", script, "postgres-cluster", FindBinaries()!, $"{port}"]))
        {
            if (start.FileName.Length == 0)
            {
                start.FileName = word;
            }
            else
            {
                start.ArgumentList.Add(word);
            }
        }

        var shell = Process.Start(start) ?? throw new InvalidOperationException("The PostgreSQL cluster's shell did not start.");
        var complaints = shell.StandardError.ReadToEndAsync();
        if (await shell.StandardOutput.ReadLineAsync() != "ready")
        {
            throw new InvalidOperationException($"The PostgreSQL cluster did not start: {await complaints}");
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            shell.StandardInput.Close();
            shell.WaitForExit(TimeSpan.FromSeconds(10));
        };
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = "onebalance",
            IncludeErrorDetail = true,
        }.ToString();
    }

    /// <summary>PostgreSQL refuses to run as root: there it runs as Debian's postgres user, or as nobody.</summary>
    private static IEnumerable<string> AsOrdinaryUser(string[] command)
    {
        if (Environment.UserName != "root")
        {
            return command;
        }

        string user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        return ["setpriv", $"--reuid={user}", $"--regid={GroupOf(user)}", "--clear-groups", "--", .. command];
    }

    private static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").First(line => line.StartsWith($"{user}:", StringComparison.Ordinal)).Split(':')[3];
}
