using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;

namespace OneBalance.Tests.Architecture;

/// <summary>Both migration sets say what the model says, and apply to an empty database.</summary>
public sealed class MigrationTests
{
    [Fact]
    public void The_SQLite_migrations_say_what_the_model_says()
    {
        using var db = new SqliteAppDbContext(Sqlite<SqliteAppDbContext>());
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void The_PostgreSQL_migrations_say_what_the_model_says()
    {
        var options = new DbContextOptionsBuilder<PostgresAppDbContext>();
        DataRoom.UsePostgres(options, "Host=127.0.0.1;Database=none");
        using var db = new PostgresAppDbContext(options.Options);
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void A_model_with_a_table_that_no_migration_makes_is_found()
    {
        using var db = new WithATableTooMuch(Sqlite<WithATableTooMuch>());
        Assert.True(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Migrations_apply_to_an_empty_database(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var db = await database.Contexts.CreateDbContextAsync();

        Assert.NotEmpty(await db.Database.GetAppliedMigrationsAsync());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
        foreach (var entity in db.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null && !entity.IsOwned()))
        {
            Assert.InRange(await db.Database.SqlQuery<int>(FormattableStringFactory.Create($"SELECT count(*) AS \"Value\" FROM \"{entity.GetTableName()}\"")).SingleAsync(), 0, int.MaxValue);
        }
    }

    private static DbContextOptions<TContext> Sqlite<TContext>()
        where TContext : DbContext
    {
        var options = new DbContextOptionsBuilder<TContext>();
        DataRoom.UseSqlite(options, "Data Source=:memory:");
        return options.Options;
    }

    /// <summary>Looks for its snapshot where the product's is, and has one table more.</summary>
    private sealed class WithATableTooMuch(DbContextOptions<WithATableTooMuch> options) : AppDbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder builder)
        {
            base.OnModelCreating(builder);
            builder.Entity<TooMuch>();
        }
    }

    private sealed class TooMuch
    {
        public int Id { get; set; }
    }
}
