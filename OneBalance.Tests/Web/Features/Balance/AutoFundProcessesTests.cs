using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Browser;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators.Stripe;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>Auto-funding in two real processes on one PostgreSQL: both hear of every debit and consider it at once.</summary>
public sealed class AutoFundProcessesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Twenty_purchases_heard_of_by_two_processes_are_funded_once_each_time_and_never_over_the_cap()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Postgres);
        await using var first = await PublishedApp.StartAsync(database);
        await using var second = await PublishedApp.StartBesideAsync(first, database);
        var (merchant, customer) = await AddMerchantAsync(database, first);
        await database.Ledger.SubmitAsync(new Credit(merchant, "credit/1", new Money(100_00)), None);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            db.AutoFunding.Add(new AutoFundingSettings { MerchantId = merchant, Enabled = true, Threshold = new Money(25_00), Amount = new Money(100_00), MostPerDay = 2 });
            await db.SaveChangesAsync();
        }

        // From 100.00 to 20.00, and from 120.00 to 20.00: one funding each time.
        await BuyAsync(database, merchant, "morning", 20, 4_00);
        await UntilAsync(database, merchant, 120_00);
        await BuyAsync(database, merchant, "noon", 20, 5_00);
        await UntilAsync(database, merchant, 120_00);

        // The cap of two is used up: the third time nothing comes.
        await BuyAsync(database, merchant, "evening", 20, 5_00);
        await Task.Delay(TimeSpan.FromSeconds(3));

        Assert.Equal(new Money(20_00), (await database.Ledger.BalanceAsync(merchant, None)).Available);
        Assert.Equal(2, await PaymentsAsync(first, customer));
    }

    private static async Task BuyAsync(TestDatabase database, MerchantId merchant, string when, int count, long cents)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            string key = $"{when}/{i}";
            Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(new Reserve(merchant, key, new Money(cents)), None));
            Assert.IsType<LedgerReply.Accepted>(await database.Ledger.SubmitAsync(new Capture(merchant, $"{key}/capture", key, new Money(cents)), None));
        }));
    }

    private static async Task UntilAsync(TestDatabase database, MerchantId merchant, long available)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while ((await database.Ledger.BalanceAsync(merchant, None)).Available != new Money(available))
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>A merchant who is set up, with a card at the product's processor.</summary>
    internal static async Task<(MerchantId Merchant, string Customer)> AddMerchantAsync(TestDatabase database, PublishedApp app)
    {
        var merchant = await database.AddMerchantAsync(setUp: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/customers") { Content = new FormUrlEncodedContent([new("email", "owner@example.com")]) };
        request.Headers.Authorization = Key;
        using var answer = await app.Stripe.SendAsync(request);
        string customer = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
        using var saved = await app.Stripe.PostAsJsonAsync("/_control/cards", new { customer, number = FundingBench.Visa });
        await using var db = await database.Contexts.CreateDbContextAsync();
        await db.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.ProcessorCustomerId, customer));
        db.Cards.Add(new CardOnFile
        {
            MerchantId = merchant,
            Id = new CardId(Guid.CreateVersion7()),
            ProcessorId = (await saved.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>(),
            Brand = "visa",
            LastFour = "4242",
            ExpiryMonth = 12,
            ExpiryYear = 2039,
            IsDefault = true,
        });
        await db.SaveChangesAsync();
        return (merchant, customer);
    }

    /// <summary>How many payments the processor has for the customer.</summary>
    internal static async Task<int> PaymentsAsync(PublishedApp app, string customer)
    {
        int count = 0;
        for (string after = ""; ;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/payment_intents?customer={customer}&limit=100{after}");
            request.Headers.Authorization = Key;
            using var answer = await app.Stripe.SendAsync(request);
            var page = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
            var data = page["data"]!.AsArray();
            count += data.Count;
            if (!page["has_more"]!.GetValue<bool>())
            {
                return count;
            }

            after = $"&starting_after={data[^1]!["id"]!.GetValue<string>()}";
        }
    }

    private static AuthenticationHeaderValue Key { get; } = new("Bearer", StripeEmulatorSettings.DefaultSecretKey);
}
