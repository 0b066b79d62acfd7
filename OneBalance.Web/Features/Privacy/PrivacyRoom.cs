namespace OneBalance.Web.Features.Privacy;

internal static class PrivacyRoom
{
    public static void AddPrivacy(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PrivacyOptions>()
            .BindConfiguration(PrivacyOptions.Section)
            .Validate(
                options => options.Problem is null,
                $"{PrivacyOptions.Section}: {(builder.Configuration.GetSection(PrivacyOptions.Section).Get<PrivacyOptions>() ?? new PrivacyOptions()).Problem}")
            .ValidateOnStart();
        builder.Services.AddSingleton<ErasePerson>();
        builder.AddSweep<RetentionSweep>(TimeSpan.FromHours(6));
    }
}
