using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Browser;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Reconciliation;
using static OneBalance.Tests.Web.Features.Cancellation.CancellationScene;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>A cancellation from the request to the last cent, also when the process dies in between.</summary>
public sealed class CancellationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Fact]
    public async Task The_whole_remainder_goes_back_newest_funding_first_and_the_rest_by_cheque()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        scene.Bench.Time.Advance(TimeSpan.FromDays(200));
        await scene.FundAsync(30_00);
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(5_00)));

        var id = await scene.CloseAsync();

        // The funding of 200 days ago is too old for its card; 5.00 of goodwill came from no card.
        var file = await scene.FileAsync(id);
        Assert.Equal(ClosingState.PayingOut, file.Row.State);
        Assert.Equal(
            [(PayoutRoute.Card, 30_00L, PayoutLotState.Paid), (PayoutRoute.Bank, 45_00L, PayoutLotState.Planned)],
            file.Lots.Select(lot => (lot.Route, lot.Amount.Cents, lot.State)));
        Assert.Equal((new DateOnly(2027, 7, 23), new DateOnly(2027, 8, 6)), (file.DueFrom, file.DueBy));

        Assert.IsType<DeskOutcome.ReferenceNeeded>(await scene.RecordAsync(id, file.Lots[1].Id, number: " "));
        Assert.IsType<DeskOutcome.Done>(await scene.RecordAsync(id, file.Lots[1].Id));
        Assert.IsType<DeskOutcome.Changed>(await scene.RecordAsync(id, file.Lots[1].Id));

        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);
        await scene.AssertPaidOnceAsync(75_00);
        Assert.Equal(
            ["Requested", "Opened", "Approved", "Sent", "Sent", "Paid"],
            await scene.MailsAsync());
        Assert.Equal(
            [
                (AuditAction.CancellationRequested, Owner.UserId, Why, null, $$"""{"state":"Requested","reference":"{{file.Row.Reference}}"}"""),
                (AuditAction.CancellationOpened, Ann.UserId, Why, """{"state":"Requested"}""", $$"""{"state":"Opening","reference":"{{file.Row.Reference}}"}"""),
                (AuditAction.CancellationApproved, Bea.UserId, Why, """{"state":"Closing","available":"75.00"}""",
                    $$"""{"state":"Approved","reference":"{{file.Row.Reference}}","remainder":"75.00","openedBy":"ann","dueFrom":"2027-07-23","dueBy":"2027-08-06"}"""),
                (AuditAction.PayoutRecorded, Ann.UserId, "The card takes no more", """{"state":"Planned","dueFrom":"2027-07-23","dueBy":"2027-08-06"}""",
                    $$"""{"state":"Sending","reference":"{{file.Row.Reference}}","number":2,"amount":"45.00","means":"Cheque","bankReference":"000123"}"""),
            ],
            (await LinesAsync(scene)).Select(line => (line.Action, line.UserId, line.Reason, line.Before, line.After)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Who_takes_a_request_back_stands_in_the_trail_once_before_and_after_opening(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        await scene.RequestAsync();
        Assert.IsType<WithdrawCancellationOutcome.Withdrawn>(await scene.WithdrawAsync());
        await scene.OpenAsync(await scene.RequestAsync());

        await Task.WhenAll(scene.WithdrawAsync(), scene.WithdrawAsync());
        Assert.IsType<WithdrawCancellationOutcome.Withdrawn>(await scene.WithdrawAsync());

        Assert.Equal(
            [
                (Owner.UserId, Owner.Email, Owner.Address, """{"state":"Requested"}""", "Withdrawn"),
                (Owner.UserId, Owner.Email, Owner.Address, """{"state":"Closing"}""", "Withdrawing"),
            ],
            (await LinesAsync(scene)).Where(line => line.Action == AuditAction.CancellationWithdrawn)
                .Select(line => (line.UserId, line.Email, line.Address, line.Before, line.After!.Split('"')[3])));
    }

    private static async Task<IReadOnlyList<AuditEntry>> LinesAsync(CancellationScene scene)
    {
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        return await db.AuditEntries.AsNoTracking().Where(line => line.MerchantId == scene.Merchant).OrderBy(line => line.At).ToListAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task From_the_start_of_closing_nothing_is_bought_or_funded_until_it_is_withdrawn(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        await scene.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(scene.Merchant, AutoFundingPlan.Offered, None));
        var id = await scene.RequestAsync();
        Assert.IsType<LedgerReply.Accepted>(await scene.Bench.SubmitAsync(new Reserve(scene.Merchant, "before", new Money(1_00))));
        await scene.Bench.SubmitAsync(new Release(scene.Merchant, "released", "before"));

        Assert.IsType<DeskOutcome.Done>(await scene.OpenAsync(id));

        await using (var node = await scene.Bench.App.StartNodeAsync())
        {
            var elsewhere = await node.Services.GetRequiredService<LedgerBook>().SubmitAsync(new Reserve(scene.Merchant, "elsewhere", new Money(1_00)), None);
            Assert.Equal(new LedgerReply.Refused(new LedgerRefusal.AccountClosing()), elsewhere);
        }

        Assert.IsType<AddFundsOutcome.AccountClosing>(await scene.Bench.AddFundsAsync(scene.Merchant, FundingBench.Order()));
        Assert.IsType<AutoFundingDecision.Off>(await scene.InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(scene.Merchant, None)));

        Assert.IsType<WithdrawCancellationOutcome.Withdrawn>(await scene.WithdrawAsync());
        Assert.IsType<LedgerReply.Accepted>(await scene.Bench.SubmitAsync(new Reserve(scene.Merchant, "after", new Money(1_00))));
        Assert.NotEqual(id, await scene.RequestAsync());
    }

    [Fact]
    public async Task What_pends_blocks_approval_and_after_approval_nothing_is_withdrawn()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        await scene.Bench.SubmitAsync(new Reserve(scene.Merchant, "label", new Money(3_00)));
        var id = await scene.RequestAsync();
        await scene.OpenAsync(id);

        var refused = Assert.IsType<DeskOutcome.Refused>(await scene.ApproveAsync(id, Bea, 37_00));
        Assert.Equal([ClosingBlocker.HeldMoney], Assert.IsType<ApprovalDecision.Blocked>(refused.Why).Blockers);

        await scene.Bench.SubmitAsync(new Release(scene.Merchant, "released", "label"));
        Assert.Equal(new DeskOutcome.Refused(new ApprovalDecision.AmountChanged(new Money(40_00))), await scene.ApproveAsync(id, Bea, 37_00));
        Assert.IsType<DeskOutcome.Done>(await scene.ApproveAsync(id, Bea, 40_00));
        Assert.IsType<WithdrawCancellationOutcome.TooLate>(await scene.WithdrawAsync());
        await scene.AssertPaidOnceAsync(40_00);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Above_the_limit_the_maker_is_refused_by_the_rule_and_by_the_database(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(100_01);
        var id = await scene.RequestAsync();
        await scene.OpenAsync(id);

        Assert.Equal(new DeskOutcome.Refused(new ApprovalDecision.SecondPersonNeeded(new Money(100_00))), await scene.ApproveAsync(id, Ann, 100_01));

        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        var closing = await db.AccountClosings.SingleAsync(c => c.Id == id);
        (closing.State, closing.ApprovedBy, closing.ApprovedAmount, closing.ApprovalLimit) = (ClosingState.Approved, Ann.UserId, new Money(100_01), new Money(100_00));
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        closing.ApprovedBy = Bea.UserId;
        await db.SaveChangesAsync();
    }

    [Fact]
    public async Task A_refund_that_fails_comes_back_into_the_plan_and_reconciles()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        await scene.UseCardAsync(RefundFails);
        await scene.FundAsync(30_00);
        await scene.SpendAsync(5_00);
        var id = await scene.CloseAsync();
        Assert.Equal([(30_00L, PayoutLotState.Sent), (35_00L, PayoutLotState.Paid)], (await scene.FileAsync(id)).Lots.Select(lot => (lot.Amount.Cents, lot.State)));

        await scene.FailPendingRefundsAsync();
        await scene.SweepAsync();

        // What the other charge still allows takes a part of it; the rest goes by cheque.
        var file = await scene.FileAsync(id);
        Assert.Equal(
            [
                (PayoutRoute.Card, 30_00L, PayoutLotState.Failed), (PayoutRoute.Card, 35_00L, PayoutLotState.Paid),
                (PayoutRoute.Card, 5_00L, PayoutLotState.Paid), (PayoutRoute.Bank, 25_00L, PayoutLotState.Planned),
            ],
            file.Lots.Select(lot => (lot.Route, lot.Amount.Cents, lot.State)));
        Assert.All(file.Lots, lot => Assert.Equal(file.DueBy, lot.DueBy));
        await scene.RecordAsync(id, file.Lots[3].Id);
        await scene.AssertPaidOnceAsync(65_00);
        await scene.InScopeAsync<ReconcileProcessor, object>(async reconcile => await reconcile.RunAsync("test", None));
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        Assert.Empty(await db.ReconciliationDifferences.Where(d => d.ResolvedAt == null).Select(d => d.Subject).ToListAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_late_credit_and_a_late_payment_leave_with_a_supplementary_payout(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        var id = await scene.CloseAsync();
        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);

        await scene.HearLateAsync(20_00);
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "late/1", new Money(3_00)));
        scene.Bench.Time.Advance(TimeSpan.FromDays(1));
        await scene.SweepAsync();

        var file = await scene.FileAsync(id);
        Assert.Equal(
            [(PayoutRoute.Card, 20_00L, true), (PayoutRoute.Bank, 3_00L, true)],
            file.Lots.Skip(1).Select(lot => (lot.Route, lot.Amount.Cents, lot.Supplementary)));
        Assert.True(file.Lots[1].DueBy > file.DueBy);
        await scene.RecordAsync(id, file.Lots[2].Id);
        await scene.AssertPaidOnceAsync(63_00);
        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);
    }

    [Fact]
    public async Task Overdue_payouts_come_first()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(5_00)));
        var overdue = await scene.CloseAsync();
        scene.Bench.Time.Advance(TimeSpan.FromDays(56));
        Assert.False(Assert.Single(await scene.ListAsync()).Overdue);
        scene.Bench.Time.Advance(TimeSpan.FromDays(1));
        await scene.AddMerchantAsync();
        var fresh = await scene.RequestAsync();

        Assert.Equal([(overdue, true), (fresh, false)], (await scene.ListAsync()).Select(row => (row.Id, row.Overdue)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Many_runners_on_two_nodes_pay_once(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        await scene.UseCardAsync(RefundFails);
        await scene.FundAsync(30_00);
        await using var node = await scene.Bench.App.StartNodeAsync();
        TestApp[] nodes = [scene.Bench.App, node];

        // Two presses of the merchant, two of each member of support, two sweeps on each node: all at once, at every stage.
        var requests = await Task.WhenAll(nodes.Select(app => app.InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.RunAsync(scene.Merchant, Owner, Why, None))));
        Assert.Single(requests.OfType<RequestCancellationOutcome.Requested>());
        var id = (await scene.ListAsync())[0].Id;
        await EverywhereAsync(app => app.InScopeAsync<OpenCancellation, DeskOutcome>(use => use.RunAsync(Ann, id, Why, None)));
        await EverywhereAsync(app => app.InScopeAsync<ApproveCancellation, DeskOutcome>(use => use.RunAsync(Bea, id, new Money(70_00), Why, None)));
        await scene.FailPendingRefundsAsync();
        await EverywhereAsync(_ => Task.FromResult(true));
        await scene.SweepAsync();
        var cheque = (await scene.FileAsync(id)).Lots.Single(lot => lot.Route == PayoutRoute.Bank);
        await EverywhereAsync(app => app.InScopeAsync<RecordPayout, DeskOutcome>(use => use.RunAsync(Ann, id, cheque.Id, BankMeans.Cheque, "000123", Why, None)));
        await scene.SweepAsync();

        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);
        await scene.AssertPaidOnceAsync(70_00);

        async Task EverywhereAsync<T>(Func<TestApp, Task<T>> act)
        {
            scene.Bench.Time.Advance(TimeSpan.FromMinutes(5));
            await Task.WhenAll(nodes.SelectMany(app => Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
            {
                if (i % 2 == 0)
                {
                    await act(app);
                }

                await app.InScopeAsync<CancellationSweep, int>(sweep => sweep.RunAsync(None));
            }))));
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Killed_between_any_two_steps_it_resumes_and_pays_once(DatabaseProvider provider)
    {
        var deaths = new Deaths();
        await using var scene = await CancellationScene.StartAsync(provider, deaths);
        scene.Bench.Seam.AroundRefund = _ => deaths.PassAsync();
        int killed = 0;
        for (int at = 1; ; at++)
        {
            await scene.AddMerchantAsync();
            await scene.FundAsync(40_00);
            await scene.UseCardAsync(RefundFails);
            await scene.FundAsync(30_00);
            await scene.SpendAsync(5_00);
            deaths.DieAt(at);

            // People repeat what had no effect; the sweep does the rest.
            var id = await LiveAsync(scene.RequestAsync);
            await LiveAsync(() => scene.OpenAsync(id));
            await scene.SweepAsync();
            await LiveAsync(() => scene.ApproveAsync(id, Bea, 65_00));
            for (int round = 0; round < 3; round++)
            {
                await LiveAsync(scene.SweepAsync);
                await scene.FailPendingRefundsAsync();
            }

            await scene.SweepAsync();
            var cheque = (await scene.FileAsync(id)).Lots.Single(lot => lot is { Route: PayoutRoute.Bank, State: PayoutLotState.Planned });
            await LiveAsync(() => scene.RecordAsync(id, cheque.Id));
            await scene.SweepAsync();

            Assert.Equal((at, ClosingState.Paid), (at, (await scene.FileAsync(id)).Row.State));
            await scene.AssertPaidOnceAsync(65_00);
            Assert.Equal(["Approved", "Failed", "Opened", "Paid", "Requested", "Sent", "Sent", "Sent", "Sent"], (await scene.MailsAsync()).Order(StringComparer.Ordinal));
            if (!deaths.HasDied)
            {
                break;
            }

            killed++;
        }

        Assert.True(killed > 40, $"Only {killed} places to die were found.");

        Task<T> LiveAsync<T>(Func<Task<T>> act) => deaths.LiveAsync(act);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Killed_between_any_two_steps_of_taking_it_back_the_account_is_as_before(DatabaseProvider provider)
    {
        var deaths = new Deaths();
        await using var scene = await CancellationScene.StartAsync(provider, deaths);
        int killed = 0;
        for (int at = 1; ; at++)
        {
            await scene.AddMerchantAsync();
            await scene.FundAsync(40_00);
            var id = await scene.RequestAsync();
            await scene.OpenAsync(id);
            deaths.DieAt(at);

            await deaths.LiveAsync(scene.WithdrawAsync);
            await scene.SweepAsync();

            Assert.Equal((at, ClosingState.Withdrawn), (at, (await scene.FileAsync(id)).Row.State));
            Assert.IsType<LedgerReply.Accepted>(await scene.Bench.SubmitAsync(new Reserve(scene.Merchant, "again", new Money(1_00))));
            if (!deaths.HasDied)
            {
                break;
            }

            killed++;
        }

        Assert.True(killed > 3, $"Only {killed} places to die were found.");
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Killed_between_any_two_steps_after_the_end_what_comes_late_or_comes_back_is_paid_once(DatabaseProvider provider)
    {
        var deaths = new Deaths();
        await using var scene = await CancellationScene.StartAsync(provider, deaths);
        scene.Bench.Seam.AroundRefund = _ => deaths.PassAsync();
        int killed = 0;
        for (int at = 1; ; at++)
        {
            await scene.AddMerchantAsync();
            await scene.UseCardAsync(RefundFails);
            await scene.FundAsync(30_00);
            await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(5_00)));
            var id = await scene.CloseAsync();
            await scene.RecordAllAsync(id);
            await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "late/1", new Money(120_00)));
            deaths.DieAt(at);

            // A credit above the limit, a refund that fails after all, and a cheque that the post brings back.
            await deaths.LiveAsync(scene.SweepAsync);
            await deaths.LiveAsync(() => scene.ApproveSupplementAsync(id, Bea, 120_00));
            await scene.FailPendingRefundsAsync();
            await deaths.LiveAsync(scene.SweepAsync);
            await deaths.LiveAsync(scene.SweepAsync);
            var first = (await scene.FileAsync(id)).Lots.First(lot => lot is { Route: PayoutRoute.Bank, Amount.Cents: 5_00 });
            await deaths.LiveAsync(() => scene.ReturnAsync(id, first.Id));
            await scene.SweepAsync();
            foreach (var lot in (await scene.FileAsync(id)).Lots.Where(lot => lot is { Route: PayoutRoute.Bank, State: PayoutLotState.Planned }))
            {
                await deaths.LiveAsync(() => scene.RecordAsync(id, lot.Id));
            }

            await scene.SweepAsync();

            Assert.Equal((at, ClosingState.Paid), (at, (await scene.FileAsync(id)).Row.State));
            await scene.AssertPaidOnceAsync(155_00);
            if (!deaths.HasDied)
            {
                break;
            }

            killed++;
        }

        Assert.True(killed > 40, $"Only {killed} places to die were found.");
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_archive_holds_everything_in_one_file_and_names_what_is_missing(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(40_00);
        var (merchant, now) = (scene.Merchant, scene.Bench.Time.GetUtcNow());
        await using (var db = await scene.Bench.App.Contexts.CreateDbContextAsync())
        {
            Add("1111111111111111", LabelState.Purchased, "application/pdf");
            Add("2222222222222222", LabelState.Purchased, "application/zpl");
            Add("3333333333333333", LabelState.Voided, "application/pdf");
            Add("4444444444444444", LabelState.Purchased, null);
            var manifest = new ManifestId(Guid.CreateVersion7());
            db.Manifests.Add(new Manifest { MerchantId = merchant, Id = manifest, State = ManifestState.Confirmed, CarrierGroup = "g", ShippingPoint = "H2X1Y4", RequestedAt = now, UpdatedAt = now });
            db.ManifestParts.AddRange(
                new ManifestPart { MerchantId = merchant, ManifestId = manifest, Number = 1, Link = "l", PoNumber = "P100", MediaType = "application/pdf", Content = [4] },
                new ManifestPart { MerchantId = merchant, ManifestId = manifest, Number = 2, Link = "l", PoNumber = "P200" });
            await db.SaveChangesAsync();

            void Add(string tracking, LabelState state, string? media)
            {
                var label = new LabelId(Guid.CreateVersion7());
                db.Labels.Add(new Label
                {
                    MerchantId = merchant,
                    Id = label,
                    State = state,
                    From = new PostalAddress(),
                    To = new PostalAddress(),
                    TrackingNumber = tracking,
                    CreatedAt = now,
                    UpdatedAt = now,
                });
                if (media is not null)
                {
                    db.LabelDocuments.Add(new LabelDocument { MerchantId = merchant, LabelId = label, Kind = LabelDocumentKind.Label, MediaType = media, Content = [1, 2, 3], StoredAt = now });
                }
            }
        }

        await using var file = await scene.InScopeAsync<AccountArchive, Stream>(archive => archive.PackAsync(merchant, Language.French, None));
        using var zip = new ZipArchive(file);

        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.Equal(
            ["labels/1111111111111111.pdf", "labels/2222222222222222.zpl", "labels/3333333333333333.pdf", "manifests/P100.pdf"],
            names.Where(name => name.StartsWith("labels/", StringComparison.Ordinal) || name.StartsWith("manifests/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(["statements/2026-11.csv", "statements/2026-11.pdf"], names.Where(name => name.StartsWith("statements/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Matches("^receipts/2026-11-23-.*\\.pdf$", Assert.Single(names, name => name.StartsWith("receipts/", StringComparison.Ordinal)));
        Assert.Contains("Fund;payment/", await ReadAsync("ledger.csv"));
        Assert.DoesNotContain(names, name => name.StartsWith("invoices/", StringComparison.Ordinal));
        string about = await ReadAsync("LISEZMOI.txt");
        Assert.Contains("labels/4444444444444444", about);
        Assert.Contains("manifests/P200", about);
        Assert.DoesNotContain("P100", about);

        async Task<string> ReadAsync(string name)
        {
            using var reader = new StreamReader(zip.GetEntry(name)!.Open());
            return await reader.ReadToEndAsync();
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_archive_holds_the_tax_invoice_of_each_label_and_the_credit_note_of_each_refund(DatabaseProvider provider)
    {
        await using var scene = await CancellationScene.StartAsync(provider);
        await scene.FundAsync(100_00);
        var (kept, refunded) = (await scene.BuyLabelAsync(), await scene.BuyLabelAsync());
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        var labels = await db.Labels.AsNoTracking().Where(label => label.MerchantId == scene.Merchant).ToDictionaryAsync(label => label.Id);
        await scene.Bench.SubmitAsync(new RefundLabel(scene.Merchant, LedgerKeys.Refund(refunded), LedgerKeys.Reserve(refunded), labels[refunded].Captured!.Value));

        await using var file = await scene.InScopeAsync<AccountArchive, Stream>(archive => archive.PackAsync(scene.Merchant, Language.English, None));
        using var zip = new ZipArchive(file);

        Assert.Equal(
            [$"invoices/CRN-{scene.Merchant}-000001.pdf", $"invoices/INV-{scene.Merchant}-000001.pdf", $"invoices/INV-{scene.Merchant}-000002.pdf"],
            zip.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("invoices/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(labels.Values, label => Assert.NotNull(zip.GetEntry($"labels/{label.TrackingNumber}.pdf")));
        string invoice = await Pdf.TextAsync(await ReadAsync($"invoices/INV-{scene.Merchant}-000001.pdf"));
        Assert.Contains("Maple Parcels", invoice, StringComparison.Ordinal);
        Assert.Contains($"{labels[kept].Captured}", invoice, StringComparison.Ordinal);
        Assert.Contains($"INV-{scene.Merchant}-000002", await Pdf.TextAsync(await ReadAsync($"invoices/CRN-{scene.Merchant}-000001.pdf")), StringComparison.Ordinal);

        async Task<byte[]> ReadAsync(string name)
        {
            using var content = new MemoryStream();
            await using var entry = await zip.GetEntry(name)!.OpenAsync();
            await entry.CopyToAsync(content);
            return content.ToArray();
        }
    }
}
