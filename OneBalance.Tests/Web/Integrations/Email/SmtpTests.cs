using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Tests.Web.Features.Notices;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Notices;
using OneBalance.Web.Integrations.Email;

namespace OneBalance.Tests.Web.Integrations.Email;

/// <summary>Mails over a real connection to a mail server that may hang up at any moment.</summary>
public sealed class SmtpTests
{
    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Fact]
    public async Task A_charge_arrives_at_the_mail_server_plain_and_as_html_in_French()
    {
        await using var sink = new SmtpSink();
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite, settings: new()
        {
            ["Mail:SmtpHost"] = "127.0.0.1",
            ["Mail:SmtpPort"] = $"{sink.Port}",
            ["Mail:SmtpTls"] = "None",
            ["PublicUrl"] = "https://shop.example/",
        });
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        await NoticeTests.AddUserAsync(bench, merchant, "benoit@example.com", Language.French);
        var order = FundingBench.Order(100_00);
        Assert.IsType<AddFundsOutcome.NotCharged>(await bench.AddFundsAsync(merchant, order));

        await bench.App.InScopeAsync<NoticeSweep, int>(sweep => sweep.RunAsync(CancellationToken.None));
        await sink.WaitForAsync(1);

        var mail = Assert.Single(sink.Taken);
        Assert.Equal("Impossible d’ajouter des fonds\u00a0: 100,00\u00a0$", mail.Subject);
        Assert.Equal("benoit@example.com", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Contains($"https://shop.example/balance/top-ups/{order.Id}", mail.TextBody);
        Assert.Contains("Rien n’a été débité.", mail.TextBody);
        Assert.Contains("<html lang=\"fr-CA\">", mail.HtmlBody);
        Assert.Contains("t&#233; d&#233;bit&#233;.", mail.HtmlBody);
        Assert.StartsWith("<https://shop.example/notices/unsubscribe?token=", mail.Headers[HeaderId.ListUnsubscribe]);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
    }

    /// <summary>A server may be wrong for days, so a refusal for good is tried as long as any; and then never again.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_mail_that_is_refused_for_good_is_given_up_after_its_last_attempt_and_stays_visible(DatabaseProvider provider)
    {
        await using var sink = new SmtpSink { Answers = _ => SmtpAnswer.RefusesForGood };
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var (outbox, sender) = await WriteAsync(database, sink, time, 1);

        for (int day = 0; day < 30; day++)
        {
            while (await sender.SendNextAsync(CancellationToken.None))
            {
                time.Advance(TimeSpan.FromMinutes(1));
            }

            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(Outbox.MostAttempts, sink.Asked);
        await using var db = await database.Contexts.CreateDbContextAsync();
        var mail = await db.OutgoingMails.SingleAsync();
        Assert.Equal((null, Outbox.MostAttempts), (mail.SentAt, mail.Attempts));

        // What comes later does not wait for it.
        sink.Answers = _ => SmtpAnswer.Takes;
        outbox.Add(db, null, "later@example.com", new MailText(Language.English, "Later", ["Text."], null, []));
        await db.SaveChangesAsync();
        Assert.True(await sender.SendNextAsync(CancellationToken.None));
        Assert.False(await sender.SendNextAsync(CancellationToken.None));
        Assert.Equal("Later", Assert.Single(sink.Taken).Subject);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_mail_that_was_taken_is_not_sent_again_because_the_server_was_gone_before_the_parting(DatabaseProvider provider)
    {
        await using var sink = new SmtpSink { Answers = _ => SmtpAnswer.TakesAndIsGone };
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var (_, sender) = await WriteAsync(database, sink, time, 5);

        for (int round = 0; round < 5; round++)
        {
            while (await sender.SendNextAsync(CancellationToken.None))
            {
            }

            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(5, sink.Taken.Count);
    }

    private static async Task<(Outbox Outbox, MailSender Sender)> WriteAsync(TestDatabase database, SmtpSink sink, TimeProvider time, int mails)
    {
        var options = new MailOptions { SmtpHost = "127.0.0.1", SmtpPort = sink.Port, SmtpTls = SecureSocketOptions.None };
        var outbox = new Outbox(time);
        await using var db = await database.Contexts.CreateDbContextAsync();
        for (int i = 0; i < mails; i++)
        {
            outbox.Add(db, null, $"reader{i}@example.com", new MailText(Language.English, $"Mail {i}", ["Text."], null, []));
        }

        await db.SaveChangesAsync();
        return (outbox, new MailSender(database.Contexts, new Smtp(options), outbox, Options.Create(options), time, NullLogger<MailSender>.Instance));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_nodes_and_a_bad_line_lose_no_mail_and_repeat_only_what_was_never_confirmed(DatabaseProvider provider)
    {
        const int Mails = 30;
        await using var sink = new SmtpSink
        {
            Answers = asked => asked % 7 == 0 ? SmtpAnswer.TakesAndHangsUp : asked % 5 == 0 ? SmtpAnswer.Refuses : SmtpAnswer.Takes,
        };
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(provider, time);
        var options = new MailOptions { SmtpHost = "127.0.0.1", SmtpPort = sink.Port, SmtpTls = SecureSocketOptions.None };
        var outbox = new Outbox(time);
        await using (var db = await database.Contexts.CreateDbContextAsync())
        {
            for (int i = 0; i < Mails; i++)
            {
                outbox.Add(db, null, $"reader{i}@example.com", new MailText(Language.English, $"Mail {i}", ["Text."], null, []));
            }

            await db.SaveChangesAsync();
        }

        for (int round = 0; round < 30 && await WaitingAsync() > 0; round++)
        {
            await Task.WhenAll(SendAllAsync(), SendAllAsync());
            time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Equal(0, await WaitingAsync());
        Assert.Equal(Enumerable.Range(0, Mails).Select(i => $"Mail {i}").Order(), sink.Taken.Select(mail => mail.Subject).Distinct().Order());
        Assert.Equal(Mails, sink.Taken.Select(mail => mail.MessageId).Distinct().Count());
        // Repeated under the same id, so that the reader's mail server can tell; and no more often than the line was cut.
        Assert.Equal(sink.HungUp, sink.Taken.Count - Mails);

        async Task SendAllAsync()
        {
            var sender = new MailSender(database.Contexts, new Smtp(options), outbox, Options.Create(options), time, NullLogger<MailSender>.Instance);
            while (await sender.SendNextAsync(CancellationToken.None))
            {
            }
        }

        async Task<int> WaitingAsync()
        {
            await using var db = await database.Contexts.CreateDbContextAsync();
            return await db.OutgoingMails.CountAsync(mail => mail.SentAt == null);
        }
    }
}
