using OneBalance.Core.Ledger;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// The ledger's tables in one dialect of SQL. One user at a time (the writer); between <see cref="BeginAsync"/> and
/// <see cref="CommitAsync"/> or <see cref="AbandonAsync"/> lies one database transaction.
/// </summary>
internal interface ILedgerStore : IAsyncDisposable
{
    /// <summary>Begins, locks the books of these commands in key order, and loads all that their keys name.</summary>
    Task<LedgerBatch> BeginAsync(IReadOnlyList<LedgerCommand> commands);

    /// <summary>Writes what the batch changed and commits durably. An exception leaves the outcome unknown.</summary>
    Task CommitAsync(LedgerBatch batch);

    /// <summary>Ends the transaction without effect, if that is still possible. Never throws.</summary>
    Task AbandonAsync();
}
