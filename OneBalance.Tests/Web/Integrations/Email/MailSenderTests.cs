using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Integrations.Email;

namespace OneBalance.Tests.Web.Integrations.Email;

public sealed class MailSenderTests
{
    private static readonly MailText Text = new(
        Language.French, "Confirmez votre adresse", ["Bienvenue <chez> nous."], new MailLink("Confirmer", "http://localhost/?a=1&b=2"), ["Ignorez sinon."]);

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

        public static async Task<Given> CreateAsync(DatabaseProvider provider)
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
                Sender = new MailSender(database.Contexts, transport, outbox, Options.Create(new MailOptions()), time, NullLogger<MailSender>.Instance),
            };
        }

        public async Task WriteAsync(string to)
        {
            await using var db = await Database.Contexts.CreateDbContextAsync();
            Outbox.Add(db, to, Text);
            await db.SaveChangesAsync();
        }

        public async Task SendAllAsync()
        {
            while (await Sender.SendNextAsync(CancellationToken.None))
            {
            }
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

        public string Refuses { get; set; } = "";

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
                throw new InvalidOperationException("The server said no.");
            }

            lock (_gate)
            {
                _taken.Add((id, mail));
            }

            return Task.CompletedTask;
        }
    }
}
