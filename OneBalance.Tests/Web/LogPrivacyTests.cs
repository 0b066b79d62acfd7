using System.Text;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Tests.Web.Features.Batches;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators.CanadaPost;
using OneBalance.Web.Emulators.Stripe;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Privacy;
using OneBalance.Web.Features.Team;

namespace OneBalance.Tests.Web;

/// <summary>Whatever is done, the technical log names no person and holds no secret. What a purchase logs has a test of its own.</summary>
public sealed class LogPrivacyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor By = new("canary-user", "canary-actor@example.com", "192.0.2.77");

    private static readonly string[] Canaries =
    [
        "canary", "Northern Lights Paper", "613-555-0134", "correct horse", "Recipient 1", "800 Burrard", "V6Z", "192.0.2.77",
        EmulatedAccount.Platform.ClientSecret, StripeEmulatorSettings.DefaultSecretKey, "Bearer ", "AcceptInvitation?code=", "ConfirmEmail?userId=", "%PDF",
    ];

    [Fact]
    public async Task Sign_up_mails_that_fail_batches_teams_support_and_erasure_name_nobody()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?>
        {
            ["Sweeps:Enabled"] = "false",
            ["Mail:SmtpHost"] = "127.0.0.1",
            ["Mail:SmtpPort"] = $"{Loopback.FreePort()}",
        });
        using var client = app.CreateClient();
        await client.SignUpAsync("canary-owner@example.com");
        await client.SignInAsync("canary-owner@example.com", "wrong canary");

        var merchant = await app.Database.AddMerchantAsync("Canary Goods", setUp: true);
        await app.InScopeAsync<InviteMember, InviteOutcome>(use => use.RunAsync(merchant, By, new Invite("canary-clerk@example.com", MerchantRight.BuyLabels, Language.English), None));
        var import = Assert.IsType<ImportOutcome.Imported>(await app.InScopeAsync<ImportBatch, ImportOutcome>(
            use => use.RunAsync(merchant, "user", "canary.csv", Encoding.UTF8.GetBytes(BatchWorld.Lines(2)), Language.English, None)));
        Assert.IsType<RateBatchOutcome.Started>(await app.InScopeAsync<RateBatch, RateBatchOutcome>(use => use.RunAsync(merchant, import.Batch, anew: false, None)));
        await app.InScopeAsync<ActOnAccount, ActOutcome>(use => use.RunAsync(merchant, Guid.CreateVersion7(), new ActOrder.PauseBuying(), "the canary asked by phone", By, None));
        await app.InScopeAsync<ErasePerson, PersonHeld?>(use => use.RunAsync(merchant, By, new LabelId(Guid.CreateVersion7()), None));

        string log;
        do
        {
            log = app.Log.ToString();
            await Task.Delay(50);
        }
        while (log.Split("was not sent at attempt 1").Length < 3);

        Assert.All(Canaries, canary => Assert.DoesNotContain(canary, log, StringComparison.OrdinalIgnoreCase));
    }
}
