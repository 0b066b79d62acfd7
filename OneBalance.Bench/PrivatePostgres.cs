using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OneBalance.Bench;

/// <summary>A PostgreSQL cluster in the temporary folder, with fsync on; stopped and removed when this process ends.</summary>
internal sealed class PrivatePostgres : IDisposable
{
    private readonly Process _shell;

    private PrivatePostgres(Process shell, string connectionString)
    {
        _shell = shell;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>The newest installed PostgreSQL; Debian keeps its programs off the PATH.</summary>
    public static string Binaries { get; } =
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.Parse(Path.GetFileName(d), System.Globalization.CultureInfo.InvariantCulture)).Select(d => Path.Combine(d, "bin")).First()
            : "/usr/bin";

    public static async Task<PrivatePostgres> StartAsync()
    {
        int port = FreePort();
        List<string> command = ["bash", Path.Combine(AppContext.BaseDirectory, "postgres-cluster.sh"), Binaries, $"{port}"];
        if (Environment.UserName == "root")
        {
            command.InsertRange(0, ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]);
        }

        var start = new ProcessStartInfo(command[0]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        command.Skip(1).ToList().ForEach(start.ArgumentList.Add);
        var shell = Process.Start(start)!;
        if (await shell.StandardOutput.ReadLineAsync() != "ready")
        {
            throw new InvalidOperationException("The PostgreSQL cluster did not start.");
        }

        string server = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = "onebalance", Database = "postgres" }.ToString();
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand("CREATE DATABASE bench", connection);
        await create.ExecuteNonQueryAsync();
        return new PrivatePostgres(shell, new NpgsqlConnectionStringBuilder(server) { Database = "bench" }.ToString());
    }

    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
