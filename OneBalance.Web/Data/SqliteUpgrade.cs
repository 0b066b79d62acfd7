using Microsoft.EntityFrameworkCore;

namespace OneBalance.Web.Data;

/// <summary>
/// Migrations on SQLite, so that a process killed at any moment leaves what the next start can bring up to date.
/// </summary>
internal static class SqliteUpgrade
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(AppDbContext db, CancellationToken ct)
    {
        await using var alone = await AloneAsync(db.Database.GetDbConnection().DataSource, ct);
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            // EF marks in a table that it migrates, and waits for as long as the mark is there: whoever died left it.
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);

            // A table is changed by making it anew, which foreign keys must not watch. They are switched outside of transactions
            // alone: so around all migrations, and each is applied as a whole.
            await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = 0", ct);
            await db.Database.MigrateAsync(ct);
            await db.Database.ExecuteSqlRawAsync("PRAGMA foreign_keys = 1", ct);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Waits until no other process migrates this file: by a lock of the operating system, which no death outlasts.</summary>
    private static async Task<IAsyncDisposable?> AloneAsync(string file, CancellationToken ct)
    {
        if (file is "" or ":memory:")
        {
            return null;
        }

        while (true)
        {
            try
            {
                return new FileStream($"{file}.upgrade", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            {
                await Task.Delay(Pause, ct);
            }
        }
    }
}
