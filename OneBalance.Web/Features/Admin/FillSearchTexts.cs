using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Web.Features.Admin;

/// <summary>
/// Makes findable by words what was stored before there was a text to search in: merchants and labels, once after start, beside
/// whatever goes on. Ended in the middle, the next start goes on; two nodes at it write the same. Lines of the audit trail are
/// never changed: <see cref="Audit.AuditQueries"/> looks into the words of old ones themselves.
/// </summary>
public sealed partial class FillSearchTexts(IDbContextFactory<AppDbContext> contexts, ILogger<FillSearchTexts> logger) : BackgroundService
{
    private const int Chunk = 500;

    /// <returns>How many rows were filled.</returns>
    public async Task<int> RunAsync(CancellationToken ct) => await MerchantsAsync(ct) + await LabelsAsync(ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await RunAsync(stoppingToken) is > 0 and var filled)
            {
                Filled(filled);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(failure);
        }
    }

    private async Task<int> MerchantsAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var bare = await db.Merchants.AsNoTracking().Where(row => row.SearchText == "").Select(row => new { row.Id, row.BusinessName, row.ContactEmail }).ToListAsync(ct);
        foreach (var row in bare)
        {
            string words = FoldedText.Of($"{row.BusinessName} {row.ContactEmail}");
            await db.Merchants.Where(merchant => merchant.Id == row.Id && merchant.SearchText == "").ExecuteUpdateAsync(set => set.SetProperty(merchant => merchant.SearchText, words), ct);
        }

        return bare.Count;
    }

    private async Task<int> LabelsAsync(CancellationToken ct)
    {
        int filled = 0;
        await using var db = await contexts.CreateDbContextAsync(ct);
        foreach (var merchant in await db.Merchants.AsNoTracking().OrderBy(row => row.Id).Select(row => row.Id).ToListAsync(ct))
        {
            var bare = await db.Labels.AsNoTracking()
                .Where(row => row.MerchantId == merchant && row.SearchText == "" && (row.To.Name != "" || row.To.Company != "" || row.To.City != "" || row.Reference != ""))
                .Select(row => row.Id).ToListAsync(ct);
            foreach (var ids in bare.Chunk(Chunk))
            {
                foreach (var label in await db.Labels.AsNoTracking().Where(row => row.MerchantId == merchant && ids.Contains(row.Id)).ToListAsync(ct))
                {
                    // Saved meanwhile, it has its text.
                    string words = label.SearchOf();
                    filled += words.Length == 0 ? 0 : await db.Labels.Where(row => row.MerchantId == merchant && row.Id == label.Id && row.SearchText == "")
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.SearchText, words), ct);
                }
            }
        }

        return filled;
    }

    [LoggerMessage(LogLevel.Information, "{Count} merchants and labels stored before they could be searched by words can be now")]
    private partial void Filled(int count);

    [LoggerMessage(LogLevel.Error, "Older merchants and labels could not be made findable by words; the next start tries again")]
    private partial void Failed(Exception failure);
}
