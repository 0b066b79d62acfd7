using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>What a process heard from the ledger before it ended.</summary>
public sealed record Acknowledgement(int Caller, int Number, MerchantId Merchant, string Key, long Sequence);

/// <summary>A process of its own that submits commands (the bench's verb <c>ledger-load</c>) and tells each acknowledgement.</summary>
public sealed class LedgerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<List<Acknowledgement>> _acknowledgements;
    private readonly Task<string> _complaints;
    private readonly TaskCompletionSource _first = new();

    private LedgerProcess(Process process)
    {
        _process = process;
        _acknowledgements = Task.Run(ReadAsync);
        _complaints = process.StandardError.ReadToEndAsync();
    }

    public static LedgerProcess Start(TestDatabase database, int callers, int merchants, int seed, int start, int? count = null)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["DOTNET_TieredPGO"] = "0";
        List<string> arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "OneBalance.Bench.dll"), "ledger-load",
            "--database", database.Provider == DatabaseProvider.Postgres ? "postgres" : "sqlite",
            "--connection", database.ConnectionString,
            "--callers", $"{callers}", "--merchants", $"{merchants}", "--seed", $"{seed}", "--start", $"{start}",
        ];
        if (count is { } n)
        {
            arguments.AddRange(["--count", $"{n}"]);
        }

        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return new LedgerProcess(Process.Start(info)!);
    }

    /// <summary>Kills it this long after its first acknowledgement, and says what it had heard.</summary>
    public async Task<List<Acknowledgement>> KillAsync(TimeSpan after)
    {
        if (await Task.WhenAny(_first.Task, _acknowledgements) != _first.Task)
        {
            throw new InvalidOperationException($"The process ended by itself: {await _complaints}");
        }

        await Task.Delay(after);
        _process.Kill();
        return await _acknowledgements;
    }

    public async Task<List<Acknowledgement>> EndAsync()
    {
        var acknowledgements = await _acknowledgements;
        await _process.WaitForExitAsync();
        Assert.True(_process.ExitCode == 0, await _complaints);
        return acknowledgements;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<List<Acknowledgement>> ReadAsync()
    {
        var acknowledgements = new List<Acknowledgement>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            long Number(int word) => long.Parse(words[word], CultureInfo.InvariantCulture);
            acknowledgements.Add(new Acknowledgement((int)Number(0), (int)Number(1), new MerchantId(Number(2)), words[3], Number(4)));
            _first.TrySetResult();
        }

        return acknowledgements;
    }
}

/// <summary>What is asked of a ledger after whatever was done to it.</summary>
public static class LedgerProof
{
    /// <summary>Every acknowledged command is stored under its number, and every invariant holds.</summary>
    public static async Task HoldsAsync(TestDatabase database, IReadOnlyCollection<Acknowledgement> acknowledgements) =>
        Assert.Null(await FirstFaultAsync(database, acknowledgements));

    /// <summary>What is wrong; null when nothing is.</summary>
    public static async Task<string?> FirstFaultAsync(TestDatabase database, IReadOnlyCollection<Acknowledgement> acknowledgements)
    {
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            var stored = new Dictionary<(MerchantId, string), long>();
            await foreach (var t in db.LedgerTransfers.Select(t => new { t.MerchantId, t.Key, t.Sequence }).AsAsyncEnumerable())
            {
                if (!stored.TryAdd((t.MerchantId, t.Key), t.Sequence))
                {
                    return $"merchant {t.MerchantId} key {t.Key} is recorded twice";
                }
            }

            foreach (var a in acknowledgements)
            {
                if (!stored.TryGetValue((a.Merchant, a.Key), out long sequence) || sequence != a.Sequence)
                {
                    return $"{Invariant.AcknowledgedIsRecorded}: merchant {a.Merchant} key {a.Key} was acknowledged as {a.Sequence}, stored as {sequence}";
                }
            }
        }

        var report = await LedgerAudit.RunAsync(database.Provider, database.ConnectionString, TimeProvider.System, CancellationToken.None);
        return report.IsClean ? null : $"{report.First[0].Invariant}: {report.First[0]}";
    }
}
