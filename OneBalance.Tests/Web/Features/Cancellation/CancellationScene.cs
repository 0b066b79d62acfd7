using System.Data.Common;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Disputes;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>Where a process can die: whenever it is about to look into the database, and around each refund.</summary>
internal sealed class Deaths
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

    /// <summary>Dies where it must, and is started again: people repeat what had no effect.</summary>
    public async Task<T> LiveAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await WatchAsync(act);
        }
        catch (Died)
        {
            return await act();
        }
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
            throw new Died();
        }
    }
}

/// <summary>Stands for the process ending. A sweep lets it through as it does its own end, so that nothing after it runs.</summary>
internal sealed class Died : OperationCanceledException;

internal sealed class MortalContexts(IDbContextFactory<AppDbContext> inner, Deaths deaths) : IDbContextFactory<AppDbContext>
{
    public AppDbContext CreateDbContext()
    {
        deaths.Pass();
        return inner.CreateDbContext();
    }
}

/// <summary>A merchant whose account ends, with the people and the banks around it.</summary>
internal sealed class CancellationScene(FundingBench bench) : IAsyncDisposable
{
    public const string RefundFails = "4000000000007726";
    public const string Why = "Moves to another city";

    public static readonly Actor Ann = new("ann", "ann@example.com", "127.0.0.1");
    public static readonly Actor Owner = new("user", "owner@example.com", "192.0.2.7");
    public static readonly Actor Bea = new("bea", "bea@example.com", "127.0.0.1");

    private static readonly CancellationToken None = CancellationToken.None;
    private int _spent;

    public FundingBench Bench => bench;

    public MerchantId Merchant { get; private set; }

    public static Task<CancellationScene> StartAsync(DatabaseProvider provider = DatabaseProvider.Sqlite, Deaths? deaths = null) =>
        StartAsync(provider, null, deaths is null ? null : product =>
        {
            var real = product.Single(service => service.ServiceType == typeof(IDbContextFactory<AppDbContext>));
            product.Replace(ServiceDescriptor.Singleton<IDbContextFactory<AppDbContext>>(services =>
                new MortalContexts((IDbContextFactory<AppDbContext>)ActivatorUtilities.CreateInstance(services, real.ImplementationType!), deaths)));
        });

    public static async Task<CancellationScene> StartAsync(DatabaseProvider provider, Dictionary<string, string?>? settings, Action<IServiceCollection>? services)
    {
        var scene = new CancellationScene(await FundingBench.StartAsync(provider, settings: settings, services: services));
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

    /// <summary>Bought as the merchant buys one, from the draft on.</summary>
    public async Task<LabelId> BuyLabelAsync()
    {
        var services = bench.App.Services;
        var id = await services.GetRequiredService<StartLabel>().RunAsync(Merchant, None);
        Assert.Equal(SaveDraftOutcome.Saved, await services.GetRequiredService<SaveLabelDraft>().RunAsync(Merchant, id, LabelWorld.Draft, None));
        var rate = Assert.IsType<RatesOutcome.Quoted>(await services.GetRequiredService<GetRates>().RunAsync(Merchant, id, Language.English, None)).Rates[0];
        Assert.IsType<BuyOutcome.Bought>(await services.GetRequiredService<BuyLabel>().RunAsync(
            new BuyRequest(Merchant, id, rate.ServiceCode, rate.Price.Total, "user", Language.English), None));
        return id;
    }

    /// <summary>Requested, opened by one and approved by the other.</summary>
    public async Task<Guid> CloseAsync()
    {
        var id = await RequestAsync();
        Assert.IsType<DeskOutcome.Done>(await OpenAsync(id));
        Assert.IsType<DeskOutcome.Done>(await ApproveAsync(id, Bea, (await FileAsync(id)).Remainder.Cents));
        return id;
    }

    public async Task<Guid> RequestAsync() => await InScopeAsync<RequestCancellation, RequestCancellationOutcome>(use => use.RunAsync(Merchant, Owner, Why, None)) switch
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

    public Task<DeskOutcome?> ApproveSupplementAsync(Guid id, Actor actor, long seen) =>
        InScopeAsync<ApproveSupplement, DeskOutcome?>(async use => await use.RunAsync(actor, id, new Money(seen), Why, None));

    public Task<DeskOutcome?> ReturnAsync(Guid id, Guid lot, string reason = "The post brought it back") =>
        InScopeAsync<ReturnPayout, DeskOutcome?>(async use => await use.RunAsync(Ann, id, lot, reason, None));

    /// <summary>As approving leaves it when the process dies before the account is closed.</summary>
    public async Task StoreApprovalAsync(Guid id, Actor actor, long cents)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var closing = await db.AccountClosings.SingleAsync(c => c.Id == id);
        var window = PayoutWindow.Of(new DateOnly(2026, 11, 23));
        (closing.State, closing.ApprovedBy, closing.ApprovedAt) = (ClosingState.Approved, actor.UserId, bench.Time.GetUtcNow());
        (closing.ApprovedAmount, closing.ApprovalLimit) = (new Money(cents), new Money(100_00));
        (closing.DueFrom, closing.DueBy) = (window.From, window.By);
        closing.Version++;
        await db.SaveChangesAsync();
    }

    /// <summary>The holder disputes the newest payment.</summary>
    public async Task<string> DisputeAsync()
    {
        var payment = (await bench.App.ReadStripeAsync("/v1/payment_intents?limit=1"))["data"]![0]!;
        string dispute = (await bench.PostAsync($"/_control/charges/{payment["latest_charge"]!.GetValue<string>()}/dispute", new { }))!["id"]!.GetValue<string>();
        await SettleDisputeAsync(dispute);
        return dispute;
    }

    public async Task DecideAsync(string dispute, string outcome)
    {
        await bench.PostAsync($"/_control/disputes/{dispute}/close", new { outcome });
        await SettleDisputeAsync(dispute);
    }

    public async Task<IReadOnlyList<(PayoutRoute Route, long Amount, PayoutLotState State)>> LotsAsync(Guid id) =>
        [.. (await FileAsync(id)).Lots.Select(lot => (lot.Route, lot.Amount.Cents, lot.State))];

    /// <summary>A credit that arrives when the account is closed.</summary>
    public async Task LateAsync(long cents)
    {
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Credit(Merchant, $"late/{++_spent}", new Money(cents))));
        await SweepAsync();
    }

    /// <summary>A funding that was under way when the account began to close.</summary>
    public async Task<TopUpId> StoreTopUpAsync(long cents, TopUpState state)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var now = bench.Time.GetUtcNow();
        var card = await db.Cards.SingleAsync(c => c.MerchantId == Merchant && c.IsDefault);
        var topUp = new TopUp
        {
            MerchantId = Merchant,
            Id = new TopUpId(Guid.CreateVersion7()),
            State = state,
            ChargingSince = state == TopUpState.Requested ? null : now,
            Amount = new Money(cents),
            CardId = card.Id,
            CardBrand = "visa",
            CardLastFour = "4242",
            ReturnUrl = "https://shop.example/",
            RequestedBy = "user",
            RequestedAt = now,
            UpdatedAt = now,
            NextAttemptAt = now,
        };
        db.TopUps.Add(topUp);
        await db.SaveChangesAsync();
        return topUp.Id;
    }

    /// <summary>A payment that the processor had made, and of which we hear only when the account is closed.</summary>
    public async Task<TopUpId> HearLateAsync(long cents)
    {
        var id = await StoreTopUpAsync(cents, TopUpState.Charging);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            string customer = (await db.Merchants.Where(m => m.Id == Merchant).Select(m => m.ProcessorCustomerId).SingleAsync())!;
            string card = await db.Cards.Where(c => c.MerchantId == Merchant && c.IsDefault).Select(c => c.ProcessorId).SingleAsync();
            Assert.IsType<ProcessorReply<Payment>.Confirmed>(await bench.Seam.Inner.ChargeAsync(
                new ChargeOrder(Merchant, id, customer, card, new Money(cents), false, "https://shop.example/"), None));
        }

        await ResumeAsync(id);
        return id;
    }

    public Task<ResumedTopUp?> ResumeAsync(TopUpId id) => InScopeAsync<ResumeTopUp, ResumedTopUp?>(resume => resume.RunAsync(Merchant, id, None));

    /// <summary>The database itself says no, whoever asks.</summary>
    public async Task RefusesAsync(string sql)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        await Assert.ThrowsAnyAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(sql));
    }

    /// <summary>Support sends every cheque that waits.</summary>
    public async Task RecordAllAsync(Guid id)
    {
        foreach (var lot in (await FileAsync(id)).Lots.Where(lot => lot is { Route: PayoutRoute.Bank, State: PayoutLotState.Planned }))
        {
            Assert.IsType<DeskOutcome.Done>(await RecordAsync(id, lot.Id));
        }
    }

    public Task<WithdrawCancellationOutcome> WithdrawAsync() => InScopeAsync<WithdrawCancellation, WithdrawCancellationOutcome>(use => use.RunAsync(Merchant, Owner, None));

    public async Task<CancellationFile> FileAsync(Guid id) => (await InScopeAsync<CancellationDesk, CancellationFile?>(desk => desk.ReadAsync(TestRights.Desk, id, None)))!;

    public Task<IReadOnlyList<CancellationRow>> ListAsync() => InScopeAsync<CancellationDesk, IReadOnlyList<CancellationRow>>(desk => desk.ListAsync(TestRights.Desk, None));

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

    private async Task SettleDisputeAsync(string dispute) =>
        Assert.IsType<SettleDisputeOutcome.Settled>(await InScopeAsync<SettleDispute, SettleDisputeOutcome>(settle => settle.RunAsync(dispute, None)));

    private static string? StageOf(string subject) => subject switch
    {
        _ when subject.StartsWith("We have your cancellation request", StringComparison.Ordinal) => "Requested",
        _ when subject.StartsWith("Your account is being closed", StringComparison.Ordinal) => "Opened",
        _ when subject.EndsWith("is approved", StringComparison.Ordinal) => "Approved",
        _ when subject.StartsWith("Money is on its way", StringComparison.Ordinal) => "Sent",
        _ when subject.StartsWith("A refund to your card", StringComparison.Ordinal) => "Failed",
        _ when subject.StartsWith("What was owed is paid", StringComparison.Ordinal) => "OwedPaid",
        _ when subject.StartsWith("A payment to you came back", StringComparison.Ordinal) => "Returned",
        _ when subject.StartsWith("A late credit", StringComparison.Ordinal) => "Supplementary",
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
