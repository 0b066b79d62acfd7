using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Components.Account;

/// <summary>Composition of sign-up and sign-in (Identity), and the accounts seeded for development.</summary>
public static class AccountRoom
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddHttpContextAccessor();
        services.AddMemoryCache();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, RevalidatingAuthentication>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(cookie =>
        {
            cookie.LoginPath = "/Account/Login";
            cookie.AccessDeniedPath = "/Account/AccessDenied";
            cookie.ReturnUrlParameter = AccountRedirects.ReturnUrl;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.SlidingExpiration = true;
        }));
        services.AddAuthorizationBuilder()
            .AddPolicy(MerchantClaims.MerchantPolicy, policy => policy.RequireClaim(MerchantClaims.MerchantId))
            .AddPolicy(MerchantClaims.SupportPolicy, policy => policy.RequireRole(Roles.Support, Roles.Supervisor).RequireAssertion(asked => SecondFactor.IsProven(asked.User)))
            .AddPolicy(MerchantClaims.SupervisorPolicy, policy => policy.RequireRole(Roles.Supervisor).RequireAssertion(asked => SecondFactor.IsProven(asked.User)));

        services.AddIdentityCore<AppUser>(Configure)
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<AppDbContext>()
            .AddSignInManager()
            .AddDefaultTokenProviders()
            .AddClaimsPrincipalFactory<AccountClaims>();
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(1));
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.OnRefreshingPrincipal = refresh =>
        {
            var fresh = (System.Security.Claims.ClaimsIdentity)refresh.NewPrincipal!.Identity!;
            SecondFactor.Carry(refresh.CurrentPrincipal!, fresh);
            ViewAsMerchant.Carry(refresh.CurrentPrincipal!, fresh);
            return Task.CompletedTask;
        });
        services.Configure<DataProtectionTokenProviderOptions>(token => token.TokenLifespan = TimeSpan.FromHours(24));

        services.AddSingleton(LockoutRule.Default);
        services.AddSingleton<UnknownAttempts>();
        services.AddSingleton<RememberLanguage>();
        services.AddScoped<AccountRedirects>();
        services.AddScoped<AccountLinks>();
        services.AddScoped<AccountMails>();
        services.AddScoped<SignUp>();
        services.AddScoped<ConfirmEmail>();
        services.AddScoped<ResendConfirmation>();
        services.AddScoped<SignInWithPassword>();
        services.AddScoped<SignInWithSecondFactor>();
        services.AddScoped<SignInWithPasskey>();
        services.AddScoped<ForgotPassword>();
        services.AddScoped<ResetPassword>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<ChangeEmail>();
        services.AddScoped<ConfirmEmailChange>();
        services.AddScoped<TwoFactor>();
        services.AddScoped<SetUpSecondFactor>();
        services.AddScoped<Passkeys>();
        services.AddScoped<DemoAccounts>();
    }

    public static async Task SeedAccountsAsync(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DemoAccounts>().SeedAsync(CancellationToken.None);
        }
    }

    internal static void Configure(IdentityOptions options)
    {
        options.SignIn.RequireConfirmedAccount = true;
        options.User.RequireUniqueEmail = true;
        options.User.AllowedUserNameCharacters = "";
        options.Password.RequiredLength = Credentials.PasswordShortest;
        options.Password.RequiredUniqueChars = Credentials.PasswordDistinct;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.MaxFailedAccessAttempts = LockoutRule.Default.Attempts;
        options.Lockout.DefaultLockoutTimeSpan = LockoutRule.Default.Duration;
        options.Lockout.AllowedForNewUsers = true;
    }
}
