using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Admin;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>The verb <c>grant-role</c> as an operator runs it: a process with an exit code.</summary>
public sealed class GrantRoleVerbTests
{
    [Fact]
    public async Task The_first_supervisor_is_made_from_the_command_line_and_told_in_the_trail()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        var granted = await RunAsync(database, "first@example.com", "supervisor");
        var again = await RunAsync(database, "first@example.com", "Supervisor");
        var unknown = await RunAsync(database, "first@example.com", "owner");

        Assert.Equal(0, granted.Code);
        Assert.Contains("first@example.com now has an account with the role supervisor.", granted.Output, StringComparison.Ordinal);
        Assert.Equal(0, again.Code);
        Assert.Contains("Nothing was changed.", again.Output, StringComparison.Ordinal);
        Assert.Equal(1, unknown.Code);
        Assert.Contains("There is no role owner", unknown.Output, StringComparison.Ordinal);
        Assert.True(Assert.Single(await new SupportRoleQueries(database.Contexts).ListAsync(TestRights.Desk, CancellationToken.None)).IsSupervisor);
        await using var db = await database.Contexts.CreateDbContextAsync();
        var line = await db.AuditEntries.SingleAsync();
        Assert.Equal((AuditAction.RoleGranted, "user/first@example.com", "command line"), (line.Action, line.Subject, line.UserId));
    }

    private static async Task<(int Code, string Output)> RunAsync(TestDatabase database, string email, string role)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OneBalance.Web.dll"), "grant-role", email, role])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Database__Provider"] = $"{database.Provider}";
        start.Environment["Database__ConnectionString"] = database.ConnectionString;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
