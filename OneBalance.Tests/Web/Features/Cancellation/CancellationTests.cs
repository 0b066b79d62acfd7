using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Reconciliation;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>A cancellation from the request to the last cent, also when the process dies in between.</summary>
public sealed class CancellationTests
{
    private const string RefundFails = "4000000000007726";
    private const string Why = "Moves to another city";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Ann = new("ann", "ann@example.com", "127.0.0.1");
    private static readonly Actor Bea = new("bea", "bea@example.com", "127.0.0.1");

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Fact]
    public async Task The_whole_remainder_goes_back_newest_funding_first_and_the_rest_by_cheque()
    {
        await using var scene = await Scene.StartAsync();
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
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal(
            [AuditAction.CancellationOpened, AuditAction.CancellationApproved, AuditAction.PayoutRecorded],
            (await db.AuditEntries.Where(e => e.MerchantId == scene.Merchant).Select(e => e.Action).ToListAsync()).Order());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task From_the_start_of_closing_nothing_is_bought_or_funded_until_it_is_withdrawn(DatabaseProvider provider)
    {
        await using var scene = await Scene.StartAsync(provider);
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
        await using var scene = await Scene.StartAsync();
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
        await using var scene = await Scene.StartAsync(provider);
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
        await using var scene = await Scene.StartAsync();
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

    [Fact]
    public async Task A_late_credit_and_a_late_payment_leave_with_a_supplementary_payout()
    {
        await using var scene = await Scene.StartAsync();
        await scene.FundAsync(40_00);
        var id = await scene.CloseAsync();
        Assert.Equal(ClosingState.Paid, (await scene.FileAsync(id)).Row.State);

        // A payment that was under way when the account closed.
        var late = FundingBench.Order(20_00);
        await using (var db = await scene.Bench.App.Contexts.CreateDbContextAsync())
        {
            var now = scene.Bench.Time.GetUtcNow();
            var card = await db.Cards.SingleAsync(c => c.MerchantId == scene.Merchant && c.IsDefault);
            db.TopUps.Add(new TopUp
            {
                MerchantId = scene.Merchant,
                Id = late.Id,
                State = TopUpState.Requested,
                Amount = new Money(20_00),
                CardId = card.Id,
                CardBrand = "visa",
                CardLastFour = "4242",
                ReturnUrl = "https://shop.example/",
                RequestedBy = "user",
                RequestedAt = now,
                UpdatedAt = now,
                NextAttemptAt = now,
            });
            await db.SaveChangesAsync();
        }

        await scene.InScopeAsync<ResumeTopUp, ResumedTopUp?>(resume => resume.RunAsync(scene.Merchant, late.Id, None));
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
        await using var scene = await Scene.StartAsync();
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
        await using var scene = await Scene.StartAsync(provider);
        await scene.FundAsync(40_00);
        await scene.UseCardAsync(RefundFails);
        await scene.FundAsync(30_00);
        await using var node = await scene.Bench.App.StartNodeAsync();
        TestApp[] nodes = [scene.Bench.App, node];

        // Two presses of the merchant, two of each member of support, two sweeps on each node: all at once, at every stage.
        var requests = await Task.WhenAll(nodes.Select(app => app.InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.RunAsync(scene.Merchant, "user", Why, None))));
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

    [Fact]
    public async Task Killed_between_any_two_steps_it_resumes_and_pays_once()
    {
        var deaths = new Deaths();
        await using var scene = await Scene.StartAsync(DatabaseProvider.Sqlite, deaths);
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

        async Task<T> LiveAsync<T>(Func<Task<T>> act)
        {
            try
            {
                return await deaths.WatchAsync(act);
            }
            catch (ProcessDied)
            {
                return await act();
            }
        }
    }

    [Fact]
    public async Task The_archive_holds_everything_in_one_file()
    {
        await using var scene = await Scene.StartAsync();
        await scene.FundAsync(40_00);
        await using (var db = await scene.Bench.App.Contexts.CreateDbContextAsync())
        {
            db.LabelDocuments.Add(new LabelDocument
            {
                MerchantId = scene.Merchant,
                LabelId = new LabelId(Guid.CreateVersion7()),
                Kind = LabelDocumentKind.Label,
                MediaType = "application/pdf",
                Content = [1, 2, 3],
                StoredAt = scene.Bench.Time.GetUtcNow(),
            });
            await db.SaveChangesAsync();
        }

        await using var file = await scene.InScopeAsync<AccountArchive, Stream>(archive => archive.PackAsync(scene.Merchant, Language.French, None));
        using var zip = new ZipArchive(file);

        Assert.Equal(
            ["LISEZMOI.txt", "labels", "ledger.csv", "receipts", "statements", "statements"],
            zip.Entries.Select(entry => entry.FullName.Split('/')[0]).Order(StringComparer.Ordinal));
        using var ledger = new StreamReader(zip.GetEntry("ledger.csv")!.Open());
        Assert.Contains("Fund;payment/", await ledger.ReadToEndAsync());
    }

    /// <summary>Where a process can die: whenever it is about to look into the database, and around each refund.</summary>
    private sealed class Deaths
    {
        private readonly AsyncLocal<bool> _watched = new();
        private int _left;

        public bool HasDied => _left == 0;

        public void DieAt(int place) => _left = place;

        public async Task<T> WatchAsync<T>(Func<Task<T>> act)
        {
            _watched.Value = true;
            return await act();
        }

        public Task PassAsync()
        {
            Pass();
            return Task.CompletedTask;
        }

        public void Pass()
        {
            if (_watched.Value && _left > 0 && --_left == 0)
            {
                throw new ProcessDied();
            }
        }
    }

    private sealed class MortalContexts(IDbContextFactory<AppDbContext> inner, Deaths deaths) : IDbContextFactory<AppDbContext>
    {
        public AppDbContext CreateDbContext()
        {
            deaths.Pass();
            return inner.CreateDbContext();
        }
    }

    private sealed class Scene(FundingBench bench) : IAsyncDisposable
    {
        private int _spent;

        public FundingBench Bench => bench;

        public MerchantId Merchant { get; private set; }

        public static async Task<Scene> StartAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, Deaths? deaths = null)
        {
            var bench = await FundingBench.StartAsync(provider, services: deaths is null ? null : product =>
            {
                var real = product.Single(service => service.ServiceType == typeof(IDbContextFactory<AppDbContext>));
                product.Replace(ServiceDescriptor.Singleton<IDbContextFactory<AppDbContext>>(services =>
                    new MortalContexts((IDbContextFactory<AppDbContext>)ActivatorUtilities.CreateInstance(services, real.ImplementationType!), deaths)));
            });
            var scene = new Scene(bench);
            await scene.AddMerchantAsync();
            return scene;
        }

        public async Task AddMerchantAsync()
        {
            Merchant = await bench.AddMerchantAsync();
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            string email = $"owner-{Merchant}@example.com";
            db.Users.Add(new AppUser { UserName = email, Email = email, EmailConfirmed = true, MerchantId = Merchant });
            await db.SaveChangesAsync();
        }

        public async Task FundAsync(long cents)
        {
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(Merchant, FundingBench.Order(cents)));
        }

        public async Task UseCardAsync(string number)
        {
            await using (var db = await bench.App.Contexts.CreateDbContextAsync())
            {
                await db.Cards.Where(c => c.MerchantId == Merchant).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsDefault, false));
            }

            await bench.AddCardAsync(Merchant, number);
        }

        public async Task SpendAsync(long cents)
        {
            string reservation = $"spend/{++_spent}";
            Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Reserve(Merchant, reservation, new Money(cents))));
            Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Capture(Merchant, $"{reservation}/capture", reservation, new Money(cents))));
        }

        /// <summary>Requested, opened by one and approved by the other.</summary>
        public async Task<Guid> CloseAsync()
        {
            var id = await RequestAsync();
            Assert.IsType<DeskOutcome.Done>(await OpenAsync(id));
            Assert.IsType<DeskOutcome.Done>(await ApproveAsync(id, Bea, (await FileAsync(id)).Remainder.Cents));
            return id;
        }

        public async Task<Guid> RequestAsync() => await InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.RunAsync(Merchant, "user", Why, None)) switch
        {
            RequestCancellationOutcome.Requested(var id, _) => id,
            RequestCancellationOutcome.UnderWay(var id, _) => id,
            var other => throw new InvalidOperationException($"{other}"),
        };

        public Task<DeskOutcome?> OpenAsync(Guid id) => InScopeAsync<OpenCancellation, DeskOutcome?>(async use => await use.RunAsync(Ann, id, Why, None));

        public Task<DeskOutcome?> ApproveAsync(Guid id, Actor actor, long seen) =>
            InScopeAsync<ApproveCancellation, DeskOutcome?>(async use => await use.RunAsync(actor, id, new Money(seen), Why, None));

        public Task<DeskOutcome?> RecordAsync(Guid id, Guid lot, string number = "000123") =>
            InScopeAsync<RecordPayout, DeskOutcome?>(async use => await use.RunAsync(Ann, id, lot, BankMeans.Cheque, number, "The card takes no more", None));

        public Task<WithdrawCancellationOutcome> WithdrawAsync() => InScopeAsync<WithdrawCancellation, WithdrawCancellationOutcome>(use => use.RunAsync(Merchant, None));

        public async Task<CancellationFile> FileAsync(Guid id) => (await InScopeAsync<CancellationDesk, CancellationFile?>(desk => desk.ReadAsync(Ann, id, None)))!;

        public Task<IReadOnlyList<CancellationRow>> ListAsync() => InScopeAsync<CancellationDesk, IReadOnlyList<CancellationRow>>(desk => desk.ListAsync(Ann, None));

        /// <summary>When everything that waits is due.</summary>
        public Task<int> SweepAsync()
        {
            bench.Time.Advance(TimeSpan.FromMinutes(10));
            return InScopeAsync<CancellationSweep, int>(sweep => sweep.RunAsync(None));
        }

        /// <summary>The banks send pending refunds back.</summary>
        public async Task FailPendingRefundsAsync()
        {
            foreach (var refund in await RefundsAsync())
            {
                if (refund["status"]!.GetValue<string>() == "pending")
                {
                    // Or it has failed by itself in this moment.
                    using var answer = await bench.App.StripeControl.PostAsJsonAsync($"/_control/refunds/{refund["id"]!.GetValue<string>()}/settle", new { outcome = "failed" });
                }
            }
        }

        /// <summary>Everything left, to the cent, once: by the ledger, and by the processor's own account of refunds.</summary>
        public async Task AssertPaidOnceAsync(long cents)
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var book = await db.LedgerBooks.AsNoTracking().SingleAsync(b => b.MerchantId == Merchant);
            Assert.Equal((LedgerBookStatus.Closed, 0L, 0L), (book.Status, book.Available, book.PayoutClearing));
            Assert.Equal(1, await db.LedgerTransfers.CountAsync(t => t.MerchantId == Merchant && t.Kind == LedgerTransferKind.Close));
            long toCards = (await RefundsAsync()).Where(r => r["status"]!.GetValue<string>() == "succeeded").Sum(r => r["amount"]!.GetValue<long>());
            Assert.Equal(cents, toCards + book.Bank);
        }

        /// <summary>The stages told to the merchant, in order.</summary>
        public async Task<IReadOnlyList<string>> MailsAsync()
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            string to = $"owner-{Merchant}@example.com";
            var subjects = await db.OutgoingMails.Where(m => m.To == to).OrderBy(m => m.Id).Select(m => m.Subject).ToListAsync();
            return [.. subjects.Select(StageOf).OfType<string>()];
        }

        public Task<T> InScopeAsync<TService, T>(Func<TService, Task<T>> work)
            where TService : notnull => bench.App.InScopeAsync(work);

        public ValueTask DisposeAsync() => bench.DisposeAsync();

        private static string? StageOf(string subject) => subject switch
        {
            _ when subject.StartsWith("We have your cancellation request", StringComparison.Ordinal) => "Requested",
            _ when subject.StartsWith("Your account is being closed", StringComparison.Ordinal) => "Opened",
            _ when subject.EndsWith("is approved", StringComparison.Ordinal) => "Approved",
            _ when subject.StartsWith("Money is on its way", StringComparison.Ordinal) => "Sent",
            _ when subject.StartsWith("A refund to your card", StringComparison.Ordinal) => "Failed",
            _ when subject.EndsWith("is complete", StringComparison.Ordinal) => "Paid",
            _ => null,
        };

        /// <summary>The processor's refunds of this merchant's payments.</summary>
        private async Task<IReadOnlyList<JsonNode>> RefundsAsync()
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            var all = new List<JsonNode>();
            foreach (string? payment in await db.TopUps.Where(t => t.MerchantId == Merchant).Select(t => t.PaymentId).ToListAsync())
            {
                all.AddRange((await bench.App.ReadStripeAsync($"/v1/refunds?limit=100&payment_intent={payment}"))["data"]!.AsArray().Select(refund => refund!));
            }

            return all;
        }
    }
}
