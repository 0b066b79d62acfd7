using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Billing;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Balance;

/// <summary>What the end of a top-up means for auto-funding.</summary>
internal static class AutoFundingOutcome
{
    /// <summary>
    /// Any successful payment clears the failures, and switches auto-funding on again where it had switched itself off. A
    /// refused automatic one is followed by the backup card at once where there is one, else by the cool-down; the third in a
    /// row, or a bank that wants the merchant there, switches it off. What the processor's own trouble prevented is no
    /// refusal: it only waits. Changes what the context tracks; the caller saves it together with the top-up's end.
    /// </summary>
    public static async Task CountAsync(AppDbContext db, TopUp topUp, DateTimeOffset now, CancellationToken ct)
    {
        if (topUp.EndedAt is null || await db.AutoFunding.SingleOrDefaultAsync(a => a.MerchantId == topUp.MerchantId, ct) is not { } settings)
        {
            return;
        }

        AutoFundingEventKind? happened;
        if (topUp.State is TopUpState.Succeeded or TopUpState.AwaitingPayout)
        {
            happened = Succeeded(settings, topUp.State == TopUpState.Succeeded);
        }
        else if (topUp is { State: TopUpState.Failed, Automatic: true })
        {
            happened = Failed(settings, topUp, await BackupWaitsAsync(db, topUp, now, ct), now);
        }
        else
        {
            return;
        }

        settings.UpdatedAt = now;
        settings.Version++;
        if (happened is { } kind)
        {
            db.AutoFundingEvents.Add(new AutoFundingEvent
            {
                MerchantId = topUp.MerchantId,
                Id = Guid.CreateVersion7(now),
                Kind = kind,
                TopUpId = topUp.Id,
                Code = topUp.FailureCode,
                OccurredAt = now,
            });
        }
    }

    private static AutoFundingEventKind? Succeeded(AutoFundingSettings settings, bool credited)
    {
        bool resumes = settings.StoppedFor is not null && credited && !settings.Enabled;
        settings.Enabled |= resumes;
        settings.Failures = 0;
        settings.CoolDownUntil = null;
        settings.StoppedFor = null;
        return resumes ? AutoFundingEventKind.Resumed : null;
    }

    private static AutoFundingEventKind? Failed(AutoFundingSettings settings, TopUp topUp, bool backupWaits, DateTimeOffset now)
    {
        if (topUp.FailureCode is FailureCodes.Unreachable or FailureCodes.NeverCharged or FailureCodes.Cancelled or FailureCodes.CardRemoved)
        {
            settings.CoolDownUntil = now + AutoFundingPolicy.CoolDown;
            return AutoFundingEventKind.ChargeFailed;
        }

        settings.Failures++;
        bool stops = settings.Failures >= AutoFundingPolicy.FailuresBeforeOff || topUp.FailureCode == FailureCodes.AuthenticationRequired;
        settings.CoolDownUntil = backupWaits && !stops ? null : now + AutoFundingPolicy.CoolDown;
        if (!stops || !settings.Enabled)
        {
            return AutoFundingEventKind.ChargeFailed;
        }

        settings.Enabled = false;
        settings.StoppedFor = topUp.FailureCode ?? FailureCodes.Declined;
        return AutoFundingEventKind.Stopped;
    }

    /// <summary>The card that failed is not the backup card, and that one can be charged.</summary>
    private static async Task<bool> BackupWaitsAsync(AppDbContext db, TopUp topUp, DateTimeOffset now, CancellationToken ct)
    {
        var usable = await AutoFundingCards.UsableAsync(db, topUp.MerchantId, EasternDay.Of(now), ct);
        return usable.Any(card => card.IsBackup && card.Id != topUp.CardId) && !usable.Any(card => card.IsBackup && card.Id == topUp.CardId);
    }
}
