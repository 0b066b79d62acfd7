using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Web;

/// <summary>Verbs of the program, e.g. <c>dotnet run --project OneBalance.Web -- audit</c>.</summary>
public static class Verbs
{
    /// <summary>The exit code when a verb was given and done; null to start the web application.</summary>
    public static async Task<int?> RunAsync(string[] args) => args.FirstOrDefault() switch
    {
        "audit" => await AuditAsync(args[1..]),
        _ => null,
    };

    /// <summary>
    /// Checks the whole ledger; 1 when anything is wrong, 2 when it could not be read. Reads only, also beside a running product.
    /// </summary>
    private static async Task<int> AuditAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddSettings();
        builder.AddData();
        await using var app = builder.Build();
        if (await UnreadableAsync(app.Services) is { } why)
        {
            await Console.Error.WriteLineAsync($"The ledger was not audited. {why}");
            return 2;
        }

        var report = await app.Services.GetRequiredService<LedgerAuditor>().RunAsync(CancellationToken.None);
        report.Print(Console.Out);
        Console.WriteLine($"Memory: {System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / (1 << 20)} MiB at most.");
        return report.IsClean ? 0 : 1;
    }

    private static async Task<string?> UnreadableAsync(IServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        try
        {
            return (await db.Database.GetPendingMigrationsAsync()).Any()
                ? "The database lacks tables of this version: start the product once, it makes them."
                : null;
        }
        catch (DbException failure)
        {
            return $"The database cannot be opened: {failure.Message}";
        }
    }
}
