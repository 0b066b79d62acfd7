using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Manifests;

public sealed partial class ManifestsPage
{
    [LoggerMessage(LogLevel.Error, "Closing the day of merchant {Merchant} failed, reference {Reference}")]
    private static partial void LogFailed(ILogger log, Exception failure, MerchantAccess merchant, string reference);
}
