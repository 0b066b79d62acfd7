using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Emulators;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Balance;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>
/// The product with an emulated processor and a clock that the test moves. Sweeps run when the test says so, and webhooks
/// come only when it asks for them, so that each runner can be looked at alone.
/// </summary>
internal sealed class FundingBench : IAsyncDisposable
{
    public const string Visa = "4242424242424242";
    public const string DeclinedOnCharge = "4000000000000341";
    public const string NoFunds = "4000000000009995";
    public const string ThreeDSecure = "4000002760003184";

    private FundingBench(TestApp app, FakeTimeProvider time, ProcessorSeam seam) => (App, Time, Seam) = (app, time, seam);

    public TestApp App { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>Stands between the product and its processor.</summary>
    public ProcessorSeam Seam { get; }

    public static async Task<FundingBench> StartAsync(
        DatabaseProvider provider,
        bool webhooks = false,
        bool sweeps = false,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? services = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        var seam = new ProcessorSeam();
        var app = await TestApp.StartAsync(
            provider,
            time,
            new Dictionary<string, string?>(settings ?? []) { ["Sweeps:Enabled"] = sweeps ? "true" : "false" },
            product =>
            {
                var real = product.Single(service => service.ServiceType == typeof(IPaymentProcessor));
                product.Replace(ServiceDescriptor.Singleton<IPaymentProcessor>(provider =>
                {
                    // Further nodes share the seam, and the first node's line behind it.
                    seam.Inner ??= (IPaymentProcessor)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!);
                    return seam;
                }));
                services?.Invoke(product);
            });
        var bench = new FundingBench(app, time, seam);
        if (!webhooks)
        {
            await bench.PostAsync("/_control/webhooks", new { mode = "Drop" });
        }

        return bench;
    }

    /// <summary>A merchant who is set up, with one card on file.</summary>
    public async Task<MerchantId> AddMerchantAsync(string cardNumber = Visa, string name = "Maple Parcels")
    {
        var merchant = await App.Database.AddMerchantAsync(name, setUp: true);
        var customer = await Seam.CreateCustomerAsync(merchant, "owner@example.com", name, $"customer-{merchant}", CancellationToken.None);
        await using (var db = await App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(
                set => set.SetProperty(m => m.ProcessorCustomerId, ((ProcessorReply<string>.Confirmed)customer).Value));
        }

        await AddCardAsync(merchant, cardNumber);
        return merchant;
    }

    public async Task<CardId> AddCardAsync(MerchantId merchant, string number, bool isDefault = true, int expiryYear = 2034)
    {
        await using var db = await App.Contexts.CreateDbContextAsync();
        string customer = (await db.Merchants.SingleAsync(m => m.Id == merchant)).ProcessorCustomerId!;
        string method = (await PostAsync("/_control/cards", new { customer, number }))!["id"]!.GetValue<string>();
        var card = new CardOnFile
        {
            MerchantId = merchant,
            Id = new CardId(Guid.CreateVersion7()),
            ProcessorId = method,
            Brand = "visa",
            LastFour = number[^4..],
            ExpiryMonth = 12,
            ExpiryYear = expiryYear,
            IsDefault = isDefault,
            AddedAt = Time.GetUtcNow(),
        };
        db.Cards.Add(card);
        await db.SaveChangesAsync();
        return card.Id;
    }

    public static AddFundsOrder Order(long cents = 50_00, TopUpId? id = null, CardId? card = null) =>
        new(id ?? new TopUpId(Guid.CreateVersion7()), new Money(cents), card, "https://shop.example/", "/labels/new", "user-1");

    public Task<AddFundsOutcome> AddFundsAsync(MerchantId merchant, AddFundsOrder order) =>
        App.InScopeAsync<AddFunds, AddFundsOutcome>(add => add.RunAsync(merchant, order, CancellationToken.None));

    /// <summary>Lets so much time pass that the sweep takes up whatever waits, and runs it.</summary>
    public Task<int> SweepAsync(TimeSpan? after = null)
    {
        Time.Advance(after ?? TimeSpan.FromMinutes(2));
        return App.InScopeAsync<TopUpSweep, int>(sweep => sweep.RunAsync(CancellationToken.None));
    }

    public async Task<TopUp> TopUpAsync(MerchantId merchant, TopUpId id)
    {
        await using var db = await App.Contexts.CreateDbContextAsync();
        return await db.TopUps.AsNoTracking().SingleAsync(t => t.MerchantId == merchant && t.Id == id);
    }

    public async Task<Money> AvailableAsync(MerchantId merchant) =>
        (await App.Services.GetRequiredService<LedgerBook>().BalanceAsync(merchant, CancellationToken.None)).Available;

    public Task<LedgerReply> SubmitAsync(LedgerCommand command) =>
        App.Services.GetRequiredService<LedgerBook>().SubmitAsync(command, CancellationToken.None);

    /// <summary>Every payment the processor has for the merchant, with its state.</summary>
    public async Task<IReadOnlyList<(string Id, string Status)>> PaymentsAsync(MerchantId merchant)
    {
        await using var db = await App.Contexts.CreateDbContextAsync();
        string customer = (await db.Merchants.SingleAsync(m => m.Id == merchant)).ProcessorCustomerId!;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/payment_intents?customer={customer}&limit=100");
        request.Headers.Add("Authorization", $"Bearer {StripeEmulatorSettings.DefaultSecretKey}");
        using var answer = await App.StripeControl.SendAsync(request);
        var body = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        return [.. body["data"]!.AsArray().Select(intent => (intent!["id"]!.GetValue<string>(), intent["status"]!.GetValue<string>()))];
    }

    public Task AddFaultAsync(Fault fault) => TestApp.AddFaultAsync(App.StripeControl, fault);

    public async Task<JsonObject?> PostAsync(string path, object body)
    {
        using var answer = await App.StripeControl.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == HttpStatusCode.NoContent ? null : await answer.Content.ReadFromJsonAsync<JsonObject>();
    }

    /// <summary>The cardholder answers on the bank's page.</summary>
    public async Task AnswerBankAsync(string url, bool complete)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await browser.PostAsync(url, new FormUrlEncodedContent(new Dictionary<string, string> { ["answer"] = complete ? "complete" : "fail" }));
        Assert.True((int)answer.StatusCode < 400);
    }

    /// <summary>The cardholder types a card on the hosted page.</summary>
    public static async Task TypeCardAsync(string url, string number = Visa) => Assert.InRange((int)await TryCardAsync(url, number), 200, 399);

    /// <summary>As <see cref="TypeCardAsync"/>, on a page that may have expired: what it answers.</summary>
    public static async Task<HttpStatusCode> TryCardAsync(string url, string number = Visa)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await browser.PostAsync(url, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["number"] = number,
            ["expiry"] = "12 / 34",
            ["cvc"] = "123",
        }));
        return answer.StatusCode;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>The place between the product and the processor where the process can die.</summary>
internal sealed class ProcessorSeam : IPaymentProcessor
{
    public IPaymentProcessor Inner { get; set; } = null!;

    /// <summary>Runs before a charge is sent; a throw is a death before the call.</summary>
    public Func<Task> BeforeCharge { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after the processor has charged, before anybody hears of it; a throw is a death after the call.</summary>
    public Func<ProcessorReply<Payment>, Task> AfterCharge { get; set; } = _ => Task.CompletedTask;

    /// <summary>Answered instead of asking the processor.</summary>
    public ProcessorReply<Payment>? InsteadOfCharge { get; set; }

    public int Charges { get; private set; }

    /// <summary>Dies once at the seam, and lives from then on.</summary>
    public void DieBeforeChargeOnce() => BeforeCharge = () =>
    {
        BeforeCharge = () => Task.CompletedTask;
        throw new ProcessDied();
    };

    public void DieAfterChargeOnce() => AfterCharge = _ =>
    {
        AfterCharge = _ => Task.CompletedTask;
        throw new ProcessDied();
    };

    public async Task<ProcessorReply<Payment>> ChargeAsync(ChargeOrder order, CancellationToken ct)
    {
        await BeforeCharge();
        if (InsteadOfCharge is { } scripted)
        {
            return scripted;
        }

        Charges++;
        var reply = await Inner.ChargeAsync(order, ct);
        await AfterCharge(reply);
        return reply;
    }

    /// <summary>Answered instead of asking the processor who we are.</summary>
    public ProcessorAccount? Account { get; set; }

    public Task<ProcessorReply<ProcessorAccount>> GetAccountAsync(CancellationToken ct) =>
        Account is { } scripted ? Task.FromResult<ProcessorReply<ProcessorAccount>>(new ProcessorReply<ProcessorAccount>.Confirmed(scripted)) : Inner.GetAccountAsync(ct);

    public Task<ProcessorReply<string>> CreateCustomerAsync(MerchantId merchant, string email, string name, string idempotencyKey, CancellationToken ct) =>
        Inner.CreateCustomerAsync(merchant, email, name, idempotencyKey, ct);

    public Task<ProcessorReply<string?>> FindCustomerAsync(MerchantId merchant, string email, CancellationToken ct) => Inner.FindCustomerAsync(merchant, email, ct);

    public Task<ProcessorReply<CardSetupPage>> StartCardSetupAsync(string customerId, string successUrl, string cancelUrl, Language language, string idempotencyKey, CancellationToken ct) =>
        Inner.StartCardSetupAsync(customerId, successUrl, cancelUrl, language, idempotencyKey, ct);

    public Task<ProcessorReply<CardSetup>> ReadCardSetupAsync(string sessionId, CancellationToken ct) => Inner.ReadCardSetupAsync(sessionId, ct);

    public Task<ProcessorReply<SavedCard>> ReadCardAsync(string paymentMethodId, CancellationToken ct) => Inner.ReadCardAsync(paymentMethodId, ct);

    public Task<ProcessorReply<bool>> RemoveCardAsync(string paymentMethodId, string idempotencyKey, CancellationToken ct) => Inner.RemoveCardAsync(paymentMethodId, idempotencyKey, ct);

    public Task<ProcessorReply<Payment>> ReadPaymentAsync(string paymentId, CancellationToken ct) => Inner.ReadPaymentAsync(paymentId, ct);

    public Task<ProcessorReply<Payment?>> FindPaymentAsync(string customerId, TopUpId topUp, DateTimeOffset since, CancellationToken ct) => Inner.FindPaymentAsync(customerId, topUp, since, ct);

    public Task<ProcessorReply<Payment>> CancelPaymentAsync(string paymentId, string idempotencyKey, CancellationToken ct) => Inner.CancelPaymentAsync(paymentId, idempotencyKey, ct);

    /// <summary>Answered instead of asking the processor.</summary>
    public ProcessorReply<ProcessorRefund>? InsteadOfRefund { get; set; }

    /// <summary>Under which refunds were asked of the processor, in their order.</summary>
    public List<string> RefundKeys { get; } = [];

    /// <summary>Runs before a refund is sent, and after the processor has made it; a throw is a death there.</summary>
    public Func<bool, Task> AroundRefund { get; set; } = _ => Task.CompletedTask;

    public async Task<ProcessorReply<ProcessorRefund>> RefundAsync(string paymentId, Money amount, string idempotencyKey, CancellationToken ct)
    {
        await AroundRefund(false);
        if (InsteadOfRefund is { } scripted)
        {
            return scripted;
        }

        RefundKeys.Add(idempotencyKey);
        var reply = await Inner.RefundAsync(paymentId, amount, idempotencyKey, ct);
        await AroundRefund(true);
        return reply;
    }

    public Task<ProcessorReply<ProcessorRefund?>> FindRefundAsync(string paymentId, string idempotencyKey, CancellationToken ct) => Inner.FindRefundAsync(paymentId, idempotencyKey, ct);

    /// <summary>Runs once after the next reading of a refund or dispute, before whoever asked hears of it: what it tells is old then.</summary>
    public Func<Task>? AfterReading { get; set; }

    public async Task<ProcessorReply<ProcessorRefund>> ReadRefundAsync(string refundId, CancellationToken ct) => await OldAsync(await Inner.ReadRefundAsync(refundId, ct));

    /// <summary>Beside those that the processor has: a dispute it tells of in a way the emulated one never does.</summary>
    public ProcessorDispute? OtherDispute { get; set; }

    public async Task<ProcessorReply<ProcessorDispute>> ReadDisputeAsync(string disputeId, CancellationToken ct) => OtherDispute is { } other && other.Id == disputeId
        ? new ProcessorReply<ProcessorDispute>.Confirmed(other)
        : await OldAsync(await Inner.ReadDisputeAsync(disputeId, ct));

    private async Task<ProcessorReply<T>> OldAsync<T>(ProcessorReply<T> read)
    {
        if (AfterReading is { } meanwhile)
        {
            AfterReading = null;
            await meanwhile();
        }

        return read;
    }

    /// <summary>Runs before the account's movements are listed.</summary>
    public Action? BeforeListing { get; set; }

    public async Task<ProcessorReply<IReadOnlyList<ProcessorMovement>>> ListMovementsAsync(DateTimeOffset since, CancellationToken ct)
    {
        BeforeListing?.Invoke();
        var listed = await Inner.ListMovementsAsync(since, ct);
        return OtherDispute is { } other && listed is ProcessorReply<IReadOnlyList<ProcessorMovement>>.Confirmed(var movements)
            ? new ProcessorReply<IReadOnlyList<ProcessorMovement>>.Confirmed([.. other.Movements, .. movements])
            : listed;
    }
}

/// <summary>Stands for the process ending at this point: nothing after it runs.</summary>
internal sealed class ProcessDied : Exception;
