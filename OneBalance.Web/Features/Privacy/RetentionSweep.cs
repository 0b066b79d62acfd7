using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core.Privacy;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Mail;

namespace OneBalance.Web.Features.Privacy;

/// <summary>
/// Erases what is no longer to be kept: recipients and documents of labels, lines of batches, drafts, texts of mails. Each step is a
/// transaction of its own and finds by age what is left to do, so that dying half-way, or two nodes at once, only end it later.
/// </summary>
public sealed class RetentionSweep(IDbContextFactory<AppDbContext> contexts, IOptions<PrivacyOptions> options, TimeProvider time) : ISweep
{
    private const int AtOnce = 100;

    public async Task<int> RunAsync(CancellationToken ct) =>
        await RepeatAsync(LabelsAsync, ct) + await RepeatAsync(BatchesAsync, ct) + await DraftsAsync(ct) + await MailsAsync(ct);

    private static async Task<int> RepeatAsync(Func<CancellationToken, Task<int>> step, CancellationToken ct)
    {
        int all = 0;
        while (await step(ct) is > 0 and var done)
        {
            all += done;
            ct.ThrowIfCancellationRequested();
        }

        return all;
    }

    private async Task<int> LabelsAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var old = now - options.Value.Recipients;
        var settled = now - TimeSpan.FromDays(RetentionRules.LabelSettlesInDays);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var due = await db.Labels.Ended(db)
            .Where(label => label.CreatedAt < old || (label.ErasureAskedAt != null && (label.CreatedAt < settled || label.State != LabelState.Purchased)))
            .OrderBy(label => label.CreatedAt)
            .Take(AtOnce)
            .ToListAsync(ct);
        if (due.Count == 0)
        {
            return 0;
        }

        try
        {
            await RecipientErasure.LabelsAsync(db, due, now, ct);
            await transaction.CommitAsync(ct);
            return due.Count;
        }
        catch (DbUpdateConcurrencyException)
        {
            // One of them was moved on meanwhile: the next round finds the others again.
            return 0;
        }
    }

    /// <summary>A batch left lying: what was not bought is freed and its lines are left out.</summary>
    private async Task<int> BatchesAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var old = now - options.Value.Recipients;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var batch = await db.Batches
            .Where(row => row.State == BatchState.Open || row.State == BatchState.Paused || row.State == BatchState.Finished)
            .Where(row => row.UpdatedAt < old && (row.RecipientsErasedAt == null || row.RecipientsErasedAt < row.UpdatedAt))
            .OrderBy(row => row.UpdatedAt)
            .FirstOrDefaultAsync(ct);
        if (batch is null)
        {
            return 0;
        }

        await CancelBatch.StopAsync(db, batch.MerchantId, batch.Id, ct);
        var lines = await db.BatchLines.Where(line => line.MerchantId == batch.MerchantId && line.BatchId == batch.Id && line.LabelId == null).ToListAsync(ct);
        lines.ForEach(RecipientErasure.LeaveOut);
        if (batch.State == BatchState.Paused)
        {
            batch.State = BatchState.Finished;
            batch.Stop = null;
            batch.CancelledAt ??= now;
            batch.FinishedAt = now;
        }

        batch.RecipientsErasedAt = now;
        batch.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return 1;
        }
        catch (DbUpdateConcurrencyException)
        {
            // Corrected or begun meanwhile: then it is in use, and not old any more.
            return 0;
        }
    }

    private async Task<int> DraftsAsync(CancellationToken ct)
    {
        var old = time.GetUtcNow() - options.Value.Recipients;
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Labels
            .Where(label => label.State == LabelState.Draft && label.BatchId == null && label.RecipientErasedAt == null && label.CreatedAt < old && label.UpdatedAt < old)
            .ExecuteDeleteAsync(ct);
    }

    private async Task<int> MailsAsync(CancellationToken ct)
    {
        var old = time.GetUtcNow() - options.Value.MailBodies;
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.OutgoingMails
            .Where(mail => mail.CreatedAt < old && (mail.TextBody != "" || mail.HtmlBody != ""))
            .ExecuteUpdateAsync(
                set => set.SetProperty(mail => mail.TextBody, "")
                    .SetProperty(mail => mail.HtmlBody, "")
                    .SetProperty(mail => mail.UnsubscribeUrl, (string?)null)
                    // One that never got out is given up: nobody is sent an empty mail.
                    .SetProperty(mail => mail.Attempts, mail => mail.SentAt == null ? Outbox.MostAttempts : mail.Attempts),
                ct);
    }
}
