using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Batches;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Privacy;

namespace OneBalance.Tests.Web.Features.Privacy;

/// <summary>A person asks a merchant to be erased.</summary>
public sealed class ErasePersonTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor By = new("user", "owner@example.com", "192.0.2.7");

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_person_is_erased_wherever_they_stand_and_nobody_else_is(DatabaseProvider provider)
    {
        await using var batches = await BatchWorld.StartAsync(provider);
        var world = batches.Labels;
        var erase = Erase(world);
        var save = new SaveAddress(world.Contexts, world.Time);
        var entry = Assert.IsType<SaveAddressOutcome.Saved>(await save.RunAsync(world.Merchant, null, AddressBookPart.Recipients, LabelWorld.Draft.To, None)).Id;
        var other = Assert.IsType<SaveAddressOutcome.Saved>(
            await save.RunAsync(world.Merchant, null, AddressBookPart.Recipients, LabelWorld.Draft.To with { Name = "Other Recipient" }, None)).Id;
        var draft = await world.RatedAsync(LabelWorld.Draft with { To = LabelWorld.Draft.To with { Name = "SAMPLE recipient", PostalCode = "v6z 2j7" } });
        var voided = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        await world.VoidAsync(voided);
        var bought = await world.BoughtAsync();
        var batch = await batches.ImportAsync(BatchWorld.Lines(1) + "Sample Recipient,800 Burrard St,Vancouver,BC,V6Z 2J7,1.25,30,20,10,Order 9\n");

        var held = await erase.LookAsync(world.Merchant, entry, None);
        Assert.Equal((1, 1, 1, 1, 1), (held!.Saved, held.Drafts, held.Lines, held.Ended, held.Later));
        Assert.Equal(held, await erase.RunAsync(world.Merchant, By, entry, None));

        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        Assert.Equal([other], await db.SavedAddresses.Select(row => row.Id).ToListAsync());
        Assert.False(await db.Labels.AnyAsync(row => row.Id == draft));
        Assert.Equal("", (await world.RowAsync(voided)).To.Name);
        Assert.Equal("Sample Recipient", (await world.RowAsync(bought)).To.Name);
        Assert.Equal(["Other Recipient"], (await world.Addresses.SuggestAsync(world.Merchant, AddressBookPart.Recipients, "", None)).Select(view => view.Address.Name));
        var lines = (await batches.ViewAsync(batch)).Rows;
        Assert.Equal([("Recipient 1", BatchLineStatus.Ready), ("", BatchLineStatus.LeftOut)], lines.Select(line => (line.Draft.To.Name, line.Status)));
        Assert.Null(await erase.LookAsync(world.Merchant, entry, None));

        // The trail says that somebody was erased, and not whom.
        var said = Assert.Single(await db.AuditEntries.Where(line => line.Action == AuditAction.PersonErased).ToListAsync());
        Assert.Equal((world.Merchant, "owner@example.com"), (said.MerchantId, said.Email));
        Assert.DoesNotContain("Sample", $"{said.Subject}{said.Reason}{said.Before}{said.After}{said.SearchText}", StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_bought_label_of_an_erased_person_is_blanked_once_it_is_settled(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var bought = await world.BoughtAsync();
        Assert.Equal(1, (await Erase(world).RunAsync(world.Merchant, By, bought, None))!.Later);
        var sweep = new RetentionSweep(world.Contexts, Options.Create(new PrivacyOptions()), world.Time);

        world.Time.Advance(TimeSpan.FromDays(180));
        Assert.Equal(0, await sweep.RunAsync(None));
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await sweep.RunAsync(None));
        Assert.Equal("", (await world.RowAsync(bought)).To.Name);
        Assert.Null(await Erase(world).LookAsync(world.Merchant, bought, None));
    }

    /// <summary>A draft chosen for a running batch is thrown away with its line: no late runner buys it.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task A_line_waiting_to_be_bought_is_not_bought_after_its_person_was_erased(DatabaseProvider provider)
    {
        await using var batches = await BatchWorld.StartAsync(provider);
        var world = batches.Labels;
        var batch = await batches.ImportAsync(BatchWorld.Lines(2));
        await batches.RateAsync(batch);
        Assert.IsType<BuyBatchOutcome.Started>(await batches.AskToBuyAsync(batch));
        LabelId waiting;
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            waiting = (await db.BatchLines.SingleAsync(line => line.Number == 1)).LabelId!.Value;
        }

        Assert.Equal((1, 1), (await Erase(world).RunAsync(world.Merchant, By, waiting, None)) is { } held ? (held.Drafts, held.Lines) : (0, 0));
        await batches.Run().RunAsync(world.Merchant, batch, None);

        var rows = (await batches.ViewAsync(batch)).Rows;
        Assert.Equal([BatchLineStatus.LeftOut, BatchLineStatus.Bought], rows.Select(row => row.Status));
        Assert.Single(batches.Carrier.Shipped);
    }

    [Fact]
    public async Task A_formula_in_an_exported_name_is_neutralised_and_both_kinds_are_in_the_file()
    {
        await using var app = await TestApp.StartAsync(DatabaseProvider.Sqlite, settings: new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
        var merchant = await app.Database.AddMerchantAsync(setUp: true);
        await app.InScopeAsync<SaveAddress, SaveAddressOutcome>(save => save.RunAsync(merchant, null, AddressBookPart.Recipients, LabelWorld.Draft.To with { Name = "=1+1" }, None));
        await app.InScopeAsync<SaveAddress, SaveAddressOutcome>(save => save.RunAsync(merchant, null, AddressBookPart.Senders, LabelWorld.Draft.From, None));

        string csv = System.Text.Encoding.UTF8.GetString(await app.InScopeAsync<AddressBookFile, byte[]>(file => file.CsvAsync(merchant, Language.French, None)));

        var lines = csv.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Genre;Nom;Entreprise;Adresse;Adresse, ligne 2;Ville;Province ou État;Code postal;Pays;Téléphone", lines[0]);
        Assert.StartsWith("Destinataire;'=1+1;;800 Burrard St;;Vancouver;BC;V6Z2J7;CA;", lines[1]);
        Assert.StartsWith("Adresse d’expédition;;Maple Parcels;111 Wellington St;", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public async Task A_breach_is_recorded_in_the_trail_or_says_what_is_missing()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var record = new RecordBreach(database.Contexts, new AuditTrail(database.Time), database.Time);
        var day = DateOnly.FromDateTime(database.Time.GetUtcNow().UtcDateTime);
        var breach = new Breach(day, 3, Serious: true, "A printed list of labels was left at the counter; fetched the same day.");

        Assert.Equal(BreachProblem.Words, await record.RunAsync(breach with { What = "Lost." }, By, None));
        Assert.Null(await record.RunAsync(breach, By, None));

        await using var db = await database.Contexts.CreateDbContextAsync();
        var line = Assert.Single(await db.AuditEntries.ToListAsync());
        Assert.Equal((AuditAction.BreachRecorded, breach.What), (line.Action, line.Reason));
        Assert.Contains("\"people\":3", line.After);
        Assert.Contains("\"serious\":true", line.After);
    }

    private static ErasePerson Erase(LabelWorld world) => new(world.Contexts, world.Carrier, new AuditTrail(world.Time), world.Time);
}
