using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// Ledger rows are written by the ledger's writer alone: a context that would save one has a bug.
/// </summary>
internal sealed class LedgerIsReadOnly : SaveChangesInterceptor
{
    public static readonly LedgerIsReadOnly Instance = new();

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        foreach (var entry in eventData.Context!.ChangeTracker.Entries())
        {
            if (entry.State is not (EntityState.Unchanged or EntityState.Detached)
                && entry.Entity is (LedgerBookRow or LedgerTransferRow or LedgerEntryRow or LedgerReservationRow))
            {
                throw new InvalidOperationException($"{entry.Metadata.ClrType.Name} is written by the ledger's writer alone: submit a command.");
            }
        }

        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(SavingChanges(eventData, result));
}
