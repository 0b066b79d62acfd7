using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Web.Data;

/// <summary>Composition of the data room, and the database's start-up.</summary>
public static class DataRoom
{
    public static void AddData(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<DatabaseOptions>(builder.Configuration.GetSection(DatabaseOptions.Section));
        builder.Services.AddSingleton<DataFolder>();
        builder.Services.AddSingleton(TimeProvider.System);

        var options = builder.Configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions();
        if (options.Provider == DatabaseProvider.Postgres)
        {
            builder.Services.AddDbContextFactory<PostgresAppDbContext>((services, db) => UsePostgres(db, options.ConnectionString));
            builder.Services.AddSingleton<IDbContextFactory<AppDbContext>, ContextFactory<PostgresAppDbContext>>();
        }
        else
        {
            builder.Services.AddDbContextFactory<SqliteAppDbContext>((services, db) =>
                UseSqlite(db, SqliteConnectionString(options, services.GetRequiredService<DataFolder>())));
            builder.Services.AddSingleton<IDbContextFactory<AppDbContext>, ContextFactory<SqliteAppDbContext>>();
        }

        builder.Services.AddScoped(services => services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContext());
        builder.Services.AddDataProtection().SetApplicationName("OneBalance").PersistKeysToDbContext<AppDbContext>();
        builder.AddLedger(options);
    }

    /// <summary>Applies the provider's migrations and the ledger's guards; refuses a SQLite with the WAL-reset race.</summary>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken ct)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(ct);
        await db.MigrateAsync(ct);
    }

    internal static async Task MigrateAsync(this AppDbContext db, CancellationToken ct)
    {
        if (db.Database.IsSqlite())
        {
            SqliteVersion.Require(db.Database.GetDbConnection());
        }

        await (db.Database.IsSqlite() ? SqliteUpgrade.RunAsync(db, ct) : db.Database.MigrateAsync(ct));
        await LedgerGuards.ApplyAsync(db, ct);
    }

    public static string SqliteConnectionString(DatabaseOptions options, DataFolder folder) =>
        new SqliteConnectionStringBuilder(options.ConnectionString is { Length: > 0 } configured
            ? configured
            : $"Data Source={folder.File("onebalance.db")}")
        {
            ForeignKeys = true,
        }.ToString();

    public static DbContextOptionsBuilder UseSqlite(DbContextOptionsBuilder db, string connectionString) =>
        db.UseSqlite(connectionString).UseSnakeCaseNamingConvention().ReplaceService<IMigrationsSqlGenerator, LedgerTablesSqlGenerator>().AddInterceptors(
            SqlitePragmas.Instance, LedgerIsReadOnly.Instance, new SqliteGatePass(SqliteWriteGate.For(connectionString)));

    public static DbContextOptionsBuilder UsePostgres(DbContextOptionsBuilder db, string connectionString) =>
        db.UseNpgsql(connectionString).UseSnakeCaseNamingConvention().AddInterceptors(LedgerIsReadOnly.Instance);

    private sealed class ContextFactory<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<AppDbContext>
        where TContext : AppDbContext
    {
        public AppDbContext CreateDbContext() => inner.CreateDbContext();
    }
}
