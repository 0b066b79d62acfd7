using OneBalance.Core;

namespace OneBalance.Web.Features.Refunds;

public sealed partial class VoidLabelDialog
{
    [LoggerMessage(LogLevel.Error, "Voiding label {Label} failed")]
    private static partial void LogFailed(ILogger log, Exception failure, LabelId label);
}
