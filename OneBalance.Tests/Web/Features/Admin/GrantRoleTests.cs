using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>Roles of the desk: granted by a supervisor or from the command line, never to oneself, always told.</summary>
public sealed class GrantRoleTests
{
    private const string Reason = "Joins the desk on Monday.";

    [Fact]
    public async Task A_supervisor_grants_and_withdraws_and_nobody_changes_their_own()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        var supervisor = await ActorAsync(app, DemoAccounts.SupervisorEmail);
        var support = await ActorAsync(app, DemoAccounts.SupportEmail);

        await Assert.ThrowsAsync<NotOfSupportException>(() => GrantAsync("a@example.com", "Support", support));
        await Assert.ThrowsAsync<NotOfSupportException>(() => WithdrawAsync(supervisor.UserId, "Supervisor", support));
        Assert.IsType<GrantRoleOutcome.Oneself>(await GrantAsync(DemoAccounts.SupervisorEmail, "Support", supervisor));
        Assert.IsType<GrantRoleOutcome.OfMerchant>(await GrantAsync(DemoAccounts.MerchantEmail, "Support", supervisor));
        Assert.IsType<GrantRoleOutcome.UnknownRole>(await GrantAsync("a@example.com", "MerchantOwner", supervisor));
        Assert.True(Assert.IsType<GrantRoleOutcome.Granted>(await GrantAsync("a@example.com", "support", supervisor)).NewAccount);
        Assert.IsType<GrantRoleOutcome.HasIt>(await GrantAsync("A@example.com", "Support", supervisor));
        string stamp = await StampAsync("a@example.com");
        string added = (await ActorAsync(app, "a@example.com")).UserId;
        Assert.IsType<GrantRoleOutcome.Oneself>(await WithdrawAsync(supervisor.UserId, "Supervisor", supervisor));
        Assert.IsType<GrantRoleOutcome.Withdrawn>(await WithdrawAsync(added, "Support", supervisor));
        Assert.NotEqual(stamp, await StampAsync("a@example.com"));

        await using var db = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(
            [(AuditAction.RoleGranted, "user/a@example.com", (string?)Reason), (AuditAction.RoleWithdrawn, "user/a@example.com", Reason)],
            (await db.AuditEntries.OrderBy(line => line.At).ThenBy(line => line.Id).ToListAsync()).Select(line => (line.Action, line.Subject, line.Reason)));
        Assert.DoesNotContain(await new SupportRoleQueries(app.Contexts).ListAsync(AsStored(app, supervisor), CancellationToken.None), person => person.Email == "a@example.com");

        Task<GrantRoleOutcome> GrantAsync(string email, string role, Actor actor) =>
            app.InScopeAsync<GrantRole, GrantRoleOutcome>(grant => grant.RunAsync(email, role, Reason, AsStored(app, actor), CancellationToken.None));

        Task<GrantRoleOutcome> WithdrawAsync(string user, string role, Actor actor) =>
            app.InScopeAsync<GrantRole, GrantRoleOutcome>(grant => grant.WithdrawAsync(user, role, Reason, AsStored(app, actor), CancellationToken.None));

        Task<string> StampAsync(string email) =>
            app.InScopeAsync<UserManager<AppUser>, string>(async users => await users.GetSecurityStampAsync((await users.FindByEmailAsync(email))!));
    }

    private static SupportAccess AsStored(TestApp app, Actor actor) =>
        SupportAccess.OfPerson(actor, ct => app.Services.GetRequiredService<ReadDeskRole>()(actor.UserId, ct));

    private static Task<Actor> ActorAsync(TestApp app, string email) =>
        app.InScopeAsync<UserManager<AppUser>, Actor>(async users => new Actor((await users.FindByEmailAsync(email))!.Id, email, null));
}
