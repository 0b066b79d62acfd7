using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Identity;
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
        ["AddCard.TakeUpAsync"] = Bill,
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
        ["UnitSettings.LoadAsync"] = Look,
        ["UnitSettings.SaveAsync"] = Buy,
        ["UnusedLabelSettings.LoadAsync"] = Look,
        ["UnusedLabelSettings.SaveAsync"] = Buy,
        ["VoidLabel.AmongManyAsync"] = Buy,
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

    /// <summary>What each page and download of a merchant needs. With somebody else's id those who may are told that there is none.</summary>
    private static readonly Dictionary<string, string> Pages = new()
    {
        ["/"] = Look,
        ["/Account/Manage"] = Own,
        ["/Account/Manage/ChangePassword"] = Own,
        ["/Account/Manage/Email"] = Own,
        ["/Account/Manage/Passkeys"] = Own,
        ["/Account/Manage/TwoFactorAuthentication"] = Own,
        ["/Account/SecondFactor"] = Own,
        ["/account/archive.zip"] = Take,
        ["/account/cancel"] = See,
        ["/address-book"] = Look,
        ["/address-book/address-book.csv"] = Take,
        ["/address-book/erase"] = Buy,
        ["/balance"] = See,
        ["/balance/adjustments"] = See,
        ["/balance/adjustments/{id:guid}/evidence"] = See,
        ["/balance/auto-funding"] = See,
        ["/balance/disputes"] = See,
        ["/balance/top-ups/{Id}"] = See,
        ["/balance/top-ups/{id}/receipt.pdf"] = See,
        ["/balance/top-ups/{id}/return"] = Bill,
        ["/batches"] = Look,
        ["/batches/sample/{language:regex(^(en|fr)$)}"] = Look,
        ["/batches/{Id:guid}"] = Look,
        ["/labels"] = Look,
        ["/labels/new"] = Buy,
        ["/labels/new/{Id:guid}"] = Buy,
        ["/labels/prints/{id:guid}/invoices.pdf"] = Buy,
        ["/labels/prints/{id:guid}/labels.pdf"] = Buy,
        ["/labels/prints/{id:guid}/labels.zpl"] = Buy,
        ["/labels/{Id:guid}"] = Look,
        ["/labels/{id:guid}/credit-note.pdf"] = Take,
        ["/labels/{id:guid}/invoice.pdf"] = Buy,
        ["/labels/{id:guid}/label.pdf"] = Buy,
        ["/labels/{id:guid}/label.zpl"] = Buy,
        ["/labels/{id:guid}/tax-invoice.pdf"] = Take,
        ["/manifests"] = Look,
        ["/manifests/{Id:guid}"] = Look,
        ["/manifests/{id:guid}/{number:int}.pdf"] = Look,
        ["/refunds"] = Look,
        ["/refunds/refunds.csv"] = Take,
        ["/set-up"] = Bill,
        ["/set-up/card/return"] = Bill,
        ["/settings"] = Look,
        ["/settings/notices"] = Look,
        ["/settings/team"] = Look,
        ["/statements"] = See,
        ["/statements/statement.{format:regex(^(pdf|csv|xlsx)$)}"] = Take,
    };

    /// <summary>What is asked for in the address, where something must be.</summary>
    private static readonly Dictionary<string, string> Asked = new()
    {
        ["/refunds/refunds.csv"] = "?from=2026-11-01&to=2026-11-30",
        ["/set-up/card/return"] = "?session=cs_unknown",
        ["/statements/statement.{format:regex(^(pdf|csv|xlsx)$)}"] = "?from=2026-11-01&to=2026-11-30",
    };

    /// <summary>Use cases that give only a signal: no right is asked for, and nothing is told.</summary>
    private static readonly HashSet<string> Signals = ["BalanceWatch.Follow"];

    [Fact]
    public void Every_use_case_that_a_person_starts_has_a_row() =>
        Assert.Equal(Needs.Keys.Order(StringComparer.Ordinal), UseCaseCalls.Found<MerchantAccess>().Select(UseCaseCalls.NameOf).Where(name => !Signals.Contains(name)).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_use_case_refuses_exactly_those_without_its_right()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        var merchant = await app.Database.AddMerchantAsync(setUp: true);
        Rights[] people = [.. Enumerable.Range(0, 32).Select(bits => Rights.Member((MerchantRight)bits)), Rights.Owner, Rights.Looker, Rights.Nobody];
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(UseCaseCalls.Found<MerchantAccess>().Where(method => !Signals.Contains(UseCaseCalls.NameOf(method))), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (method, _) =>
        {
            string name = UseCaseCalls.NameOf(method);
            if (!Needs.TryGetValue(name, out string? needs))
            {
                return;
            }

            foreach (var rights in people)
            {
                // The use case gets stale rights to show that it reads them anew: what counts is what is read.
                bool refused = await UseCaseCalls.RefusesAsync<NotAllowedException>(app, method, MerchantAccess.OfPerson(merchant, Rights.Owner, _ => Task.FromResult(rights)));
                if (refused == Allows(rights, needs))
                {
                    wrong.Add($"{name} needs {needs} and {(refused ? "refuses" : "lets in")} {rights}");
                }
            }
        });

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_page_and_download_of_a_merchant_has_a_row() =>
        Assert.Equal(TenantMatrixTests.RoutesOfMerchants.Order(StringComparer.Ordinal), Pages.Keys.Order(StringComparer.Ordinal));

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
                using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(page.Key));
                using var answer = await browser.SendAsync(request, ct);
                bool refused = answer.StatusCode == HttpStatusCode.Forbidden;
                if (refused == Allows(rights, page.Value) || answer.StatusCode == HttpStatusCode.InternalServerError
                    || (answer.Headers.Location?.ToString() is { } to && (to.Contains("/Account/Login", StringComparison.Ordinal) || to.Contains("/Account/AccessDenied", StringComparison.Ordinal))))
                {
                    wrong.Add($"{page.Key} needs {page.Value} and answers {rights.Given} {(int)answer.StatusCode} {answer.Headers.Location}");
                }
            });
        }

        Assert.Empty(wrong);
    }

    /// <summary>With an id of nothing in it.</summary>
    private static string PathOf(string route) => route
        .Replace("{language:regex(^(en|fr)$)}", "en", StringComparison.Ordinal)
        .Replace("{format:regex(^(pdf|csv|xlsx)$)}", "csv", StringComparison.Ordinal)
        .Replace("{number:int}", "1", StringComparison.Ordinal)
        .Replace("{id:guid}", $"{new Guid(1, 0, 0, new byte[8])}", StringComparison.OrdinalIgnoreCase)
        .Replace("{id}", $"{new Guid(1, 0, 0, new byte[8]):n}", StringComparison.OrdinalIgnoreCase) + Asked.GetValueOrDefault(route);

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

            // Otherwise two pages asked for at once would both make the key of an authenticator app.
            Assert.True((await users.ResetAuthenticatorKeyAsync(user)).Succeeded);
            await using var db = await app.Contexts.CreateDbContextAsync();
            db.Memberships.Add(new Membership { MerchantId = merchant, UserId = user.Id, IsOwner = rights == Rights.Owner, Rights = rights.Given, Name = "Robin" });
            return await db.SaveChangesAsync() == 1;
        }));
}
