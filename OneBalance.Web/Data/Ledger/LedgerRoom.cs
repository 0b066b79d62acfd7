using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

internal static class LedgerRoom
{
    public static void AddLedger(this WebApplicationBuilder builder, DatabaseOptions options)
    {
        builder.Services.AddSingleton<BalanceFeed>();
        if (options.Provider == DatabaseProvider.Postgres)
        {
            builder.Services.AddSingleton(_ => new PostgresLedgerStore(options.ConnectionString));
            builder.Services.AddSingleton<ILedgerStore>(services => services.GetRequiredService<PostgresLedgerStore>());
            builder.Services.AddHostedService(services => new PostgresBalanceListener(
                options.ConnectionString,
                services.GetRequiredService<BalanceFeed>(),
                services.GetRequiredService<PostgresLedgerStore>(),
                services.GetRequiredService<ILogger<PostgresBalanceListener>>()));
        }
        else
        {
            builder.Services.AddSingleton<ILedgerStore>(services =>
                new SqliteLedgerStore(DataRoom.SqliteConnectionString(options, services.GetRequiredService<DataFolder>())));
        }

        builder.Services.AddSingleton(services => new LedgerBook(
            services.GetRequiredService<ILedgerStore>(),
            services.GetRequiredService<IDbContextFactory<AppDbContext>>(),
            services.GetRequiredService<BalanceFeed>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<LedgerBook>>(),
            LedgerRules.Decide));
        builder.Services.AddHostedService(services => services.GetRequiredService<LedgerBook>());
        builder.Services.AddSingleton(services => new LedgerAuditor(
            options,
            services.GetRequiredService<DataFolder>(),
            services.GetRequiredService<IDbContextFactory<AppDbContext>>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<LedgerAuditor>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<LedgerAuditor>());
    }
}
