using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Accounts;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>Support looks as a merchant: marked on every page, without its own roles, told in the trail, and with a way out.</summary>
public sealed partial class ViewAsMerchantTests
{
    [Fact]
    public async Task Support_sees_the_merchants_pages_marked_and_nothing_of_its_own_until_it_ends()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        long merchant;
        await using (var db = await app.Contexts.CreateDbContextAsync())
        {
            merchant = (await db.Merchants.SingleAsync()).Id.Value;
        }

        string account = $"/admin/accounts/{merchant}";
        Assert.Equal($"{account}?view=reason", (await PostAsync(client, account, $"{account}/view", "short")).Headers.Location?.ToString());
        Assert.Equal("/", (await PostAsync(client, account, $"{account}/view", "The merchant asked what the balance shows.")).Headers.Location?.ToString());

        foreach (string page in new[] { "/", "/labels", "/balance", "/settings", "/Account/Manage" })
        {
            Assert.Contains("data-testid=\"viewing\"", await client.GetStringAsync(page), StringComparison.Ordinal);
        }

        Assert.Contains("/Account/AccessDenied", (await client.GetAsync("/admin")).Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(client, "/", "/Account/Manage/ChangePassword", "x")).StatusCode);

        Assert.Equal(account, (await PostAsync(client, "/", "/admin/view/end", "")).Headers.Location?.ToString());
        Assert.DoesNotContain("data-testid=\"viewing\"", await client.GetStringAsync("/admin"), StringComparison.Ordinal);
        Assert.Contains("/Account/AccessDenied", (await client.GetAsync("/balance")).Headers.Location!.ToString(), StringComparison.Ordinal);
        await using var trail = await app.Contexts.CreateDbContextAsync();
        Assert.Equal(
            [(AuditAction.ViewStarted, (string?)"The merchant asked what the balance shows."), (AuditAction.ViewEnded, null)],
            (await trail.AuditEntries.OrderBy(line => line.At).ToListAsync()).Select(line => (line.Action, line.Reason)));
    }

    [Fact]
    public async Task A_merchant_cannot_begin_to_look_as_another()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite);
        using var client = app.CreateClient();
        await client.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);

        var answer = await PostAsync(client, "/", "/admin/accounts/1/view", "I would like to see it.");

        Assert.Contains("/Account/AccessDenied", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string page, string to, string reason)
    {
        string token = WebUtility.HtmlDecode(Token().Match(await client.GetStringAsync(page)).Groups[1].Value);
        return await client.PostAsync(to, new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("reason", reason)]));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
