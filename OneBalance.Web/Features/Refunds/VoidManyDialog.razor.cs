namespace OneBalance.Web.Features.Refunds;

public sealed partial class VoidManyDialog
{
    [LoggerMessage(LogLevel.Error, "Voiding many labels failed, reference {Reference}")]
    private static partial void LogFailed(ILogger log, Exception failure, string reference);
}
