using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core.Support;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web;

/// <summary>
/// Every use case of the desk, found by what it takes, is called by somebody unknown, a merchant's owner, support, a supervisor,
/// and by those two after their role was withdrawn, all of them with a session that still says yes: what is stored decides.
/// </summary>
public sealed class SupportMatrixTests
{
    /// <summary>What only a supervisor does; everything else is for both roles.</summary>
    private static readonly HashSet<string> Supervisors = ["GrantRole.RunAsync", "GrantRole.WithdrawAsync", "RecordBreach.RunAsync", "SupportRoleQueries.ListAsync"];

    /// <summary>Given to the desk's pages and not to the desk alone: what everybody is shown, or the person's own.</summary>
    private static readonly HashSet<string> ForEverybody = ["ServiceNoticeQueries.ShownAsync", "SignedInActor.NowAsync", "SignedInActor.SupportAsync", "ICarrierOutages.ReadAsync"];

    [Fact]
    public async Task Every_use_case_of_the_desk_refuses_whoever_has_no_role_now()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        var read = app.Services.GetRequiredService<ReadDeskRole>();
        (string Who, string UserId, DeskRole Has)[] people =
        [
            ("nobody", "nobody", DeskRole.None),
            ("a merchant's owner", await IdAsync(app, DemoAccounts.MerchantEmail), DeskRole.None),
            ("support", await IdAsync(app, DemoAccounts.SupportEmail), DeskRole.Support),
            ("a supervisor", await IdAsync(app, DemoAccounts.SupervisorEmail), DeskRole.Supervisor),
            ("somebody who was support", await RevokedAsync(app, "was-support@example.com", Roles.Support), DeskRole.None),
            ("somebody who was a supervisor", await RevokedAsync(app, "was-supervisor@example.com", Roles.Supervisor), DeskRole.None),
        ];
        var found = UseCaseCalls.Found<SupportAccess>();
        Assert.True(found.Count > 30, "The desk has more use cases than were found.");
        Assert.Subset(found.Select(UseCaseCalls.NameOf).ToHashSet(), Supervisors);
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (method, _) =>
        {
            string name = UseCaseCalls.NameOf(method);
            var least = Supervisors.Contains(name) ? DeskRole.Supervisor : DeskRole.Support;
            foreach (var (who, id, has) in people)
            {
                var access = SupportAccess.OfPerson(new Actor(id, $"{who}@example.com", "192.0.2.7"), ct => read(id, ct));
                bool refused = await UseCaseCalls.RefusesAsync<NotOfSupportException>(app, method, access);
                if (refused == (has >= least))
                {
                    wrong.Add($"{name} {(refused ? "refuses" : "lets in")} {who}");
                }
            }
        });

        Assert.Empty(wrong);
    }

    /// <summary>What a page or part of the desk asks takes the access of support or of the merchant, so that it cannot forget to demand it.</summary>
    [Fact]
    public void What_the_desks_pages_call_takes_access()
    {
        var asked = typeof(Program).Assembly.GetTypes()
            .Where(type => typeof(IComponent).IsAssignableFrom(type) && IsOfDesk(type))
            .SelectMany(type => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(property => property.GetCustomAttribute<InjectAttribute>() is not null)
            .Select(property => property.PropertyType)
            .Where(type => (type.Namespace ?? "").StartsWith("OneBalance.Web.Features.", StringComparison.Ordinal))
            .Distinct()
            .ToList();

        Assert.True(asked.Count > 15, "The desk's pages use more than was found.");
        Assert.Empty(asked.SelectMany(UseCaseCalls.Offered)
            .Where(method => method.IsPublic && typeof(Task).IsAssignableFrom(method.ReturnType))
            .Where(method => !method.GetParameters().Any(parameter => parameter.ParameterType == typeof(SupportAccess) || parameter.ParameterType == typeof(MerchantAccess)))
            .Select(UseCaseCalls.NameOf)
            .Where(name => !ForEverybody.Contains(name))
            .Except(InnerSteps));
    }

    /// <summary>Steps of the product itself that share a class with what the desk asks for.</summary>
    private static readonly HashSet<string> InnerSteps = ["ActOnAccount.ResumeAsync", "ReconcileProcessor.RunAsync"];

    private static bool IsOfDesk(Type type) => type.Namespace == "OneBalance.Web.Features.Admin"
        || type.GetCustomAttributes<AuthorizeAttribute>(inherit: true).Any(authorize => authorize.Policy is MerchantClaims.SupportPolicy or MerchantClaims.SupervisorPolicy);

    private static Task<string> IdAsync(TestApp app, string email) =>
        app.InScopeAsync<UserManager<AppUser>, string>(async users => (await users.FindByEmailAsync(email))!.Id);

    private static Task<string> RevokedAsync(TestApp app, string email, string role) => app.InScopeAsync<UserManager<AppUser>, string>(async users =>
    {
        var user = new AppUser { UserName = email, Email = email, EmailConfirmed = true };
        Assert.True((await users.CreateAsync(user, "correct horse")).Succeeded);
        Assert.True((await users.AddToRoleAsync(user, role)).Succeeded);
        Assert.True((await users.RemoveFromRoleAsync(user, role)).Succeeded);
        return user.Id;
    });
}
