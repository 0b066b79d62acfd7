using Microsoft.Playwright;

namespace OneBalance.Tests.Browser;

/// <summary>A member of a team: invited by mail, buying labels, and told why not when it comes to money.</summary>
public sealed class TeamTests(Chromium chromium)
{
    [Fact]
    public async Task A_member_without_billing_rights_joins_by_mail_buys_a_label_and_is_told_who_can_add_funds()
    {
        await using var app = await PublishedApp.StartAsync();
        await using var visitor = await chromium.VisitAsync(app);
        var owner = new Merchant(visitor);
        await owner.SignInAsync();
        await owner.SetUpAsync();
        await owner.AddFundsAsync(30m);

        // The owner invites somebody to buy labels.
        await owner.OpenAsync("/settings/team");
        await owner.Field("E-mail", "").FillAsync("packer@example.com");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Buy labels" })).ToBeCheckedAsync();
        await owner.Button("Send invitation", "").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("team-message")).ToContainTextAsync("on its way to packer@example.com");
        await Assertions.Expect(visitor.Page.GetByTestId("invitation")).ToContainTextAsync("Invited");
        await visitor.AssertAccessibleAsync("team");

        // That person, at another browser, follows the mail.
        await using var other = await chromium.VisitAsync(app);
        var member = new Merchant(other);
        await other.Page.GotoAsync("/dev/mail");
        await other.Page.GetByTestId("mail").Filter(new() { HasText = "packer@example.com" }).First.Locator("a[href*='AcceptInvitation']").First.ClickAsync();
        await Assertions.Expect(member.Heading("Join the team of Maple & Pine Goods", "")).ToBeVisibleAsync();
        await member.Field("Your name", "").FillAsync("Robin Packer");
        await other.Page.Locator("input[type=password]").FillAsync("a long sentence is fine");
        await other.AssertAccessibleAsync("accept-invitation");
        await member.Button("Join", "").ClickAsync();
        await other.Page.WaitForURLAsync(url => !url.Contains("/Account/"));
        await member.InteractiveAsync();

        // No balance in sight; a label is bought all the same.
        await Assertions.Expect(other.Page.GetByTestId("balance-chip")).ToHaveCountAsync(0);
        await member.GetRatesAsync();
        await member.BuyLabel.ClickAsync();
        await member.BoughtAsync();

        // What is left does not pay a second one: the reason, and whom to ask.
        await member.OpenAsync("/labels/new");
        await other.Page.WaitForURLAsync("**/labels/new/*");
        await member.GetRatesAsync();
        await Assertions.Expect(other.Page.GetByTestId("funding-note")).ToHaveTextAsync("The balance does not cover this label.");
        await member.BuyLabel.ClickAsync();
        await Assertions.Expect(member.Dialog.GetByTestId("missing-right")).ToContainTextAsync("You cannot add funds.");
        await Assertions.Expect(member.Dialog.GetByTestId("missing-right")).ToContainTextAsync("The owner of the account, demo@example.com, can give you the right “Manage billing”.");
        await other.AssertAccessibleAsync("funds-not-yours");
        await SeeRefusalAsync("/balance", "This needs the right “See balance”, which you do not have.");
        await other.AssertAccessibleAsync("missing-right");

        // The owner sees the member, and takes the right to buy away: the next press says so.
        await owner.OpenAsync("/settings/team");
        await Assertions.Expect(visitor.Page.GetByTestId("member").Filter(new() { HasText = "Robin Packer" })).ToContainTextAsync("Buy labels");
        await owner.Button("Change rights of Robin Packer", "").ClickAsync();
        await visitor.Page.GetByRole(AriaRole.Group, new() { Name = "What Robin Packer may do" }).GetByLabel("Buy labels").UncheckAsync();
        await owner.Button("Save", "").ClickAsync();
        await Assertions.Expect(visitor.Page.GetByTestId("team-message")).ToContainTextAsync("from the next press on");
        await SeeRefusalAsync("/labels/new", "This needs the right “Buy labels”, which you do not have.");
        visitor.AssertNoComplaints();

        // The page comes with status 403, of which the browser's console complains.
        Task SeeRefusalAsync(string path, string sentence) => other.WithoutListeningAsync(async () =>
        {
            await other.Page.GotoAsync(path);
            await Assertions.Expect(other.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(sentence);
        });
    }
}
