using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Batches;
using OneBalance.Core.Privacy;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Privacy;

/// <summary>What is held about a person, and what erasing does with it.</summary>
/// <param name="Saved">Entries of the address book: removed.</param>
/// <param name="Drafts">Drafts of labels: removed.</param>
/// <param name="Lines">Lines of batches of which no label was bought: blanked and left out.</param>
/// <param name="Ended">Labels of which nothing more can come: blanked now.</param>
/// <param name="Later">Labels bought lately or being refunded: no longer suggested, and blanked as soon as they are settled.</param>
public sealed record PersonHeld(Address Person, int Saved, int Drafts, int Lines, int Ended, int Later)
{
    public bool IsNothing => Saved + Drafts + Lines + Ended + Later == 0;
}

/// <summary>
/// Erases one person of a merchant's: whoever stands under this name and postal code in the address book, on drafts and labels, and
/// on lines of batches. Amounts stay. What was erased is not written down; that somebody was, and by whom, is.
/// </summary>
public sealed class ErasePerson(IDbContextFactory<AppDbContext> contexts, ICarrier carrier, AuditTrail trail, TimeProvider time)
{
    /// <summary>Null when there is no such entry of this merchant.</summary>
    public async Task<PersonHeld?> LookAsync(MerchantAccess access, SavedAddressId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await OfEntryAsync(db, merchant, id, ct) is { } person ? (await FindAsync(db, merchant, person, ct)).Held : null;
    }

    /// <summary>Null when there is no such label of this merchant, or its recipient was erased.</summary>
    public async Task<PersonHeld?> LookAsync(MerchantAccess access, LabelId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await OfLabelAsync(db, merchant, id, ct) is { } person ? (await FindAsync(db, merchant, person, ct)).Held : null;
    }

    /// <summary>What was erased; null when there was nobody to erase.</summary>
    public async Task<PersonHeld?> RunAsync(MerchantAccess access, Actor by, SavedAddressId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        return await EraseAsync(merchant, by, $"saved-address/{id}", db => OfEntryAsync(db, merchant, id, ct), ct);
    }

    /// <summary>What was erased; null when there was nobody to erase.</summary>
    public async Task<PersonHeld?> RunAsync(MerchantAccess access, Actor by, LabelId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        return await EraseAsync(merchant, by, $"label/{id}", db => OfLabelAsync(db, merchant, id, ct), ct);
    }

    private async Task<PersonHeld?> EraseAsync(MerchantId merchant, Actor by, string subject, Func<AppDbContext, Task<Address?>> who, CancellationToken ct)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            if (await who(db) is not { } person)
            {
                return null;
            }

            var (held, found) = await FindAsync(db, merchant, person, ct);
            try
            {
                await EraseAsync(db, merchant, found, ct);
                trail.Add(db, by, AuditAction.PersonErased, merchant, subject, null, null, new { held.Saved, held.Drafts, held.Lines, held.Ended, held.Later });
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
                return held;
            }
            catch (DbUpdateConcurrencyException)
            {
                // A purchase or another tab moved one of the rows on meanwhile: look again, so that nobody is half erased.
            }
        }
    }

    private async Task EraseAsync(AppDbContext db, MerchantId merchant, Found found, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        db.SavedAddresses.RemoveRange(await db.SavedAddresses.Where(row => row.MerchantId == merchant && found.Saved.Contains(row.Id)).ToListAsync(ct));
        foreach (var (batch, number) in found.Lines)
        {
            var line = await db.BatchLines.SingleAsync(row => row.MerchantId == merchant && row.BatchId == batch && row.Number == number, ct);
            line.LeaveOut();
        }

        db.Labels.RemoveRange(await db.Labels.Where(row => row.MerchantId == merchant && found.Drafts.Contains(row.Id)).ToListAsync(ct));
        foreach (var label in await db.Labels.Where(row => row.MerchantId == merchant && found.Later.Contains(row.Id)).ToListAsync(ct))
        {
            label.ErasureAskedAt ??= now;
            label.Version++;
        }

        await db.SaveChangesAsync(ct);
        await RecipientErasure.LabelsAsync(db, await db.Labels.Where(row => row.MerchantId == merchant && found.Ended.Contains(row.Id)).ToListAsync(ct), now, ct);
    }

    private async Task<(PersonHeld Held, Found Found)> FindAsync(AppDbContext db, MerchantId merchant, Address person, CancellationToken ct)
    {
        var saved = (await db.SavedAddresses.AsNoTracking().Where(row => row.MerchantId == merchant && row.Kind == AddressKind.Recipient).Select(row => new { row.Id, row.Address }).ToListAsync(ct))
            .Where(row => RetentionRules.IsSamePerson(row.Address.ToAddress(), person)).Select(row => row.Id).ToList();
        var labels = new List<(LabelId Id, LabelState State, DateTimeOffset CreatedAt)>();
        await foreach (var row in db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && label.RecipientErasedAt == null && label.To.Country == person.Country)
            .Select(label => new { label.Id, label.State, label.CreatedAt, label.To })
            .AsAsyncEnumerable().WithCancellation(ct))
        {
            if (RetentionRules.IsSamePerson(row.To.ToAddress(), person))
            {
                labels.Add((row.Id, row.State, row.CreatedAt));
            }
        }

        var settled = time.GetUtcNow() - TimeSpan.FromDays(RetentionRules.LabelSettlesInDays);
        var ids = labels.ConvertAll(label => label.Id);
        var atAnEnd = (await db.Labels.Where(label => label.MerchantId == merchant && ids.Contains(label.Id)).Ended(db).Select(label => label.Id).ToListAsync(ct)).ToHashSet();
        var drafts = labels.Where(label => label.State == LabelState.Draft).Select(label => label.Id).ToList();
        var ended = labels.Where(label => atAnEnd.Contains(label.Id) && (label.State != LabelState.Purchased || label.CreatedAt < settled)).Select(label => label.Id).ToList();
        var later = ids.Except(drafts).Except(ended).ToList();
        var lines = await LinesAsync(db, merchant, person, drafts, ct);
        return (
            new PersonHeld(person, saved.Count, drafts.Count, lines.Count, ended.Count, later.Count),
            new Found(saved, drafts, lines, ended, later));
    }

    /// <summary>Lines that have no label, or one that is a draft still.</summary>
    private async Task<List<(BatchId Batch, int Number)>> LinesAsync(AppDbContext db, MerchantId merchant, Address person, List<LabelId> drafts, CancellationToken ct)
    {
        var found = new List<(BatchId, int)>();
        var nothing = StoredBatch.Write(new Dictionary<LineField, string>());
        foreach (var batch in await db.Batches.AsNoTracking().Where(row => row.MerchantId == merchant).ToListAsync(ct))
        {
            var terms = batch.Terms(carrier);
            var lines = await db.BatchLines.AsNoTracking()
                .Where(line => line.MerchantId == merchant && line.BatchId == batch.Id && line.FieldsJson != nothing)
                .Select(line => new { line.Number, line.FieldsJson, line.LabelId })
                .ToListAsync(ct);
            found.AddRange(lines
                .Where(line => line.LabelId is not { } label || drafts.Contains(label))
                .Where(line => RetentionRules.IsSamePerson(BatchLineRules.Read(StoredBatch.Fields(line.FieldsJson), terms).Draft.To, person))
                .Select(line => (batch.Id, line.Number)));
        }

        return found;
    }

    private static async Task<Address?> OfEntryAsync(AppDbContext db, MerchantId merchant, SavedAddressId id, CancellationToken ct) =>
        (await db.SavedAddresses.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id && row.Kind == AddressKind.Recipient, ct))?.Address.ToAddress();

    private static async Task<Address?> OfLabelAsync(AppDbContext db, MerchantId merchant, LabelId id, CancellationToken ct) =>
        (await db.Labels.AsNoTracking().FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == id && row.RecipientErasedAt == null, ct))?.To.ToAddress();

    private sealed record Found(List<SavedAddressId> Saved, List<LabelId> Drafts, List<(BatchId Batch, int Number)> Lines, List<LabelId> Ended, List<LabelId> Later);
}
