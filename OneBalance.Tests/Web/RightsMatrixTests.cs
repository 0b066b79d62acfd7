using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web;

/// <summary>
/// Every use case that a person starts, found by what it takes, is called with each of the 32 combinations of rights, by support
/// looking on and by somebody who is no member: it refuses exactly those without the right that stands here. Every page and
/// download answers each kind of member as its row says.
/// </summary>
public sealed class RightsMatrixTests
{
    private const string Look = "look";
    private const string Own = "own";
    private const string Buy = nameof(MerchantRight.BuyLabels);
    private const string See = nameof(MerchantRight.SeeBalance);
    private const string Bill = nameof(MerchantRight.ManageBilling);
    private const string Take = nameof(MerchantRight.Export);
    private const string Team = nameof(MerchantRight.ManageTeam);

    /// <summary>What each needs: a right; <c>look</c>, to be in or to look on; <c>own</c>, to be a member, for what is the person's own.</summary>
    private static readonly Dictionary<string, string> Needs = new()
    {
        ["AcceptTerms.RunAsync"] = Bill,
        ["AccountArchive.PackAsync"] = Take,
        ["AddCard.FinishAsync"] = Bill,
        ["AddCard.OpenPageAsync"] = Bill,
        ["AddCard.StartAsync"] = Bill,
        ["AddCard.StartReplacingAsync"] = Bill,
        ["AddFunds.RunAsync"] = Bill,
        ["AddressBookFile.CsvAsync"] = Take,
        ["AddressQueries.ListAsync"] = Look,
        ["AddressQueries.SuggestAsync"] = Look,
        ["AdjustmentQueries.EvidenceAsync"] = See,
        ["AdjustmentQueries.OfMerchantAsync"] = See,
        ["AutoFundingQueries.HistoryAsync"] = See,
        ["AutoFundingQueries.SuggestAsync"] = Bill,
        ["BalanceQueries.AutoFundingAsync"] = See,
        ["BalanceQueries.BalanceAsync"] = See,
        ["BalanceQueries.LoadAsync"] = See,
        ["BalanceQueries.TopUpAsync"] = See,
        ["BalanceWatch.NowAsync"] = See,
        ["BatchQueries.BoughtAsync"] = Look,
        ["BatchQueries.ListAsync"] = Look,
        ["BatchQueries.ReadAsync"] = Look,
        ["BatchQueries.ServicesAsync"] = Look,
        ["BusinessDetails.LoadAsync"] = Look,
        ["BusinessDetails.SaveAsync"] = Bill,
        ["BuyBatch.RunAsync"] = Buy,
        ["BuyLabel.RunAsync"] = Buy,
        ["BuyLabel.WatchAsync"] = Look,
        ["CancelBatch.RunAsync"] = Buy,
        ["CancellationQueries.OfMerchantAsync"] = See,
        ["CardQueries.ListAsync"] = See,
        ["ChangeBatch.ColumnsAsync"] = Buy,
        ["ChangeBatch.DeclinedAgainAsync"] = Buy,
        ["ChangeBatch.DiscardAsync"] = Buy,
        ["ChangeBatch.LeaveOutAsync"] = Buy,
        ["ChangeBatch.LineAsync"] = Buy,
        ["ChangeBatch.RuleAsync"] = Buy,
        ["ChangeBatch.TermsAsync"] = Buy,
        ["ChangeRights.RunAsync"] = Team,
        ["CloseDay.AskAgainAsync"] = Buy,
        ["CloseDay.RunAsync"] = Buy,
        ["CloseDay.WatchAsync"] = Look,
        ["ClosingSettings.LoadAsync"] = Look,
        ["ClosingSettings.SaveAsync"] = Buy,
        ["DebtQueries.LoadAsync"] = See,
        ["DisputeAdjustment.RunAsync"] = Bill,
        ["DisputeQueries.OfMerchantAsync"] = See,
        ["ErasePerson.LookAsync"] = Buy,
        ["ErasePerson.RunAsync"] = Buy,
        ["FinishSetUp.RunAsync"] = Bill,
        ["FundPurchase.LookAsync"] = Buy,
        ["FundPurchase.RunAsync"] = Buy,
        ["GetRates.RunAsync"] = Buy,
        ["HomeQueries.LoadAsync"] = Look,
        ["ImportBatch.RunAsync"] = Buy,
        ["InviteMember.AgainAsync"] = Team,
        ["InviteMember.RunAsync"] = Team,
        ["LabelQueries.AsShownAsync"] = Look,
        ["LabelQueries.DocumentAsync"] = Buy,
        ["LabelQueries.DraftsAsync"] = Look,
        ["LabelQueries.FormAsync"] = Buy,
        ["LabelQueries.PageAsync"] = Look,
        ["LabelQueries.PapersAsync"] = Look,
        ["LabelQueries.PrintableAsync"] = Look,
        ["LabelQueries.ReadAsync"] = Look,
        ["LedgerQueries.PageAsync"] = See,
        ["ManifestQueries.DocumentAsync"] = Look,
        ["ManifestQueries.OpenAsync"] = Look,
        ["ManifestQueries.PageAsync"] = Look,
        ["ManifestQueries.ReadAsync"] = Look,
        ["NavState.SetUpIsDoneAsync"] = Look,
        ["NoticeSettings.LoadAsync"] = Look,
        ["NoticeSettings.SaveAsync"] = Own,
        ["PresetQueries.ListAsync"] = Look,
        ["PrintLabels.OpenAsync"] = Buy,
        ["PrintLabels.StartAsync"] = Buy,
        ["PrintSettings.LoadAsync"] = Look,
        ["PrintSettings.SaveAsync"] = Buy,
        ["RateBatch.RunAsync"] = Buy,
        ["RefundQueries.AllAsync"] = Take,
        ["RefundQueries.ReportAsync"] = Look,
        ["RefundQueries.UnusedAsync"] = Look,
        ["RememberedGoods.ForgetAsync"] = Buy,
        ["RememberedGoods.ListAsync"] = Look,
        ["RemoveAddress.RunAsync"] = Buy,
        ["RemoveCard.RunAsync"] = Bill,
        ["RemoveMember.RunAsync"] = Team,
        ["RemovePreset.RunAsync"] = Buy,
        ["RequestCancellation.RunAsync"] = Bill,
        ["ResumeTopUp.RunAsync"] = Bill,
        ["SaveAddress.RunAsync"] = Buy,
        ["SaveAutoFunding.RunAsync"] = Bill,
        ["SaveLabelDraft.DiscardAsync"] = Buy,
        ["SaveLabelDraft.RunAsync"] = Buy,
        ["SavePreset.RunAsync"] = Buy,
        ["SaveSetUp.BillingAsync"] = Bill,
        ["SaveSetUp.GoToAsync"] = Bill,
        ["SaveSetUp.ReturnToAsync"] = Bill,
        ["SaveSetUp.TickTermsAsync"] = Bill,
        ["SetBackupCard.RunAsync"] = Bill,
        ["SetDefaultCard.RunAsync"] = Bill,
        ["SetDefaultPreset.RunAsync"] = Buy,
        ["SetDefaultSender.RunAsync"] = Buy,
        ["SetUpQueries.IsFinishedAsync"] = Look,
        ["SetUpQueries.LoadAsync"] = Bill,
        ["StartLabel.AgainAsync"] = Buy,
        ["StartLabel.RunAsync"] = Buy,
        ["StartLabel.ShipFromAsync"] = Look,
        ["StatementQueries.ForFileAsync"] = Take,
        ["StatementQueries.LoadAsync"] = See,
        ["TaxPaperQueries.ReadAsync"] = Take,
        ["TeamQueries.LoadAsync"] = Look,
        ["TermsQueries.LoadAsync"] = Look,
        ["TopUpReceipt.DrawAsync"] = See,
        ["TrackingQueries.ReadAsync"] = Look,
        ["UnusedLabelSettings.LoadAsync"] = Look,
        ["UnusedLabelSettings.SaveAsync"] = Buy,
        ["VoidLabel.AsSoonAsAllowedAsync"] = Buy,
        ["VoidLabel.RunAsync"] = Buy,
        ["VoidLabel.SendAsync"] = Buy,
        ["VoidLabel.WithdrawAsync"] = Buy,
        ["VoidManyLabels.PlanAsync"] = Look,
        ["VoidManyLabels.RunAsync"] = Buy,
        ["VoidManyLabels.WithdrawAsync"] = Buy,
        ["WhoToAsk.OwnerAsync"] = Look,
        ["WithdrawCancellation.RunAsync"] = Bill,
        ["WithdrawInvitation.RunAsync"] = Team,
    };

    /// <summary>What a page or download needs; those not listed are for every member. Downloads with somebody else's id say 404 to those who may.</summary>
    private static readonly Dictionary<string, string> Pages = new()
    {
        ["/"] = Look,
        ["/address-book"] = Look,
        [$"/address-book/erase?label={Nothing}"] = Buy,
        ["/batches"] = Look,
        ["/labels"] = Look,
        ["/manifests"] = Look,
        ["/settings"] = Look,
        ["/settings/notices"] = Look,
        ["/settings/team"] = Look,
        ["/refunds"] = Look,
        ["/labels/new"] = Buy,
        [$"/labels/new/{Nothing}"] = Buy,
        [$"/labels/{Nothing}/label.pdf"] = Buy,
        [$"/labels/prints/{Nothing}/labels.pdf"] = Buy,
        ["/balance"] = See,
        ["/balance/auto-funding"] = See,
        ["/balance/disputes"] = See,
        ["/balance/adjustments"] = See,
        [$"/balance/top-ups/{NothingShort}"] = See,
        [$"/balance/top-ups/{NothingShort}/receipt.pdf"] = See,
        ["/statements"] = See,
        ["/set-up"] = Bill,
        ["/set-up/card/return?session=cs_unknown"] = Bill,
        [$"/balance/top-ups/{NothingShort}/return"] = Bill,
        ["/statements/statement.csv?from=2026-11-01&to=2026-11-30"] = Take,
        ["/address-book/address-book.csv"] = Take,
        ["/refunds/refunds.csv?from=2026-11-01&to=2026-11-30"] = Take,
        [$"/labels/{Nothing}/tax-invoice.pdf"] = Take,
        [$"/labels/{Nothing}/credit-note.pdf"] = Take,
    };

    private const string Nothing = "00000000-0000-0000-0000-000000000001";
    private const string NothingShort = "00000000000000000000000000000001";

    /// <summary>Use cases that give only a signal: no right is asked for, and nothing is told.</summary>
    private static readonly HashSet<string> Signals = ["BalanceWatch.Follow"];

    [Fact]
    public void Every_use_case_that_a_person_starts_has_a_row() =>
        Assert.Equal(Needs.Keys.Order(StringComparer.Ordinal), Found().Select(NameOf).Where(name => !Signals.Contains(name)).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_use_case_refuses_exactly_those_without_its_right()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        var merchant = await app.Database.AddMerchantAsync(setUp: true);
        Rights[] people = [.. Enumerable.Range(0, 32).Select(bits => Rights.Member((MerchantRight)bits)), Rights.Owner, Rights.Looker, Rights.Nobody];
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Found().Where(method => !Signals.Contains(NameOf(method))), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (method, _) =>
        {
            string name = NameOf(method);
            if (!Needs.TryGetValue(name, out string? needs))
            {
                return;
            }

            foreach (var rights in people)
            {
                // The use case gets stale rights to show that it reads them anew: what counts is what is read.
                bool refused = await RefusesAsync(app, method, MerchantAccess.OfPerson(merchant, Rights.Owner, _ => Task.FromResult(rights)));
                if (refused == Allows(rights, needs))
                {
                    wrong.Add($"{name} needs {needs} and {(refused ? "refuses" : "lets in")} {rights}");
                }
            }
        });

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_page_and_download_answers_each_member_as_their_rights_say()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false", ["Accounts:AttemptsPerMinute"] = "600" });
        var merchant = await app.Database.AddMerchantAsync(setUp: true);
        Rights[] people = [.. Rights.All.Append(MerchantRight.None).Select(Rights.Member), Rights.Owner];
        var wrong = new ConcurrentBag<string>();
        foreach (var rights in people)
        {
            string email = $"member-{(int)rights.Given}@example.com";
            await AddMemberAsync(app, merchant, email, rights);
            using var browser = app.CreateClient();
            await browser.SignInAsync(email, "correct horse");
            await Parallel.ForEachAsync(Pages, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (page, ct) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, page.Key);
                using var answer = await browser.SendAsync(request, ct);
                bool refused = answer.StatusCode == HttpStatusCode.Forbidden;
                if (refused == Allows(rights, page.Value) || answer.StatusCode == HttpStatusCode.InternalServerError
                    || (answer.Headers.Location?.ToString().Contains("/Account/", StringComparison.Ordinal) ?? false))
                {
                    wrong.Add($"{page.Key} needs {page.Value} and answers {rights.Given} {(int)answer.StatusCode} {answer.Headers.Location}");
                }
            });
        }

        Assert.Empty(wrong);
    }

    private static bool Allows(Rights rights, string needs) => needs switch
    {
        Look => rights.In,
        Own => rights.MayAct,
        _ => rights.Allow(Enum.Parse<MerchantRight>(needs)),
    };

    private static async Task AddMemberAsync(TestApp app, MerchantId merchant, string email, Rights rights) =>
        Assert.True(await app.InScopeAsync<UserManager<AppUser>, bool>(async users =>
        {
            var user = new AppUser { UserName = email, Email = email, EmailConfirmed = true, MerchantId = merchant };
            Assert.True((await users.CreateAsync(user, "correct horse")).Succeeded);
            await using var db = await app.Contexts.CreateDbContextAsync();
            db.Memberships.Add(new Membership { MerchantId = merchant, UserId = user.Id, IsOwner = rights == Rights.Owner, Rights = rights.Given, Name = "Robin" });
            return await db.SaveChangesAsync() == 1;
        }));

    /// <summary>What a person can start: methods of the features, not of pages, that take access, by itself or in a request.</summary>
    private static IReadOnlyList<MethodInfo> Found() =>
    [
        .. typeof(Program).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsNested: false } && (type.Namespace ?? "").StartsWith("OneBalance.Web.Features.", StringComparison.Ordinal))
            .Where(type => !typeof(IComponent).IsAssignableFrom(type) && type != typeof(MerchantAccess) && type.GetMethod("<Clone>$") is null)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => (method.IsPublic || method.IsAssembly) && method.GetParameters().Any(parameter => CarriesAccess(parameter.ParameterType))),
    ];

    private static bool CarriesAccess(Type type) => type == typeof(MerchantAccess)
        || ((type.Namespace ?? "").StartsWith("OneBalance.Web.Features.", StringComparison.Ordinal) && type.GetMethod("<Clone>$") is not null
            && type.GetProperties().Any(property => property.PropertyType == typeof(MerchantAccess)));

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>Calls with arguments that mean nothing: rights are asked for before anything is looked at.</summary>
    private static async Task<bool> RefusesAsync(TestApp app, MethodInfo method, MerchantAccess access)
    {
        await using var scope = app.Services.CreateAsyncScope();
        object use = ActivatorUtilities.GetServiceOrCreateInstance(scope.ServiceProvider, method.DeclaringType!);
        object?[] arguments = [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType, access))];
        try
        {
            switch (method.Invoke(use, arguments))
            {
                case Task task:
                    await task;
                    break;
                default:
                    break;
            }

            return false;
        }
        catch (Exception failure)
        {
            // Whatever else goes wrong with such arguments, they were let in.
            return failure is NotAllowedException or TargetInvocationException { InnerException: NotAllowedException };
        }
    }

    /// <summary>Some value of the type: empty, the first, or made of such values.</summary>
    private static object? Sample(Type type, MerchantAccess access)
    {
        if (type == typeof(MerchantAccess))
        {
            return access;
        }

        if (type == typeof(string))
        {
            return "nothing";
        }

        if (type.IsArray)
        {
            return Array.CreateInstance(type.GetElementType()!, 0);
        }

        if (type.IsGenericType && type.IsInterface)
        {
            var of = type.GetGenericArguments();
            return of.Length == 1 ? Array.CreateInstance(of[0], 0) : Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(of));
        }

        if (typeof(Delegate).IsAssignableFrom(type) || type.IsInterface || type.IsAbstract)
        {
            return null;
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(0);
        }

        if (type.IsValueType)
        {
            return Activator.CreateInstance(type);
        }

        var constructor = type.GetConstructors().OrderByDescending(made => made.GetParameters().Length).FirstOrDefault();
        return constructor?.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType, access))]);
    }
}
