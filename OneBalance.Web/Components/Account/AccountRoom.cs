namespace OneBalance.Web.Components.Account;

/// <summary>Composition of sign-up and sign-in (Identity), and the accounts seeded for development.</summary>
public static class AccountRoom
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
    }

    public static Task SeedAccountsAsync(this WebApplication app) => Task.CompletedTask;
}
