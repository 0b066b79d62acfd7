using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Browser;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Data.Ledger;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators.Stripe;

namespace OneBalance.Tests.Web.Features.Cancellation;

/// <summary>The product as a process of its own that is killed again and again while an account closes.</summary>
public sealed class CancellationCrashTests
{
    /// <summary>How often it is killed at least; more rounds look at more places.</summary>
    private const string Variable = "ONEBALANCE_TEST_CLOSING_KILLS";

    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task Killed_at_random_moments_the_whole_remainder_is_paid_once(DatabaseProvider provider)
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } asked ? asked : "3", CultureInfo.InvariantCulture);
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var app = await PublishedApp.StartAsync(database);
        var (merchant, _) = await AutoFundProcessesTests.AddMerchantAsync(database, app);
        await app.KillAsync();

        // Three fundings that the product charges when it starts, and a credit that no card takes.
        await FundAsync(database, merchant);
        await database.Ledger.SubmitAsync(new Credit(merchant, "goodwill/1", new Money(5_00)), None);
        await app.StartAgainAsync();
        await UntilAsync(async () => (await database.Ledger.BalanceAsync(merchant, None)).Available == new Money(65_00));
        await app.KillAsync();
        var id = await OpenAsync(database, merchant);

        for (int round = 1; ; round++)
        {
            await app.StartAgainAsync();
            if (round <= kills)
            {
                await Task.Delay(random.Next(800));
                await app.KillAsync();
            }
            else if (await MovedAsync(database, id))
            {
                break;
            }
            else
            {
                await app.KillAsync();
            }

            await ActAsync(database, merchant, id);
            Assert.True(round < kills + 12, $"It does not come to its end; seed {seed}.");
        }

        await using var db = await database.Contexts.CreateDbContextAsync();
        var book = await db.LedgerBooks.AsNoTracking().SingleAsync(b => b.MerchantId == merchant);
        Assert.Equal((LedgerBookStatus.Closed, 0L, 0L, 5_00L), (book.Status, book.Available, book.PayoutClearing, book.Bank));
        Assert.Equal(1, await db.LedgerTransfers.CountAsync(t => t.MerchantId == merchant && t.Kind == LedgerTransferKind.Close));
        Assert.Equal([20_00L, 20_00L, 20_00L], await RefundsAsync(app));
        await LedgerProof.HoldsAsync(database, []);
    }

    private static async Task FundAsync(TestDatabase database, MerchantId merchant)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        var card = await db.Cards.SingleAsync(c => c.MerchantId == merchant);
        var now = DateTimeOffset.UtcNow.AddMinutes(-1);
        db.TopUps.AddRange(Enumerable.Range(0, 3).Select(_ => new TopUp
        {
            MerchantId = merchant,
            Id = new TopUpId(Guid.CreateVersion7()),
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
        }));
        await db.SaveChangesAsync();
    }

    /// <summary>As the desk leaves it when the process dies before anything has begun.</summary>
    private static async Task<Guid> OpenAsync(TestDatabase database, MerchantId merchant)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        var now = DateTimeOffset.UtcNow;
        var closing = new AccountClosing
        {
            MerchantId = merchant,
            Id = Guid.CreateVersion7(),
            Reference = "CA-KILL-KILL",
            State = ClosingState.Opening,
            Reason = "Moves to another city",
            RequestedBy = "user",
            RequestedAt = now,
            OpenedBy = "ann",
            OpenedAt = now,
            UpdatedAt = now,
        };
        db.AccountClosings.Add(closing);
        await db.SaveChangesAsync();
        return closing.Id;
    }

    /// <summary>What people do, once it is their turn: approve, and send the cheque. The product is dead at that moment.</summary>
    private static async Task ActAsync(TestDatabase database, MerchantId merchant, Guid id)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        var closing = await db.AccountClosings.SingleAsync(c => c.Id == id);
        var cheque = await db.PayoutLots.SingleOrDefaultAsync(l => l.MerchantId == merchant && l.Route == PayoutRoute.Bank && l.State == PayoutLotState.Planned);
        if (closing.State == ClosingState.Closing)
        {
            var window = PayoutWindow.Of(DateOnly.FromDateTime(DateTime.UtcNow));
            (closing.State, closing.ApprovedBy, closing.ApprovedAt) = (ClosingState.Approved, "bea", DateTimeOffset.UtcNow);
            (closing.ApprovedAmount, closing.ApprovalLimit) = (new Money(65_00), new Money(100_00));
            (closing.DueFrom, closing.DueBy) = (window.From, window.By);
        }
        else if (cheque is not null)
        {
            (cheque.State, cheque.Means, cheque.BankReference, cheque.RecordedBy) = (PayoutLotState.Sending, BankMeans.Cheque, "000417", "ann");
        }

        // Whatever waits for its next attempt is due at the next start.
        await db.PayoutLots.Where(l => l.MerchantId == merchant).ExecuteUpdateAsync(set => set.SetProperty(l => l.NextAttemptAt, DateTimeOffset.UtcNow));
        closing.Version++;
        await db.SaveChangesAsync();
    }

    /// <summary>Gives the product some seconds, or until it waits for people; true when everything is paid.</summary>
    private static async Task<bool> MovedAsync(TestDatabase database, Guid id)
    {
        for (int look = 0; look < 60; look++)
        {
            await using var db = await database.Contexts.CreateDbContextAsync();
            var state = await db.AccountClosings.Where(c => c.Id == id).Select(c => c.State).SingleAsync();
            if (state == ClosingState.Paid)
            {
                return true;
            }

            if (state == ClosingState.Closing || await db.PayoutLots.AnyAsync(l => l.ClosingId == id && l.Route == PayoutRoute.Bank && l.State == PayoutLotState.Planned))
            {
                return false;
            }

            await Task.Delay(50);
        }

        return false;
    }

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!await done())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>What the processor itself has given back.</summary>
    private static async Task<IReadOnlyList<long>> RefundsAsync(PublishedApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/refunds?limit=100");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", StripeEmulatorSettings.DefaultSecretKey);
        using var answer = await app.Stripe.SendAsync(request);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonObject>())!["data"]!.AsArray().Select(refund => refund!["amount"]!.GetValue<long>())];
    }
}
