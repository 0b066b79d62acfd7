using Microsoft.EntityFrameworkCore;
using OneBalance.Core;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// Where in a book a moment lies. Transfers are numbered without gaps and time never goes back within a book, so some twenty look-ups
/// by number find it among a million: no command has to keep an index by time.
/// </summary>
/// <remarks>One instance a database: a compiled query serves one provider's model.</remarks>
public sealed class LedgerMoments
{
    private readonly Func<AppDbContext, MerchantId, Task<long>> _length = EF.CompileAsyncQuery(
        (AppDbContext db, MerchantId merchant) => db.LedgerBooks.Where(b => b.MerchantId == merchant).Select(b => b.Sequence).FirstOrDefault());

    private readonly Func<AppDbContext, MerchantId, long, Task<DateTimeOffset>> _recordedAt = EF.CompileAsyncQuery(
        (AppDbContext db, MerchantId merchant, long sequence) => db.LedgerTransfers
            .Where(t => t.MerchantId == merchant && t.Sequence == sequence).Select(t => t.RecordedAt).First());

    /// <summary>The number of the last transfer recorded before the moment; 0 when there is none.</summary>
    public async Task<long> LastBeforeAsync(AppDbContext db, MerchantId merchant, DateTimeOffset moment)
    {
        // What is asked for lies in low..high: it is low where nothing later fits.
        long low = 0;
        long high = await _length(db, merchant);
        while (low < high)
        {
            long middle = high - (high - low) / 2;
            if (await _recordedAt(db, merchant, middle) < moment)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
