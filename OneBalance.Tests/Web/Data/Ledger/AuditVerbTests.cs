using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>The verb <c>audit</c> as an operator runs it: a process with an exit code.</summary>
public sealed class AuditVerbTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task a_sound_ledger_ends_with_0_and_one_that_was_tampered_with_is_named_and_ends_with_1(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.Ledger.SubmitAsync(new Credit(new MerchantId(7), "credit/1", new Money(100_00)), CancellationToken.None);

        var sound = await AuditAsync(provider, database.ConnectionString);
        Assert.Equal(0, sound.Code);
        Assert.Contains("1 books, 1 transfers, 0 reservations", sound.Output);
        Assert.Contains("The ledger is sound.", sound.Output);

        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            await db.Database.ExecuteSqlRawAsync("UPDATE ledger_books SET available = available + 1");
        }

        var offended = await AuditAsync(provider, database.ConnectionString);
        Assert.Equal(1, offended.Code);
        Assert.Matches("TotalsAreSumsOfEntries +1 +first: .*7", offended.Output);
    }

    [Fact]
    public async Task a_database_that_was_never_used_is_said_in_a_sentence_and_not_made()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "none.db");

        var (code, output) = await AuditAsync(DatabaseProvider.Sqlite, $"Data Source={file}");

        Assert.Equal(2, code);
        Assert.Contains("The ledger was not audited. The database lacks tables of this version: start the product once, it makes them.", output);
        Assert.DoesNotContain("Exception", output);
        Assert.False(File.Exists(file));
    }

    private static async Task<(int Code, string Output)> AuditAsync(DatabaseProvider provider, string connectionString)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OneBalance.Web.dll"), "audit"])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Database__Provider"] = $"{provider}";
        start.Environment["Database__ConnectionString"] = connectionString;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
