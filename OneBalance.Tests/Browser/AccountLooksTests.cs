using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>The pages around signing in, the help, and those that say that something is not there: as <see cref="LooksTests"/>.</summary>
public sealed class AccountLooksTests(Chromium chromium)
{
    /// <summary>Pages that anybody may open, as they are opened.</summary>
    private static readonly string[] Open =
    [
        "Account/Login", "Account/Register", "Account/ForgotPassword", "Account/ResendEmailConfirmation", "Account/RegisterConfirmation",
        "Account/ResetPassword?code=stale", "Account/ConfirmEmail?userId=nobody&code=stale", "Account/ConfirmEmailChange?userId=nobody&code=stale",
        "Account/AcceptInvitation?code=stale", "Account/AccessDenied", "Account/Lockout", "dev/mail", "not-found", "notices/stop",
        "help", "help?q=label", "help/finish-setup", "terms", "terms/2026-11-01", "status/400", "status/403", "status/404", "status/429", "status/500",
    ];

    private static readonly string[] SecondStep = ["Account/LoginWith2fa", "Account/LoginWithRecoveryCode"];

    private static readonly string[] OwnAccount =
        ["Account/Manage", "Account/Manage/ChangePassword", "Account/Manage/Email", "Account/Manage/Passkeys", "Account/Manage/TwoFactorAuthentication"];

    /// <summary>What support without a second factor is led to; anybody who is signed in may open it.</summary>
    private const string Needed = "Account/SecondFactor";

    internal static IReadOnlyList<string> Routes { get; } =
        [.. new[] { Open, SecondStep, OwnAccount, [Needed] }.SelectMany(paths => paths).Select(path => Looks.RouteOf($"/{path.Split('?')[0]}")).Distinct()];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_page_is_accessible_and_fits(bool phone)
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app, phone ? Look.Phone with { French = true, Dark = true } : Look.Desktop);
        var person = new Merchant(visitor);
        var looks = new Looks(visitor, bothThemes: !phone);

        // A page that says "not found" comes with that status, which the browser writes to its console.
        await visitor.WithoutListeningAsync(() => LookAtAsync(Open));

        await visitor.Page.GotoAsync("/Account/Login");
        await visitor.Page.Locator("[name='Input.Email']").FillAsync(DemoAccounts.SupportEmail);
        await visitor.Page.Locator("[name='Input.Password']").FillAsync(DemoAccounts.SupportPassword);
        await person.Button("Sign in", "Se connecter").ClickAsync();
        await visitor.Page.WaitForURLAsync("**/Account/LoginWith2fa**");
        await LookAtAsync(SecondStep);

        await person.SignInAsync();
        await LookAtAsync([.. OwnAccount, Needed]);

        looks.AssertGood(Routes);
        visitor.AssertNoComplaints();

        async Task LookAtAsync(string[] paths)
        {
            foreach (string path in paths)
            {
                await person.OpenAsync($"/{path}");
                await looks.AtAsync(path);
            }
        }
    }
}
