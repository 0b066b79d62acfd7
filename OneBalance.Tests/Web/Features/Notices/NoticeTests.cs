using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Notices;

namespace OneBalance.Tests.Web.Features.Notices;

/// <summary>Who is written to about what, when, and how often: each cause once, however many look and whenever they die.</summary>
public sealed class NoticeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_charge_brings_its_receipt_once_in_each_readers_language(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        await AddUserAsync(bench, merchant, "benoit@example.com", Language.French);

        // Of money only those are told who may see it.
        await AddMemberAsync(bench, merchant, "packer@example.com", MerchantRight.BuyLabels);
        await AddMemberAsync(bench, merchant, "clerk-of-books@example.com", MerchantRight.Export);
        var order = FundingBench.Order(100_00);
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, order));

        await SweepAsync(bench);
        await SweepAsync(bench);

        var mails = await MailsAsync(bench);
        Assert.Equal(["anna@example.com", "benoit@example.com", "clerk-of-books@example.com"], mails.Select(mail => mail.To));
        Assert.Equal(["Funds added: $100.00", "Fonds ajoutés\u00a0: 100,00\u00a0$", "Funds added: $100.00"], mails.Select(mail => mail.Subject));
        Assert.All(mails, mail => Assert.Contains($"/balance/top-ups/{order.Id}", mail.TextBody));
        Assert.Contains("lang=\"fr-CA\"", mails[1].HtmlBody);
        Assert.Contains("STAMPS", mails[0].TextBody);
        Assert.All(mails, mail => Assert.Null(mail.UnsubscribeUrl));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_decline_is_told_with_its_reason_and_a_late_success_after_it_too(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        await AddUserAsync(bench, merchant, "anna@example.com");
        var order = FundingBench.Order();
        Assert.IsType<AddFundsOutcome.NotCharged>(await bench.AddFundsAsync(merchant, order));

        await SweepAsync(bench);
        var mail = Assert.Single(await MailsAsync(bench));
        Assert.Equal("Funds could not be added: $50.00", mail.Subject);
        Assert.Contains("Nothing was charged.", mail.TextBody);
        Assert.NotNull(mail.UnsubscribeUrl);

        // The processor took the money after all: the end that was told is no longer the end.
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.TopUps.Where(t => t.Id == order.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.State, TopUpState.Succeeded));
        }

        await SweepAsync(bench);
        Assert.Equal(["Funds could not be added: $50.00", "Funds added: $50.00"], (await MailsAsync(bench)).Select(one => one.Subject));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_third_failure_in_a_row_tells_that_auto_funding_is_off_once(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        await AddUserAsync(bench, merchant, "anna@example.com");
        await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered with { MostPerDay = 10 }, None));
        for (int failure = 1; failure <= 3; failure++)
        {
            await bench.App.InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(merchant, None));
            await SweepAsync(bench);
            bench.Time.Advance(AutoFundingPolicy.CoolDown);
        }

        await SweepAsync(bench);
        var off = Assert.Single(await MailsAsync(bench), mail => mail.Subject == "Auto-funding has switched itself off");
        Assert.Null(off.UnsubscribeUrl);
        Assert.Equal(3, (await MailsAsync(bench)).Count(mail => mail.Subject.StartsWith("Funds could not be added", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stop_that_a_payment_undid_before_anybody_looked_is_told_all_the_same()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        var good = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false);
        await AddUserAsync(bench, merchant, "anna@example.com");
        await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered with { MostPerDay = 10 }, None));
        for (int failure = 1; failure <= 3; failure++)
        {
            await bench.App.InScopeAsync<AutoFund, AutoFundingDecision>(fund => fund.RunAsync(merchant, None));
            bench.Time.Advance(AutoFundingPolicy.CoolDown);
        }

        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order(card: good)));
        await SweepAsync(bench);
        await SweepAsync(bench);

        Assert.Single(await MailsAsync(bench), mail => mail.Subject == "Auto-funding has switched itself off");
    }

    /// <summary>A stop of more than seven days ago was no news any more, and nobody was ever told.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_stop_before_a_long_outage_is_told_late_with_its_day_and_once(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        await AddUserAsync(bench, merchant, "benoit@example.com", Language.French);
        await bench.App.InScopeAsync<SaveAutoFunding, SaveAutoFundingOutcome>(save => save.RunAsync(merchant, AutoFundingPlan.Offered, None));
        await SetAsync(enabled: false);
        await StopAsync(TimeSpan.FromDays(40));

        await SweepAsync(bench);
        await SweepAsync(bench);

        string[] texts = [.. (await MailsAsync(bench)).Select(mail => mail.TextBody)];
        Assert.Equal(2, texts.Length);
        Assert.Contains("not topped up any more when it falls below $25.00", texts[0]);
        Assert.Contains("It happened on 2026-10-14.", texts[0]);
        Assert.Contains("C’est arrivé le 2026-10-14.", texts[1]);

        // The next one is news of its own; an older one that is heard of now is not: they have been told since.
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        await SetAsync(enabled: true);
        await StopAsync(TimeSpan.Zero);
        await StopAsync(TimeSpan.FromDays(50));
        await SweepAsync(bench);
        bench.Time.Advance(TimeSpan.FromDays(30));
        await SweepAsync(bench);
        texts = [.. (await MailsAsync(bench)).Select(mail => mail.TextBody)];
        Assert.Equal(4, texts.Length);
        Assert.Contains("Auto-funding has been switched on again since.", texts[2]);
        Assert.DoesNotContain("It happened on", texts[2], StringComparison.Ordinal);

        async Task SetAsync(bool enabled)
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            await db.AutoFunding.Where(settings => settings.MerchantId == merchant).ExecuteUpdateAsync(set => set.SetProperty(settings => settings.Enabled, enabled));
        }

        async Task StopAsync(TimeSpan ago)
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            db.AutoFundingEvents.Add(new AutoFundingEvent { MerchantId = merchant, Id = Guid.NewGuid(), Kind = AutoFundingEventKind.Stopped, Code = "card_declined", OccurredAt = bench.Time.GetUtcNow() - ago });
            await db.SaveChangesAsync();
        }
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_card_is_told_of_30_and_7_days_before_its_end_once_each(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");

        // Its last day is 2034-12-31.
        var mails = new List<int>();
        foreach (string day in new[] { "2034-11-30", "2034-12-01", "2034-12-02", "2034-12-23", "2034-12-24", "2034-12-31", "2035-01-01" })
        {
            bench.Time.SetUtcNow(DateTimeOffset.Parse($"{day}T12:00:00-05:00", System.Globalization.CultureInfo.InvariantCulture));
            await CardsAsync(bench);
            await CardsAsync(bench);
            mails.Add((await MailsAsync(bench)).Count);
        }

        Assert.Equal([0, 1, 1, 1, 2, 2, 2], mails);
        Assert.All(await MailsAsync(bench), mail => Assert.Equal("Visa ending in 4242 expires on 2034-12-31", mail.Subject));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_low_balance_is_told_once_a_crossing(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        await SweepAsync(bench);

        int mails = 0;
        foreach (var (command, told) in new (LedgerCommand, int)[]
        {
            (new Fund(merchant, LedgerKeys.Fund("pi_a"), new Money(20_00)), 0),
            (new Fund(merchant, LedgerKeys.Fund("pi_b"), new Money(5_00)), 0),
            (new Surcharge(merchant, "s1", new Money(1)), 1),
            (new Surcharge(merchant, "s2", new Money(10_00)), 1),
            (new Fund(merchant, LedgerKeys.Fund("pi_c"), new Money(50_00)), 1),
            (new Reserve(merchant, "r1", new Money(60_00)), 2),
            (new Release(merchant, "r1-release", "r1"), 2),
        })
        {
            Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(command));
            await SweepAsync(bench);
            await SweepAsync(bench);
            mails = (await MailsAsync(bench)).Count;
            Assert.True(told == mails, $"{command}: {mails} mails");
        }

        Assert.Equal("Low balance: $24.99 available", (await MailsAsync(bench))[0].Subject);
    }

    /// <summary>Closing takes the whole balance: the merchant was asked to add funds, and to replace a card, which a closed account refuses.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Whoever_closes_the_account_is_asked_for_neither_funds_nor_a_card(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_a"), new Money(60_00))));
        await SweepAsync(bench);
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new BeginClose(merchant, "close/1/begin")));
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Close(merchant, "close/1")));

        bench.Time.SetUtcNow(new DateTimeOffset(2034, 12, 15, 17, 0, 0, TimeSpan.Zero));
        await SweepAsync(bench);
        await CardsAsync(bench);

        Assert.Empty(await MailsAsync(bench));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Each_user_has_a_limit_and_a_choice_of_their_own(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        string anna = await AddUserAsync(bench, merchant, "anna@example.com");
        string benoit = await AddUserAsync(bench, merchant, "benoit@example.com", Language.French);
        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_a"), new Money(100_00))));
        await SaveAsync(bench, merchant, anna, NoticeChoices.Default with { LowBalance = false });
        await SaveAsync(bench, merchant, benoit, NoticeChoices.Default with { LowBalanceBelow = new Money(90_00) });

        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Surcharge(merchant, "s1", new Money(11_00))));
        await SweepAsync(bench);
        var mail = Assert.Single(await MailsAsync(bench));
        Assert.Equal(("benoit@example.com", "Solde bas\u00a0: 89,00\u00a0$ disponibles"), (mail.To, mail.Subject));

        Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new Surcharge(merchant, "s2", new Money(80_00))));
        await SweepAsync(bench);
        Assert.Single(await MailsAsync(bench));
    }

    [Fact]
    public async Task Raising_the_limit_above_the_balance_is_no_crossing()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        string anna = await AddUserAsync(bench, merchant, "anna@example.com");
        await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund("pi_a"), new Money(30_00)));
        await SaveAsync(bench, merchant, anna, NoticeChoices.Default with { LowBalanceBelow = new Money(40_00) });
        await bench.SubmitAsync(new Surcharge(merchant, "s1", new Money(1_00)));
        await SweepAsync(bench);

        Assert.Empty(await MailsAsync(bench));
        var refused = await bench.App.InScopeAsync<NoticeSettings, SaveNoticesOutcome>(
            settings => settings.SaveAsync(merchant, anna, NoticeChoices.Default with { LowBalanceBelow = new Money(500_01) }, None));
        Assert.IsType<SaveNoticesOutcome.LimitOutOfBounds>(refused);
        Assert.Equal(new Money(40_00), (await bench.App.InScopeAsync<NoticeSettings, NoticeChoices>(settings => settings.LoadAsync(merchant, anna, None))).LowBalanceBelow);
    }

    [Fact]
    public async Task One_press_in_the_mail_program_ends_that_kind_and_no_other()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        string anna = await AddUserAsync(bench, merchant, "anna@example.com");
        await bench.AddFundsAsync(merchant, FundingBench.Order());
        await SweepAsync(bench);
        var link = new Uri(Assert.Single(await MailsAsync(bench)).UnsubscribeUrl!);
        using var browser = bench.App.CreateClient();

        // Looking at the link, as programs do that read mail before people, ends nothing.
        using var looked = await browser.GetAsync(link.PathAndQuery);
        Assert.Equal(HttpStatusCode.Redirect, looked.StatusCode);
        Assert.True((await LoadAsync()).FundingFailed);

        using var pressed = await browser.PostAsync(link.PathAndQuery, new FormUrlEncodedContent(new Dictionary<string, string> { ["List-Unsubscribe"] = "One-Click" }));
        Assert.Equal(HttpStatusCode.NoContent, pressed.StatusCode);
        Assert.Equal(NoticeChoices.Default with { FundingFailed = false }, await LoadAsync());
        await bench.AddFundsAsync(merchant, FundingBench.Order());
        await SweepAsync(bench);
        Assert.Single(await MailsAsync(bench));

        using var forged = await browser.PostAsync("/notices/unsubscribe?token=forged", null);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);

        Task<NoticeChoices> LoadAsync() => bench.App.InScopeAsync<NoticeSettings, NoticeChoices>(settings => settings.LoadAsync(merchant, anna, None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Many_looking_at_once_on_two_nodes_write_each_notice_once(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        for (int i = 0; i < 5; i++)
        {
            Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order(10_00)));
        }

        await SweepAsync(bench);
        await bench.SubmitAsync(new Surcharge(merchant, "s1", new Money(40_00)));
        for (int i = 0; i < 5; i++)
        {
            Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order(10_00)));
        }

        await bench.SubmitAsync(new Surcharge(merchant, "s2", new Money(50_00)));
        await using var second = await bench.App.StartNodeAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            (i % 2 == 0 ? bench.App : second).InScopeAsync<NoticeSweep, int>(sweep => sweep.RunAsync(None)))));
        await SweepAsync(bench);

        var subjects = (await MailsAsync(bench)).Select(mail => mail.Subject).ToList();
        Assert.Equal(10, subjects.Count(subject => subject == "Funds added: $10.00"));
        Assert.Equal(1, subjects.Count(subject => subject.StartsWith("Low balance", StringComparison.Ordinal)));
        Assert.Equal(11, subjects.Count);
    }

    [Fact]
    public async Task Dead_before_the_mails_are_stored_it_writes_them_the_next_time()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order(10_00)));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            // The last thing that is stored fails: as if the process ended between the claim and the mail.
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER dies BEFORE INSERT ON outgoing_mails BEGIN SELECT RAISE(ABORT, 'died'); END");
        }

        await SweepAsync(bench);
        Assert.Empty(await MailsAsync(bench));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            Assert.Null((await db.TopUps.SingleAsync(t => t.MerchantId == merchant)).NoticedState);
            await db.Database.ExecuteSqlRawAsync("DROP TRIGGER dies");
        }

        await SweepAsync(bench);
        Assert.Single(await MailsAsync(bench));
    }

    /// <summary>One that the database refuses came first, and whoever was to hear of the others heard nothing either.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_notice_that_cannot_be_written_keeps_no_other_from_being_written(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var unlucky = await bench.AddMerchantAsync();
        await AddUserAsync(bench, unlucky, "unlucky@example.com");
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(unlucky, FundingBench.Order(30_00)));
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com");
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, FundingBench.Order(30_00)));
        await SweepAsync(bench);
        foreach (var one in new[] { unlucky, merchant })
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            db.AutoFundingEvents.Add(new AutoFundingEvent { MerchantId = one, Id = Guid.NewGuid(), Kind = AutoFundingEventKind.Stopped, Code = "card_declined", OccurredAt = bench.Time.GetUtcNow() });
            await db.SaveChangesAsync();
            await bench.SubmitAsync(new Surcharge(one, "s1", new Money(20_00)));
        }

        bench.Time.SetUtcNow(new DateTimeOffset(2034, 12, 10, 12, 0, 0, TimeSpan.Zero));
        await ForbidAsync("unlucky@example.com");
        Assert.Equal(2, await SweepAsync(bench));
        Assert.Equal(1, await CardsAsync(bench));
        Assert.Equal(0, await SweepAsync(bench) + await CardsAsync(bench));
        Assert.Equal(4, (await MailsAsync(bench)).Count(mail => mail.To == "anna@example.com"));
        Assert.Contains(bench.App.Log.Lines, line => line.Text.StartsWith("Of card ", StringComparison.Ordinal));
        int before = (await MailsAsync(bench)).Count(mail => mail.To == "unlucky@example.com");

        await ForbidAsync(null);
        Assert.Equal(2, await SweepAsync(bench));
        Assert.Equal(1, await CardsAsync(bench));
        Assert.Equal(3, (await MailsAsync(bench)).Count(mail => mail.To == "unlucky@example.com") - before);

        // The database itself refuses the mails to one address, whatever is saved with them.
        async Task ForbidAsync(string? address)
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            string sql = (provider, address) switch
            {
                (DatabaseProvider.Sqlite, null) => "DROP TRIGGER forbids",
                (DatabaseProvider.Sqlite, _) => $"CREATE TRIGGER forbids BEFORE INSERT ON outgoing_mails WHEN NEW.\"to\" = '{address}' BEGIN SELECT RAISE(ABORT, 'forbidden'); END",
                (_, null) => "ALTER TABLE outgoing_mails DROP CONSTRAINT forbids",
                _ => $"ALTER TABLE outgoing_mails ADD CONSTRAINT forbids CHECK (\"to\" <> '{address}') NOT VALID",
            };
            await db.Database.ExecuteSqlRawAsync(sql);
        }
    }

    [Fact]
    public async Task An_address_that_was_not_confirmed_gets_nothing()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await AddUserAsync(bench, merchant, "anna@example.com", confirmed: false);
        await bench.AddFundsAsync(merchant, FundingBench.Order());
        await SweepAsync(bench);

        Assert.Empty(await MailsAsync(bench));
    }

    private static Task<int> SweepAsync(FundingBench bench) => bench.App.InScopeAsync<NoticeSweep, int>(sweep => sweep.RunAsync(None));

    private static Task<int> CardsAsync(FundingBench bench) => bench.App.InScopeAsync<CardNoticeSweep, int>(sweep => sweep.RunAsync(None));

    private static Task<SaveNoticesOutcome> SaveAsync(FundingBench bench, MerchantId merchant, string user, NoticeChoices choices) =>
        bench.App.InScopeAsync<NoticeSettings, SaveNoticesOutcome>(settings => settings.SaveAsync(merchant, user, choices, None));

    private static async Task<List<OutgoingMail>> MailsAsync(FundingBench bench)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        return await db.OutgoingMails.AsNoTracking().OrderBy(mail => mail.CreatedAt).ThenBy(mail => mail.To).ThenBy(mail => mail.Id).ToListAsync();
    }

    private static async Task AddMemberAsync(FundingBench bench, MerchantId merchant, string email, MerchantRight rights)
    {
        string user = await AddUserAsync(bench, merchant, email);
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        db.Memberships.Add(new Membership { MerchantId = merchant, UserId = user, Rights = rights });
        await db.SaveChangesAsync();
    }

    /// <summary>No address is confirmed, the demo accounts' neither.</summary>
    internal static async Task NobodyReadsAsync(FundingBench bench)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        await db.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.EmailConfirmed, false));
    }

    /// <summary>Somebody of support whose address is confirmed.</summary>
    internal static async Task AddSupportAsync(FundingBench bench, string email)
    {
        await using var scope = bench.App.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        var user = new AppUser { UserName = email, Email = email, EmailConfirmed = true };
        Assert.True((await users.CreateAsync(user)).Succeeded);
        Assert.True((await users.AddToRoleAsync(user, Roles.Support)).Succeeded);
    }

    internal static async Task<string> AddUserAsync(FundingBench bench, MerchantId merchant, string email, Language language = Language.English, bool confirmed = true)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var user = new AppUser
        {
            UserName = email,
            NormalizedUserName = email.ToUpperInvariant(),
            Email = email,
            NormalizedEmail = email.ToUpperInvariant(),
            EmailConfirmed = confirmed,
            MerchantId = merchant,
            Language = language,
        };
        db.Users.Add(user);
        await db.SaveChangesAsync();
        return user.Id;
    }
}
