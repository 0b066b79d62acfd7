using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web;

/// <summary>Verbs of the program, e.g. <c>dotnet run --project OneBalance.Web -- audit</c>.</summary>
public static class Verbs
{
    /// <summary>The exit code when a verb was given and done; null to start the web application.</summary>
    public static async Task<int?> RunAsync(string[] args) => args.FirstOrDefault() switch
    {
        "audit" => await AuditAsync(args[1..]),
        "grant-role" => await GrantRoleAsync(args[1..]),
        _ => null,
    };

    /// <summary>
    /// Checks the whole ledger; 1 when anything is wrong, 2 when it could not be read. Reads only, also beside a running product.
    /// </summary>
    private static async Task<int> AuditAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(Settings.Unwatched(args));
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

    /// <summary>
    /// <c>grant-role e-mail role</c>: makes somebody support or supervisor, and says so in the audit trail. 1 when that was
    /// refused, 2 when the database could not be read.
    /// </summary>
    private static async Task<int> GrantRoleAsync(string[] args)
    {
        if (args is not [var email, var role, .. var options])
        {
            await Console.Error.WriteLineAsync("Usage: grant-role <e-mail> <support|supervisor>");
            return 1;
        }

        var builder = WebApplication.CreateBuilder(Settings.Unwatched(options));
        builder.AddSettings();
        builder.AddData();
        builder.AddRoles();
        await using var app = builder.Build();
        if (await UnreadableAsync(app.Services) is { } why)
        {
            await Console.Error.WriteLineAsync($"The role was not granted. {why}");
            return 2;
        }

        await using var scope = app.Services.CreateAsyncScope();
        var actor = new Actor("command line", $"{Environment.UserName} (command line)", null);
        var outcome = await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(email, role, "Granted from the command line.", SupportAccess.OfMachine(actor), CancellationToken.None);
        string? refusal = outcome switch
        {
            GrantRoleOutcome.Granted => null,
            GrantRoleOutcome.HasIt => null,
            GrantRoleOutcome.UnknownRole => $"There is no role {role}: it is support or supervisor.",
            GrantRoleOutcome.NoAddress => $"{email} is no e-mail address.",
            GrantRoleOutcome.OfMerchant => $"{email} acts for a merchant. Support works with an account of its own: use another address.",
            _ => throw new InvalidOperationException($"Unexpected outcome {outcome}."),
        };
        if (refusal is not null)
        {
            await Console.Error.WriteLineAsync($"The role was not granted. {refusal}");
            return 1;
        }

        Console.WriteLine(outcome switch
        {
            GrantRoleOutcome.Granted(true) => $"{email} now has an account with the role {role}. A password is chosen by \"Forgot your password?\" on the sign-in page; a second factor is asked for at the first sign-in.",
            GrantRoleOutcome.Granted => $"{email} now has the role {role}. A second factor is asked for at the next sign-in.",
            _ => $"{email} has the role {role} already. Nothing was changed.",
        });
        return 0;
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
