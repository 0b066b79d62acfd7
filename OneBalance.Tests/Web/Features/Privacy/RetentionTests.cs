using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Batches;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Mail;
using OneBalance.Web.Features.Printing;
using OneBalance.Web.Features.Privacy;

namespace OneBalance.Tests.Web.Features.Privacy;

/// <summary>What is kept for how long, over the real databases and a clock of its own.</summary>
public sealed class RetentionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task After_the_period_a_labels_recipient_and_documents_are_gone_and_its_money_stays(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var old = await world.BoughtAsync();
        var balance = await world.BalanceAsync();
        world.Time.Advance(TimeSpan.FromDays(729));
        Assert.Equal(0, await Sweep(world).RunAsync(None));
        var young = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, await Sweep(world).RunAsync(None));
        Assert.Equal(0, await Sweep(world).RunAsync(None));

        var row = await world.RowAsync(old);
        Assert.Equal(Address.Empty with { Province = "BC", PostalCode = "V6Z" }, row.To.ToAddress());
        Assert.Equal(("", "order 1", null), (row.RecipientEmail, row.SearchText, row.LabelLink));
        Assert.Equal(LabelWorld.Price, row.Paid);
        Assert.Equal("Maple Parcels", row.From.Company);
        Assert.NotNull(row.TrackingNumber);
        Assert.Equal(balance.Available - LabelWorld.Price, (await world.BalanceAsync()).Available);
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        Assert.Equal([young], await db.LabelDocuments.Select(document => document.LabelId).ToListAsync());
        Assert.Equal("Sample Recipient", (await world.RowAsync(young)).To.Name);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_erased_label_is_shown_as_such_and_not_printed_again(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var label = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromDays(731));
        await Sweep(world).RunAsync(None);

        var details = (await world.Queries.ReadAsync(world.Merchant, label, None))!;
        Assert.Equal(world.Time.GetUtcNow(), details.ErasedAt);
        Assert.False(details.DocumentStored);
        Assert.Null(await world.Queries.DocumentAsync(world.Merchant, label, LabelDocumentKind.Label, None));
        Assert.Null(await world.Queries.PapersAsync(world.Merchant, label, None));
        Assert.True(Assert.Single((await world.Queries.PageAsync(world.Merchant, new LabelFilter(), None)).Rows).Erased);
        using var print = new PrintLabels(world.Contexts, world.Time);
        Assert.Equal(new PrintOutcome.NothingToPrint(0) { NotKept = 1 }, await print.StartAsync(world.Merchant, [label], None));

        // Nobody fetches the document again, and nothing is bought to nowhere.
        var asked = (world.Carrier.Creates, world.Carrier.Finds);
        await world.PassAsync(TimeSpan.FromHours(1), 3);
        Assert.Equal(asked, (world.Carrier.Creates, world.Carrier.Finds));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_label_whose_refund_is_under_way_keeps_its_recipient(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var label = await world.BoughtAsync();
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            db.RefundRequests.Add(new RefundRequest
            {
                MerchantId = world.Merchant,
                LabelId = label,
                State = RefundState.ClaimOpen,
                Kind = RefundKind.Claim,
                RequestedBy = "user",
                RequestedAt = world.Time.GetUtcNow(),
            });
            await db.SaveChangesAsync();
        }

        world.Time.Advance(TimeSpan.FromDays(800));
        Assert.Equal(0, await Sweep(world).RunAsync(None));
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            await db.RefundRequests.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, RefundState.Rejected));
        }

        Assert.Equal(1, await Sweep(world).RunAsync(None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Past_recipients_are_suggested_for_as_long_as_configured(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromDays(365));
        Assert.Single(await world.Addresses.SuggestAsync(world.Merchant, AddressBookPart.Recipients, "", None));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await world.Addresses.SuggestAsync(world.Merchant, AddressBookPart.Recipients, "", None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task An_old_batch_keeps_its_amounts_and_no_recipient_and_buys_nothing_more(DatabaseProvider provider)
    {
        await using var world = await BatchWorld.StartAsync(provider, fundsInCents: LabelWorld.Price.Cents + 1);
        var batch = await world.ImportAsync(BatchWorld.Lines(2));
        await world.RateAsync(batch);
        await world.Change.LeaveOutAsync(world.Merchant, batch, 2, true, None);
        await world.BuyAsync(batch);
        world.Labels.Time.Advance(TimeSpan.FromDays(731));

        Assert.Equal(2, await Sweep(world.Labels).RunAsync(None));
        Assert.Equal(0, await Sweep(world.Labels).RunAsync(None));

        var view = await world.ViewAsync(batch);
        Assert.Equal([BatchLineStatus.Bought, BatchLineStatus.LeftOut], view.Rows.Select(row => row.Status));
        Assert.All(view.Rows, row => Assert.Equal(("", ""), (row.Draft.To.Name, row.Draft.To.Line1)));
        Assert.Equal(LabelWorld.Price, view.Rows[0].Total);
        await using var db = await world.Labels.Database.Contexts.CreateDbContextAsync();
        Assert.All(await db.BatchLines.ToListAsync(), line => Assert.DoesNotContain("Burrard", line.CellsJson + line.FieldsJson + line.RatesJson));

        // Taken in again it is a line without an address: wrong, until somebody types one.
        Assert.Equal(ChangeOutcome.Done, await world.Change.LeaveOutAsync(world.Merchant, batch, 2, false, None));
        Assert.Equal(BatchLineStatus.Wrong, (await world.ViewAsync(batch)).Rows[1].Status);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_draft_left_lying_goes_and_one_in_use_stays(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.RatedAsync();
        var used = await world.RatedAsync();
        world.Time.Advance(TimeSpan.FromDays(700));
        await world.Save.RunAsync(world.Merchant, used, LabelWorld.Draft, None);
        world.Time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(1, await Sweep(world).RunAsync(None));

        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        Assert.Equal([used], await db.Labels.Select(label => label.Id).ToListAsync());
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_mails_text_goes_after_the_period_and_an_unsent_one_is_not_sent_empty(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var outbox = new Outbox(world.Time);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            outbox.Add(db, world.Merchant, "sent@example.com", new MailText(Language.English, "Sent", ["Hello."], null, []), "http://localhost/stop");
            outbox.Add(db, null, "waiting@example.com", new MailText(Language.English, "Waiting", ["Hello."], null, []));
            await db.SaveChangesAsync();
            var now = world.Time.GetUtcNow();
            await db.OutgoingMails.Where(mail => mail.Subject == "Sent").ExecuteUpdateAsync(set => set.SetProperty(mail => mail.SentAt, now));
        }

        world.Time.Advance(TimeSpan.FromDays(90));
        Assert.Equal(0, await Sweep(world).RunAsync(None));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, await Sweep(world).RunAsync(None));

        await using var after = await world.Database.Contexts.CreateDbContextAsync();
        var mails = await after.OutgoingMails.OrderBy(mail => mail.Subject).ToListAsync();
        Assert.All(mails, mail => Assert.Equal(("", "", null), (mail.TextBody, mail.HtmlBody, mail.UnsubscribeUrl)));
        Assert.Equal(("Sent", 0), (mails[0].Subject, mails[0].Attempts));
        Assert.Equal(("Waiting", Outbox.MostAttempts), (mails[1].Subject, mails[1].Attempts));
    }

    [Theory]
    [InlineData(179, 365, 90, "RecipientsForDays")]
    [InlineData(730, 0, 90, "SuggestionsForDays")]
    [InlineData(730, 365, 29, "MailBodiesForDays")]
    public void A_period_that_refunds_or_mails_cannot_keep_to_is_refused(int recipients, int suggestions, int bodies, string named) =>
        Assert.Contains(named, new PrivacyOptions { RecipientsForDays = recipients, SuggestionsForDays = suggestions, MailBodiesForDays = bodies }.Problem);

    [Fact]
    public void The_shortest_periods_are_taken() =>
        Assert.Null(new PrivacyOptions { RecipientsForDays = 180, SuggestionsForDays = 1, MailBodiesForDays = 30 }.Problem);

    private static RetentionSweep Sweep(LabelWorld world) => new(world.Contexts, Options.Create(new PrivacyOptions()), world.Time);
}
