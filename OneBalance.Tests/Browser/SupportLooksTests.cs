using Microsoft.Playwright;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Browser;

/// <summary>The pages of support: as <see cref="LooksTests"/>.</summary>
public sealed class SupportLooksTests(Chromium chromium)
{
    private static readonly string[] Lists =
    [
        "admin", "admin/adjustments", "admin/audit", "admin/cancellations", "admin/disputes", "admin/reconciliation", "admin/refund-claims",
        "admin/roles", "admin/service-notices", "admin/service-notices/new",
    ];

    internal static IReadOnlyList<string> Routes { get; } =
    [
        .. Lists.Select(path => $"/{path}"), "/admin/accounts/{Id:long}", "/admin/cancellations/{Id:guid}", "/admin/service-notices/{Id:guid}",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_page_is_accessible_and_fits(bool phone)
    {
        await using var app = await PublishedApp.StartAsync();
        string reference;
        await using (var visitor = await chromium.VisitAsync(app))
        {
            var merchant = new Merchant(visitor);
            await merchant.SignInAsync();
            await merchant.OpenAsync("/account/cancel");
            await visitor.Page.Locator("#cancel-reason").FillAsync("We close the shop.");
            await merchant.Button("Request cancellation", "").ClickAsync();
            reference = await visitor.Page.GetByTestId("reference").InnerTextAsync();
        }

        await using var support = await chromium.VisitAsync(app, phone ? Look.Phone with { French = true, Dark = true } : Look.Desktop);
        var staff = new Merchant(support);
        var looks = new Looks(support, bothThemes: !phone);
        await staff.SignInAsync(DemoAccounts.SupervisorEmail, DemoAccounts.SupervisorPassword);
        foreach (string path in Lists)
        {
            await staff.OpenAsync($"/{path}");
            await looks.AtAsync(path);
        }

        await staff.OpenAsync("/admin?q=demo@example.com");
        await support.Page.Locator("a[href^='/admin/accounts/']").First.ClickAsync();
        await support.Page.WaitForURLAsync("**/admin/accounts/*");
        await staff.InteractiveAsync();
        await looks.AtAsync("admin-account");
        await staff.OpenAsync("/admin/cancellations");
        await staff.Link(reference, reference).ClickAsync();
        await support.Page.WaitForURLAsync("**/admin/cancellations/*");
        await Assertions.Expect(support.Page.Locator("#open-reason")).ToBeVisibleAsync();
        await looks.AtAsync("admin-cancellation");
        await NewNoticeAsync(support, staff);
        await support.Page.Locator("a[href^='/admin/service-notices/']:not([href*='/new'])").First.ClickAsync();
        await Assertions.Expect(support.Page.Locator("#english-title")).ToHaveValueAsync("Delays in Ottawa");
        await looks.AtAsync("admin-service-notice");

        looks.AssertGood(Routes);
        support.AssertNoComplaints();
    }

    private static async Task NewNoticeAsync(Visitor support, Merchant staff)
    {
        await staff.OpenAsync("/admin/service-notices/new");
        await support.Page.Locator("#english-title").FillAsync("Delays in Ottawa");
        await support.Page.Locator("#english-text").FillAsync("Parcels take a day longer.");
        await support.Page.Locator("#french-title").FillAsync("Retards à Ottawa");
        await support.Page.Locator("#french-text").FillAsync("Les colis prennent un jour de plus.");
        await support.Page.Locator("#reason").FillAsync("A strike at the sorting plant.");
        await support.Page.Keyboard.PressAsync("Tab");
        await staff.Button("Publish", "Publier").ClickAsync();
        await support.Page.WaitForURLAsync("**/admin/service-notices");
        await staff.InteractiveAsync();
    }
}
