using OneBalance.Web.Features.Accounts;

namespace OneBalance.Web.Features.Help;

internal static class HelpRoom
{
    public static void AddHelp(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<SupportOptions>(builder.Configuration.GetSection(SupportOptions.Section));
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.PostConfigure<SupportOptions>(support => support.Email = support.Email.Length > 0 ? support.Email : DemoAccounts.SupportEmail);
        }
    }
}

/// <summary>Configuration section <c>Support</c>: how merchants reach people.</summary>
public sealed class SupportOptions
{
    public const string Section = "Support";

    /// <summary>Shown on the help pages; empty: not shown. In Development the demo account's.</summary>
    public string Email { get; set; } = "";
}
