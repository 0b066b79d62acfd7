namespace OneBalance.Web.Features.Disputes;

internal static class DisputesRoom
{
    public static void AddDisputes(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<SettleDispute>();
        builder.Services.AddTransient<DisputeQueries>();
        builder.Services.AddScoped<DisputeWords>();
    }
}
