namespace OneBalance.Web.Features.Balance;

internal static class BalanceRoom
{
    public static void AddBalance(this WebApplicationBuilder builder)
    {
    }

    public static void MapBalance(this WebApplication app)
    {
    }
}
