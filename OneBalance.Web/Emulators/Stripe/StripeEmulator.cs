using Microsoft.Extensions.Logging.Console;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>
/// A stand-in for the card processor, speaking its wire protocol over HTTP on loopback: the API, the hosted page on which a
/// card is saved, the bank's page, and signed webhooks. Its state outlives a restart. Card numbers are looked at once, on the
/// hosted page, and never stored.
/// </summary>
public static class StripeEmulator
{
    /// <summary>Builds the service; the caller starts and stops it.</summary>
    /// <param name="url">Loopback address to listen on.</param>
    /// <param name="stateFile">SQLite file that keeps its state across restarts.</param>
    public static WebApplication Create(string url, string stateFile, TimeProvider time, StripeEmulatorSettings settings)
    {
        var builder = EmulatedHost.CreateBuilder(url);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Services.AddSingleton(_ => new EmulatorStore(stateFile));
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<WebhookDelivery>();
        builder.Services.AddSingleton<StripeApi>();
        builder.Services.AddHostedService<Clockwork>();
        var app = builder.Build();
        app.MapFaults(app.Services.GetRequiredService<Faults>());
        var api = app.Services.GetRequiredService<StripeApi>();
        MapApi(app, api);
        HostedPages.Map(app, api);
        Control.Map(app, app.Services.GetRequiredService<EmulatorStore>(), api, app.Services.GetRequiredService<WebhookDelivery>());
        app.MapFallback(context => api.Serve(call => throw new StripeFailure(
            StatusCodes.Status404NotFound,
            "invalid_request_error",
            $"Unrecognized request URL ({context.Request.Method}: {context.Request.Path})."))(context));
        return app;
    }

    private static void MapApi(WebApplication app, StripeApi api)
    {
        Get("/v1/account", Customers.Account);
        Get("/v1/balance", Payments.Balance);
        Post("/v1/customers", Customers.Create);
        Get("/v1/customers", Customers.List);
        Get("/v1/customers/{id}", Customers.Read);
        Get("/v1/customers/{id}/payment_methods", Customers.ListCards);
        Get("/v1/payment_methods", Customers.ListCards);
        Get("/v1/payment_methods/{id}", Customers.ReadCard);
        Post("/v1/payment_methods/{id}/detach", Customers.DetachCard);
        Post("/v1/checkout/sessions", Customers.CreateSession);
        Get("/v1/checkout/sessions/{id}", Customers.ReadSession);
        Post("/v1/checkout/sessions/{id}/expire", Customers.ExpireSession);
        Get("/v1/setup_intents/{id}", Customers.ReadSetupIntent);
        Post("/v1/payment_intents", Payments.Create);
        Get("/v1/payment_intents", Payments.List);
        Get("/v1/payment_intents/{id}", Payments.Read);
        Post("/v1/payment_intents/{id}/confirm", Payments.Confirm);
        Post("/v1/payment_intents/{id}/cancel", Payments.Cancel);
        Get("/v1/charges/{id}", Payments.ReadCharge);
        Post("/v1/refunds", Payments.Refund);
        Get("/v1/refunds", Payments.ListRefunds);
        Get("/v1/refunds/{id}", Payments.ReadRefund);
        Get("/v1/disputes", Payments.ListDisputes);
        Get("/v1/disputes/{id}", Payments.ReadDispute);
        Get("/v1/balance_transactions", Payments.ListBalanceTransactions);
        Get("/v1/balance_transactions/{id}", Payments.ReadBalanceTransaction);
        Get("/v1/events", Payments.ListEvents);
        Get("/v1/events/{id}", Payments.ReadEvent);

        void Get(string path, Func<StripeCall, StripeAnswer> operation) => app.MapGet(path, api.Serve(operation));
        void Post(string path, Func<StripeCall, StripeAnswer> operation) => app.MapPost(path, api.Serve(operation));
    }

    /// <summary>What goes on without being asked: webhooks leave, refunds that are bound to fail do.</summary>
    private sealed class Clockwork(EmulatorStore store, StripeApi api, WebhookDelivery webhooks, TimeProvider time, ILogger<Clockwork> logger) : BackgroundService
    {
        private static readonly Uri Nowhere = new("http://127.0.0.1");

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => webhooks.RunAsync(FailDueRefunds, logger, stoppingToken);

        private void FailDueRefunds()
        {
            foreach (string refund in store.Run(session => Payments.RefundsDue(session, time.GetUtcNow().ToUnixTimeSeconds())))
            {
                api.Do(Nowhere, refund, call =>
                {
                    Payments.SettleRefund(call, call.Read("refund", "refund"), succeeded: false);
                    return true;
                });
            }
        }
    }
}
