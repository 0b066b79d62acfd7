using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>A card on file as pages show it.</summary>
/// <param name="Expires">The last day it is good.</param>
public sealed record CardView(CardId Id, Card Card, bool IsDefault, bool IsBackup, DateOnly Expires, CardExpiry Expiry);

/// <summary>The cards on file of a merchant, the default first.</summary>
public sealed class CardQueries(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    public async Task<IReadOnlyList<CardView>> ListAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.SeeBalance, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var today = EasternDay.Of(time.GetUtcNow());
        var rows = await db.Cards.AsNoTracking()
            .Where(c => c.MerchantId == merchant && c.RemovedAt == null)
            .OrderByDescending(c => c.IsDefault).ThenByDescending(c => c.IsBackup).ThenBy(c => c.AddedAt)
            .ToListAsync(ct);
        return [.. rows.Select(row => View(row, today))];
    }

    private static CardView View(CardOnFile row, DateOnly today)
    {
        var card = new Card(row.Brand, row.LastFour, row.ExpiryMonth, row.ExpiryYear);
        return new CardView(row.Id, card, row.IsDefault, row.IsBackup, card.LastDay, card.ExpiryOn(today));
    }
}

/// <summary>
/// Changes of a merchant's cards and of whether auto-funding needs one come one after the other: each begins here, and what it
/// reads afterwards holds until it commits.
/// </summary>
internal static class CardChange
{
    public static async Task<IDbContextTransaction> BeginAsync(AppDbContext db, MerchantId merchant, CancellationToken ct)
    {
        var transaction = await db.Database.BeginTransactionAsync(ct);

        // Changes nothing; holds the merchant's row on PostgreSQL. On SQLite the transaction is alone anyway.
        await db.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.Version, m => m.Version), ct);
        return transaction;
    }
}

/// <summary>Chooses the card that top-ups are charged to unless another is named.</summary>
public sealed class SetDefaultCard(IDbContextFactory<AppDbContext> contexts)
{
    /// <returns>False when the merchant has no such card.</returns>
    public async Task<bool> RunAsync(MerchantAccess access, CardId card, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await CardChange.BeginAsync(db, merchant, ct);
        if (!await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.Id == card && c.RemovedAt == null, ct))
        {
            return false;
        }

        // Two statements, because the database takes one default a merchant and checks row by row; one transaction, because none is none.
        await db.Cards.Where(c => c.MerchantId == merchant && c.IsDefault).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsDefault, false), ct);
        await db.Cards.Where(c => c.MerchantId == merchant && c.Id == card).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.IsDefault, true).SetProperty(c => c.IsBackup, false), ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}

/// <summary>Chooses the card that auto-funding charges when the default card fails.</summary>
public sealed class SetBackupCard(IDbContextFactory<AppDbContext> contexts)
{
    /// <returns>False when the merchant has no such card, or it is the default.</returns>
    public async Task<bool> RunAsync(MerchantAccess access, CardId card, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await CardChange.BeginAsync(db, merchant, ct);
        if (!await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.Id == card && c.RemovedAt == null && !c.IsDefault, ct))
        {
            return false;
        }

        // Two statements, as for the default.
        await db.Cards.Where(c => c.MerchantId == merchant && c.IsBackup).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsBackup, false), ct);
        await db.Cards.Where(c => c.MerchantId == merchant && c.Id == card).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsBackup, true), ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}

/// <summary>
/// Puts a card on file into another's place: it takes over whether it is the default or the backup, and the old card is
/// removed, in one step. May be repeated.
/// </summary>
public sealed class ReplaceCard(IDbContextFactory<AppDbContext> contexts, RemoveCard remove, TimeProvider time)
{
    /// <returns>False when the merchant has no such card, or the old one has gone already.</returns>
    public async Task<bool> RunAsync(MerchantId merchant, CardId old, CardId replacement, CancellationToken ct)
    {
        await using (var db = await contexts.CreateDbContextAsync(ct))
        await using (var transaction = await CardChange.BeginAsync(db, merchant, ct))
        {
            var cards = await db.Cards.Where(c => c.MerchantId == merchant && c.RemovedAt == null && (c.Id == old || c.Id == replacement)).ToListAsync(ct);
            if (cards.SingleOrDefault(c => c.Id == old) is not { } leaves || cards.SingleOrDefault(c => c.Id == replacement) is not { } comes)
            {
                return false;
            }

            var (isDefault, isBackup) = (leaves.IsDefault, leaves.IsBackup);
            leaves.RemovedAt = time.GetUtcNow();
            leaves.IsDefault = leaves.IsBackup = false;
            // Before the other: the database takes one default and one backup a merchant and checks row by row.
            await db.SaveChangesAsync(ct);
            comes.IsDefault |= isDefault;
            comes.IsBackup = (comes.IsBackup || isBackup) && !comes.IsDefault;
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        await remove.DetachAsync(merchant, old, ct);
        return true;
    }
}

/// <summary>
/// Removes a card from file: it is never charged again from the moment it is stored here; the processor is then told to
/// forget it, by a sweep if need be. The last card stays while auto-funding is on. A removed default card is followed by the
/// backup card or the oldest other one, and by an expired one only where all are.
/// </summary>
public sealed partial class RemoveCard(IDbContextFactory<AppDbContext> contexts, IPaymentProcessor processor, TimeProvider time, ILogger<RemoveCard> log)
{
    public async Task<RemoveCardOutcome> RunAsync(MerchantAccess access, CardId card, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using (var db = await contexts.CreateDbContextAsync(ct))
        await using (var transaction = await CardChange.BeginAsync(db, merchant, ct))
        {
            var cards = await db.Cards.Where(c => c.MerchantId == merchant && c.RemovedAt == null).OrderBy(c => c.AddedAt).ToListAsync(ct);
            if (cards.SingleOrDefault(c => c.Id == card) is not { } row)
            {
                return await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.Id == card, ct) ? new RemoveCardOutcome.Removed() : new RemoveCardOutcome.NotFound();
            }

            if (cards.Count == 1 && await db.AutoFunding.AnyAsync(a => a.MerchantId == merchant && a.Enabled, ct))
            {
                return new RemoveCardOutcome.NeededByAutoFunding();
            }

            bool wasDefault = row.IsDefault;
            row.RemovedAt = time.GetUtcNow();
            row.IsDefault = row.IsBackup = false;
            await db.SaveChangesAsync(ct);
            var today = EasternDay.Of(time.GetUtcNow());
            if (wasDefault && cards.Where(c => c.Id != card).OrderBy(c => IsExpired(c, today)).ThenByDescending(c => c.IsBackup).FirstOrDefault() is { } next)
            {
                next.IsDefault = true;
                next.IsBackup = false;
                await db.SaveChangesAsync(ct);
            }

            await transaction.CommitAsync(ct);
        }

        await DetachAsync(merchant, card, ct);
        return new RemoveCardOutcome.Removed();
    }

    private static bool IsExpired(CardOnFile row, DateOnly today) => new Card(row.Brand, row.LastFour, row.ExpiryMonth, row.ExpiryYear).IsExpired(today);

    /// <summary>Tells the processor to forget a removed card; false when it has to be tried again.</summary>
    internal async Task<bool> DetachAsync(MerchantId merchant, CardId card, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        string processorId = await db.Cards.Where(c => c.MerchantId == merchant && c.Id == card).Select(c => c.ProcessorId).SingleAsync(ct);
        // Forgetting twice is forgetting, so each attempt has a key of its own: an error kept for a key would be all that is heard for a day.
        var reply = await processor.RemoveCardAsync(processorId, $"remove-{card}-{time.GetUtcNow().ToUnixTimeMilliseconds()}", ct);
        if (reply is ProcessorReply<bool>.Refused refusal)
        {
            Refused(log, card.ToString(), refusal.Code);
        }

        // It knows no such card any more: that is what was wanted. Anything else is tried again.
        if (reply is not (ProcessorReply<bool>.Confirmed or ProcessorReply<bool>.Refused { UnknownId: true }))
        {
            return false;
        }

        var now = time.GetUtcNow();
        await db.Cards.Where(c => c.MerchantId == merchant && c.Id == card).ExecuteUpdateAsync(set => set.SetProperty(c => c.DetachedAt, now), ct);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "The processor refused to forget card {Card}: {Code}.")]
    private static partial void Refused(ILogger log, string card, string code);
}

/// <summary>What came of removing a card: a closed set.</summary>
public abstract record RemoveCardOutcome
{
    private RemoveCardOutcome()
    {
    }

    public sealed record Removed : RemoveCardOutcome;

    /// <summary>The last card, and auto-funding is on: switch it off or add another card first.</summary>
    public sealed record NeededByAutoFunding : RemoveCardOutcome;

    public sealed record NotFound : RemoveCardOutcome;
}

/// <summary>Tells the processor again to forget removed cards where it gave no answer.</summary>
public sealed class RemovedCardSweep(IDbContextFactory<AppDbContext> contexts, RemoveCard remove) : ISweep
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var due = await db.Cards.Where(c => c.RemovedAt != null && c.DetachedAt == null).OrderBy(c => c.RemovedAt).Select(c => new { c.MerchantId, c.Id }).Take(100).ToListAsync(ct);
        foreach (var card in due)
        {
            await remove.DetachAsync(card.MerchantId, card.Id, ct);
        }

        return due.Count;
    }
}
