using OneBalance.Core.Billing;
using OneBalance.Web.Data.Model;

namespace OneBalance.Web.Features.Balance;

/// <summary>What the end of a top-up means for auto-funding.</summary>
internal static class AutoFundingOutcome
{
    /// <summary>
    /// Any successful payment clears the failures, and switches auto-funding on again where it had switched itself off. A
    /// failed automatic one starts the cool-down; the third in a row, or a bank that wants the merchant there, switches it off.
    /// </summary>
    public static void Count(AutoFundingSettings settings, TopUp topUp, DateTimeOffset now)
    {
        if (topUp.State is TopUpState.Succeeded or TopUpState.AwaitingPayout)
        {
            settings.Enabled |= settings.StoppedFor is not null && topUp.State == TopUpState.Succeeded;
            settings.Failures = 0;
            settings.CoolDownUntil = null;
            settings.StoppedFor = null;
        }
        else if (topUp is { State: TopUpState.Failed, Automatic: true })
        {
            settings.Failures++;
            settings.CoolDownUntil = now + AutoFundingPolicy.CoolDown;
            if (settings.Failures >= AutoFundingPolicy.FailuresBeforeOff || topUp.FailureCode == FailureCodes.AuthenticationRequired)
            {
                settings.Enabled = false;
                settings.StoppedFor = topUp.FailureCode;
            }
        }
        else
        {
            return;
        }

        settings.UpdatedAt = now;
        settings.Version++;
    }
}
