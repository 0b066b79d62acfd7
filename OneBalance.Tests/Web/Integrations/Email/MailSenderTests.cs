using MailKit.Net.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Integrations.Email;

namespace OneBalance.Tests.Web.Integrations.Email;

public sealed class MailSenderTests
{
    private static readonly MailText Text = new(
        Language.French, "Confirmez votre adresse", ["Bienvenue <chez> nous."], new MailLink("Confirmer", "http://localhost/?a=1&b=2"), ["Ignorez sinon."]);

    [Theory]
    [InlineData(Language.English, "Open it:\nhttp://localhost/a\n", "Choose: http://localhost/b\n")]
    [InlineData(Language.French, "Open it\u00A0:\nhttp://localhost/a\n", "Choose\u00A0: http://localhost/b\n")]
    public void Plain_text_sets_the_colon_before_an_address_as_its_language_does(Language language, string link, string footer)
    {
        string text = new MailText(language, "Subject", ["Text."], new MailLink("Open it", "http://localhost/a"), [], new MailLink("Choose", "http://localhost/b")).ToText();

        Assert.Contains(link, text);
        Assert.Contains(footer, text);
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_mail_is_sent_once_and_marked(DatabaseProvider provider)
    {
        var given = await Given.CreateAsync(provider);
        await using var database = given.Database;
        await given.WriteAsync("new@example.com");

        Assert.True(await given.Sender.SendNextAsync(CancellationToken.None));
        Assert.False(await given.Sender.SendNextAsync(CancellationToken.None));

        var (id, mail) = Assert.Single(given.Transport.Taken);
        Assert.Equal("new@example.com", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal("Confirmez votre adresse", mail.Subject);
        Assert.Contains("http://localhost/?a=1&b=2", mail.TextBody);
        Assert.Contains("Bienvenue &lt;chez&gt; nous.", mail.HtmlBody);
        Assert.Contains("<html lang=\"fr-CA\">", mail.HtmlBody);
        Assert.StartsWith($"{id:n}@", mail.MessageId);
    }

    [Fact]
    public async Task A_crash_between_sending_and_marking_sends_the_same_mail_again_when_its_claim_has_run_out()
    {
        var given = await Given.CreateAsync(DatabaseProvider.Sqlite);
        await using var database = given.Database;
        await given.WriteAsync("new@example.com");
        await given.Sender.SendNextAsync(CancellationToken.None);
        await given.ForgetThatItWasSentAsync();

        Assert.False(await given.Sender.SendNextAsync(CancellationToken.None));
        given.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await given.Sender.SendNextAsync(CancellationToken.None));
        Assert.Equal(2, given.Transport.Taken.Count);
        Assert.Single(given.Transport.Taken.Select(taken => taken.Mail.MessageId).Distinct());
    }

    [Fact]
    public async Task A_refused_mail_waits_longer_each_time_and_does_not_hold_up_others()
    {
        var given = await Given.CreateAsync(DatabaseProvider.Sqlite);
        await using var database = given.Database;
        await given.WriteAsync("refused@example.com");
        await given.WriteAsync("new@example.com");
        given.Transport.Refuses = "refused@example.com";

        await given.SendAllAsync();
        Assert.Equal("new@example.com", Assert.Single(given.Transport.Taken).Mail.To.ToString());

        given.Transport.Refuses = "";
        await given.SendAllAsync();
        Assert.Single(given.Transport.Taken);
        given.Time.Advance(TimeSpan.FromMinutes(1));
        await given.SendAllAsync();
        Assert.Equal(2, given.Transport.Taken.Count);
    }

    /// <summary>A link that lets in whoever has it lay in clear in the table for ever, in every backup of it too.</summary>
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_secret_leaves_the_database_with_the_mail_that_bears_it(DatabaseProvider provider)
    {
        var given = await Given.CreateAsync(provider);
        await using var database = given.Database;
        await given.WriteAsync("secret@example.com", bearsSecret: true);
        await given.WriteAsync("plain@example.com");

        await given.SendAllAsync();

        Assert.Contains("http://localhost/?a=1&b=2", given.Transport.Taken.Single(taken => taken.Mail.To.ToString() == "secret@example.com").Mail.TextBody);
        var secret = await given.RowAsync("secret@example.com");
        Assert.NotNull(secret.SentAt);
        Assert.Equal(("", ""), (secret.TextBody, secret.HtmlBody));
        Assert.Contains("http://localhost/?a=1&b=2", (await given.RowAsync("plain@example.com")).TextBody);
    }

    [Fact]
    public async Task A_secret_is_kept_until_it_is_sent_and_not_beyond_the_last_attempt()
    {
        var given = await Given.CreateAsync(DatabaseProvider.Sqlite);
        await using var database = given.Database;
        await given.WriteAsync("secret@example.com", bearsSecret: true);
        given.Transport.Refuses = "secret@example.com";

        for (int attempt = 1; attempt < MailSender.MostAttempts; attempt++)
        {
            await given.SendAllAsync();
            given.Time.Advance(MailSender.WaitAfter(attempt));
        }

        Assert.NotEqual("", (await given.RowAsync("secret@example.com")).TextBody);
        await given.SendAllAsync();
        Assert.Equal("", (await given.RowAsync("secret@example.com")).TextBody);
    }

    /// <summary>Servers quote the address they refuse: it went into the log with the exception.</summary>
    [Fact]
    public async Task The_log_of_a_failure_says_what_kind_it_was_and_not_to_whom()
    {
        using var log = new TestLog();
        var given = await Given.CreateAsync(DatabaseProvider.Sqlite, log);
        await using var database = given.Database;
        await given.WriteAsync("refused@example.com");
        given.Transport.Refuses = "refused@example.com";

        await given.SendAllAsync();

        string said = Assert.Single(log.Lines, line => line.Text.Contains("was not sent at attempt 1", StringComparison.Ordinal)).Text;
        Assert.Contains("SmtpCommandException 550 (RecipientNotAccepted)", said);
        Assert.DoesNotContain("refused@example.com", log.ToString());
    }

    /// <summary>Each step of a slow server had half a minute: together longer than the claim, and a second sender sent the mail again.</summary>
    [Fact]
    public async Task A_slow_server_is_given_up_before_another_sender_may_take_the_mail()
    {
        Assert.True(MailSender.Limit < MailSender.Claim);
        var given = await Given.CreateAsync(DatabaseProvider.Sqlite);
        await using var database = given.Database;
        await given.WriteAsync("new@example.com");
        given.Transport.Hangs = true;

        var sending = given.Sender.SendNextAsync(CancellationToken.None);
        await given.Transport.Hanging;
        given.Time.Advance(MailSender.Limit);

        Assert.True(await sending);
        Assert.Null((await given.RowAsync("new@example.com")).SentAt);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(11, 1024)]
    [InlineData(12, 1440)]
    [InlineData(20, 1440)]
    public void The_wait_doubles_up_to_a_day(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), MailSender.WaitAfter(attempts));

    [Fact]
    public async Task Two_senders_take_a_mail_once()
    {
        var given = await Given.CreateAsync(DatabaseProvider.Sqlite);
        await using var database = given.Database;
        for (int i = 0; i < 10; i++)
        {
            await given.WriteAsync($"new{i}@example.com");
        }

        await Task.WhenAll(given.SendAllAsync(), given.SendAllAsync());
        Assert.Equal(10, given.Transport.Taken.Count);
        Assert.Equal(10, given.Transport.Taken.Select(taken => taken.Id).Distinct().Count());
    }

    private sealed class Given
    {
        public required TestDatabase Database { get; init; }

        public required FakeTimeProvider Time { get; init; }

        public required Recorder Transport { get; init; }

        public required Outbox Outbox { get; init; }

        public required MailSender Sender { get; init; }

        public static async Task<Given> CreateAsync(DatabaseProvider provider, TestLog? log = null)
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
            var database = await TestDatabase.CreateAsync(provider, time);
            var transport = new Recorder();
            var outbox = new Outbox(time);
            return new Given
            {
                Database = database,
                Time = time,
                Transport = transport,
                Outbox = outbox,
                Sender = new MailSender(database.Contexts, transport, outbox, Options.Create(new MailOptions()), time, log is null ? NullLogger<MailSender>.Instance : new LoggerFactory([log]).CreateLogger<MailSender>()),
            };
        }

        public async Task WriteAsync(string to, bool bearsSecret = false)
        {
            await using var db = await Database.Contexts.CreateDbContextAsync();
            Outbox.Add(db, null, to, Text, bearsSecret: bearsSecret);
            await db.SaveChangesAsync();
        }

        public async Task SendAllAsync()
        {
            while (await Sender.SendNextAsync(CancellationToken.None))
            {
            }
        }

        public async Task<OutgoingMail> RowAsync(string to)
        {
            await using var db = await Database.Contexts.CreateDbContextAsync();
            return await db.OutgoingMails.AsNoTracking().SingleAsync(mail => mail.To == to);
        }

        public async Task ForgetThatItWasSentAsync()
        {
            await using var db = await Database.Contexts.CreateDbContextAsync();
            await db.OutgoingMails.ExecuteUpdateAsync(set => set.SetProperty(mail => mail.SentAt, (DateTimeOffset?)null));
        }
    }

    private sealed class Recorder : IMailTransport
    {
        private readonly Lock _gate = new();
        private readonly List<(Guid Id, MimeMessage Mail)> _taken = [];

        private readonly TaskCompletionSource _hanging = new();

        public string Refuses { get; set; } = "";

        public bool Hangs { get; set; }

        /// <summary>Ends when a mail hangs.</summary>
        public Task Hanging => _hanging.Task;

        public IReadOnlyList<(Guid Id, MimeMessage Mail)> Taken
        {
            get
            {
                lock (_gate)
                {
                    return [.. _taken];
                }
            }
        }

        public Task SendAsync(Guid id, MimeMessage mail, CancellationToken ct)
        {
            if (mail.To.Mailboxes.Any(to => to.Address == Refuses))
            {
                throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, SmtpStatusCode.MailboxUnavailable, $"No such user: {Refuses}");
            }

            if (Hangs)
            {
                _hanging.SetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, ct);
            }

            lock (_gate)
            {
                _taken.Add((id, mail));
            }

            return Task.CompletedTask;
        }
    }
}
