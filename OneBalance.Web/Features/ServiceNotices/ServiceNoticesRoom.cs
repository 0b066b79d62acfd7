namespace OneBalance.Web.Features.ServiceNotices;

internal static class ServiceNoticesRoom
{
    public static void AddServiceNotices(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceNoticeQueries>();
        builder.Services.AddSingleton<SaveServiceNotice>();
        builder.Services.AddSingleton<WithdrawServiceNotice>();
        builder.Services.AddScoped<NoticePhrases>();
    }
}
