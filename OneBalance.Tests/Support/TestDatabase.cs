using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OneBalance.Core;
using OneBalance.Web;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;
using OneBalance.Web.Data.Model;

namespace OneBalance.Tests.Support;

/// <summary>
/// A fresh migrated database for one test: a SQLite file, or a database on the private PostgreSQL cluster. Migrations run once
/// a test process, into a template; each test gets a copy of it, which costs milliseconds. Contexts, write gate and ledger are
/// composed as in the product (<see cref="DataRoom"/>).
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private WebApplication? _product;
    private List<IHostedService> _started = [];

    private TestDatabase(DatabaseProvider provider, string connectionString, TemporaryFolder folder, TimeProvider time)
    {
        Provider = provider;
        ConnectionString = connectionString;
        _folder = folder;
        Time = time;
    }

    public DatabaseProvider Provider { get; }

    public string ConnectionString { get; }

    public TimeProvider Time { get; }

    /// <summary>The data room's services, composed as in the product; hosted services of the product run.</summary>
    public IServiceProvider Services => (_product ?? throw new ObjectDisposedException(nameof(TestDatabase))).Services;

    public IDbContextFactory<AppDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<AppDbContext>>();

    public LedgerBook Ledger => Services.GetRequiredService<LedgerBook>();

    /// <summary>A fresh database with every migration applied.</summary>
    /// <param name="time">The clock of <see cref="Services"/>; the system's when not given.</param>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider, TimeProvider? time = null)
    {
        var folder = new TemporaryFolder();
        string connectionString = provider == DatabaseProvider.Postgres
            ? await PostgresTemplate.CopyAsync()
            : await SqliteTemplate.CopyAsync(folder.File("onebalance.db"));
        var database = new TestDatabase(provider, connectionString, folder, time ?? TimeProvider.System);
        try
        {
            await database.ComposeAsync();
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        return database;
    }

    /// <summary>Both providers, for theories: <c>[Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]</c>.</summary>
    public static TheoryData<DatabaseProvider> Providers => [DatabaseProvider.Sqlite, DatabaseProvider.Postgres];

    /// <summary>Stores a merchant at a sample address in Ontario, not set up for buying unless asked.</summary>
    public async Task<MerchantId> AddMerchantAsync(string businessName = "Maple Parcels", bool setUp = false)
    {
        await using var db = await Contexts.CreateDbContextAsync();
        var merchant = new Merchant
        {
            BusinessName = businessName,
            Address = new PostalAddress
            {
                Name = "Sample Sender",
                Company = businessName,
                Line1 = "111 Wellington St",
                City = "Ottawa",
                Province = "ON",
                PostalCode = "K1A0A9",
                Phone = "613-555-0134",
            },
            ContactEmail = "owner@example.com",
            CreatedAt = Time.GetUtcNow(),
            SetUpFinishedAt = setUp ? Time.GetUtcNow() : null,
        };
        db.Add(merchant);
        await db.SaveChangesAsync();
        return merchant.Id;
    }

    public async ValueTask DisposeAsync()
    {
        if (_product is { } product)
        {
            foreach (var service in _started)
            {
                await service.StopAsync(CancellationToken.None);
            }

            await product.DisposeAsync();
            _product = null;
        }

        if (Provider == DatabaseProvider.Postgres)
        {
            await PostgresTemplate.DropAsync(ConnectionString);
        }
        else
        {
            await using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
        }

        _folder.Dispose();
    }

    private async Task ComposeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _folder.Path, Args = Settings.Unwatched([]) });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Database:Provider"] = $"{Provider}",
            ["Database:ConnectionString"] = ConnectionString,
            ["DataFolder"] = _folder.Path,
        });
        builder.Logging.ClearProviders();
        builder.AddData();
        builder.Services.Replace(ServiceDescriptor.Singleton(Time));
        _product = builder.Build();
        _started = [.. _product.Services.GetServices<IHostedService>().Where(service => service.GetType().Assembly == typeof(Program).Assembly)];
        foreach (var service in _started)
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>Names a template after the migrations in it, so that another build's template is never taken for this one's.</summary>
    private static string Fingerprint(DbContext db) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', db.Database.GetMigrations()) + db.Database.GenerateCreateScript())))[..16];

    private static class SqliteTemplate
    {
        private static readonly Lazy<Task<byte[]>> Migrated = new(MigrateAsync);

        public static async Task<string> CopyAsync(string file)
        {
            await File.WriteAllBytesAsync(file, await Migrated.Value);
            return ConnectionString(file);
        }

        private static async Task<byte[]> MigrateAsync()
        {
            using var folder = new TemporaryFolder();
            string file = folder.File("template.db");
            var options = new DbContextOptionsBuilder<SqliteAppDbContext>();
            DataRoom.UseSqlite(options, ConnectionString(file));
            await using (var db = new SqliteAppDbContext(options.Options))
            {
                await db.MigrateAsync(CancellationToken.None);
                // Everything into the one file that is copied.
                await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
            }

            SqliteConnection.ClearAllPools();
            return await File.ReadAllBytesAsync(file);
        }

        private static string ConnectionString(string file) =>
            new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true }.ToString();
    }

    private static class PostgresTemplate
    {
        /// <summary>Any number: processes that share a cluster make the template one after another.</summary>
        private const long Lock = 20261101;

        private static readonly Lazy<Task<string>> Migrated = new(MigrateAsync);

        public static async Task<string> CopyAsync()
        {
            string template = await Migrated.Value;
            string copy = $"test_{Guid.NewGuid():N}";
            await ExecuteAsync($"CREATE DATABASE {copy} TEMPLATE {template}");
            return await ConnectionStringAsync(copy, pooling: true);
        }

        public static async Task DropAsync(string connectionString)
        {
            await using (var connection = new NpgsqlConnection(connectionString))
            {
                NpgsqlConnection.ClearPool(connection);
            }

            await ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
        }

        private static async Task<string> MigrateAsync()
        {
            var options = new DbContextOptionsBuilder<PostgresAppDbContext>();
            string building = $"building_{Guid.NewGuid():N}";
            DataRoom.UsePostgres(options, await ConnectionStringAsync(building, pooling: false));
            await using var db = new PostgresAppDbContext(options.Options);
            string template = $"template_{Fingerprint(db)}";

            await using var administration = new NpgsqlConnection(await ConnectionStringAsync("postgres", pooling: false));
            await administration.OpenAsync();
            await ExecuteAsync(administration, $"SELECT pg_advisory_lock({Lock})");
            await using (var exists = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{template}'", administration))
            {
                if (await exists.ExecuteScalarAsync() is not null)
                {
                    return template;
                }
            }

            await db.MigrateAsync(CancellationToken.None);
            await ExecuteAsync(administration, $"ALTER DATABASE {building} RENAME TO {template}");
            return template;
        }

        private static async Task<string> ConnectionStringAsync(string database, bool pooling) =>
            new NpgsqlConnectionStringBuilder(await PostgresCluster.ConnectionStringAsync()) { Database = database, Pooling = pooling }.ToString();

        private static async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(await ConnectionStringAsync("postgres", pooling: false));
            await connection.OpenAsync();
            await ExecuteAsync(connection, sql);
        }

        private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
