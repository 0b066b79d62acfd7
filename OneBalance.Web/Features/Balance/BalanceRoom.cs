namespace OneBalance.Web.Features.Balance;

internal static class BalanceRoom
{
    public static void AddBalance(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<FundingOptions>(builder.Configuration.GetSection(FundingOptions.Section));
        builder.Services.AddTransient<SettleTopUp>();
        builder.Services.AddSingleton<BalanceWatch>();
    }

    public static void MapBalance(this WebApplication app)
    {
    }
}
