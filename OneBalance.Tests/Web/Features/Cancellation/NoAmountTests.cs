using System.Net;
using System.Reflection;
using AngleSharp.Html.Parser;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Architecture;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Merchants;
using static OneBalance.Tests.Web.Features.Cancellation.CancellationScene;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>The remainder leaves as a whole: nobody can type how much, at no stage, on neither side.</summary>
public sealed class NoAmountTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task At_every_stage_the_merchants_page_takes_a_reason_alone_and_supports_page_no_amount()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await DemoMerchantAsync(bench);
        using var owner = bench.App.CreateClient();
        using var support = bench.App.CreateClient();
        await owner.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await bench.SubmitAsync(new Credit(merchant, "goodwill/1", new Money(150_00)));
        var fields = new SortedSet<string>(StringComparer.Ordinal);

        await LookAsync(null, "What happens");
        await bench.App.InScopeAsync<WithdrawCancellation, object>(async use =>
        {
            await bench.App.InScopeAsync<RequestCancellation, object>(async ask => await ask.RunAsync(merchant, Owner, Why, None));
            return await use.RunAsync(merchant, Owner, None);
        });
        await LookAsync(null, "was withdrawn on");
        var id = Assert.IsType<RequestCancellationOutcome.Requested>(
            await bench.App.InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.RunAsync(merchant, Owner, Why, None))).Id;
        await LookAsync(id, "Withdraw request");
        await bench.SubmitAsync(new Reserve(merchant, "label", new Money(3_00)));
        await DoneAsync<OpenCancellation>(use => use.RunAsync(Ann, id, Why, None));
        await LookAsync(id, "$3.00");
        await bench.SubmitAsync(new Release(merchant, "released", "label"));
        await LookAsync(id, "Withdraw request");
        await DoneAsync<ApproveCancellation>(use => use.RunAsync(Bea, id, new Money(150_00), Why, None));
        await LookAsync(id, "$150.00");
        var lot = Assert.Single((await FileAsync()).Lots);
        await DoneAsync<RecordPayout>(use => use.RunAsync(Ann, id, lot.Id, BankMeans.Cheque, "000123", Why, None));
        await LookAsync(id, "000123");
        await DoneAsync<ReturnPayout>(use => use.RunAsync(Ann, id, lot.Id, Why, None));
        await LookAsync(id, "$150.00");
        await bench.SubmitAsync(new Credit(merchant, "late/1", new Money(120_00)));
        await bench.App.InScopeAsync<CancellationSweep, int>(sweep => sweep.RunAsync(None));
        Assert.Contains((await FileAsync()).Lots, part => part is { Supplementary: true, State: PayoutLotState.Planned });
        await LookAsync(id, "$120.00");

        // What was typed into on the way: reasons, and the number of a cheque.
        Assert.Contains("merchant: textarea cancel-reason", fields);
        Findings.AssertNone(fields.Where(field => field.StartsWith("merchant:", StringComparison.Ordinal)).Except(["merchant: textarea cancel-reason"]));
        Assert.Contains(fields, field => field.StartsWith("support: input", StringComparison.Ordinal) && field.EndsWith("-number", StringComparison.Ordinal));
        Findings.AssertNone(fields.Where(field => field.StartsWith("support: input", StringComparison.Ordinal) && !field.EndsWith("-number", StringComparison.Ordinal)));

        async Task LookAsync(Guid? file, string expected)
        {
            string page = await owner.GetStringAsync("/account/cancel");
            Assert.Contains(expected, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
            Collect("merchant", page);
            if (file is not null)
            {
                Collect("support", await support.GetStringAsync($"/admin/cancellations/{file}"));
            }
        }

        void Collect(string whose, string page)
        {
            foreach (var field in new HtmlParser().ParseDocument(page).QuerySelectorAll("main input, main textarea, main select, main [contenteditable], main [role=spinbutton], main [role=slider]"))
            {
                string type = field.GetAttribute("type") ?? "text";
                Assert.False(type == "number" || field.HasAttribute("inputmode"), $"{whose}: {field.OuterHtml}");
                if (type != "hidden")
                {
                    fields.Add($"{whose}: {field.LocalName} {field.Id}");
                }
            }
        }

        async Task DoneAsync<T>(Func<T, Task<DeskOutcome>> act)
            where T : notnull =>
            Assert.IsType<DeskOutcome.Done>(await bench.App.InScopeAsync(act));

        async Task<CancellationFile> FileAsync() => (await bench.App.InScopeAsync<CancellationDesk, CancellationFile?>(desk => desk.ReadAsync(TestRights.Desk, id, None)))!;
    }

    /// <summary>Support says which amount it was shown, so that another one is refused; nothing else of money is taken.</summary>
    [Fact]
    public void No_use_case_of_cancelling_takes_an_amount_to_pay()
    {
        var asked = UseCaseCalls.Found<MerchantAccess>().Concat(UseCaseCalls.Found<SupportAccess>())
            .Where(method => method.DeclaringType!.Namespace == typeof(RequestCancellation).Namespace).ToList();
        Assert.Contains(asked, method => method.DeclaringType == typeof(RecordPayout));

        Findings.AssertNone(asked.SelectMany(method => method.GetParameters().Where(IsAmount).Select(parameter => $"{UseCaseCalls.NameOf(method)} takes {parameter.Name}")));

        static bool IsAmount(ParameterInfo parameter) =>
            (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is var type
            && ((type == typeof(Money) && parameter.Name != "seen") || type == typeof(decimal) || type == typeof(long) || type == typeof(double));
    }

    private static async Task<MerchantId> DemoMerchantAsync(FundingBench bench)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var now = bench.Time.GetUtcNow();
        await db.Merchants.ExecuteUpdateAsync(set => set.SetProperty(row => row.SetUpFinishedAt, now));
        return (await db.Users.Where(user => user.Email == DemoAccounts.MerchantEmail).Select(user => user.MerchantId).SingleAsync())!.Value;
    }
}
