using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Features.AddressBook;

namespace OneBalance.Tests.Web.Features.AddressBook;

/// <summary>The address book and the parcel presets over the real databases.</summary>
public sealed class AddressBookTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Address Museum = new("Accueil", "Musée de la civilisation", "85 rue Dalhousie", "", "Québec", "QC", "G1K 8R2", "CA", "418-643-2158");
    private static readonly Address Depot = new("", "Maple Parcels", "9 Bonaventure Avenue", "", "St. John's", "NL", "A1C 5P9", "CA", "709-757-8090");

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task A_recipient_is_saved_once_found_without_accents_corrected_and_removed(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var save = new SaveAddress(world.Contexts, world.Time);
        var queries = world.Addresses;

        var saved = Assert.IsType<SaveAddressOutcome.Saved>(await save.RunAsync(world.Merchant, null, AddressBookPart.Recipients, Museum, None));
        Assert.Equal(new SaveAddressOutcome.AlreadyThere(saved.Id), await save.RunAsync(world.Merchant, null, AddressBookPart.Recipients, Museum with { City = "QUEBEC " }, None));
        Assert.Equal(saved.Id, Assert.Single((await queries.ListAsync(world.Merchant, AddressBookPart.Recipients, "musee CIVIL", None)).Addresses).Id);
        Assert.Empty((await queries.ListAsync(world.Merchant, AddressBookPart.Recipients, "Toronto", None)).Addresses);
        Assert.Empty((await queries.ListAsync(world.Merchant, AddressBookPart.Senders, null, None)).Addresses);

        Assert.IsType<SaveAddressOutcome.Saved>(await save.RunAsync(world.Merchant, saved.Id, AddressBookPart.Recipients, Museum with { Name = "Boutique" }, None));
        Assert.Equal("Boutique", Assert.Single((await queries.ListAsync(world.Merchant, AddressBookPart.Recipients, null, None)).Addresses).Address.Name);
        Assert.True(await new RemoveAddress(world.Contexts).RunAsync(world.Merchant, saved.Id, None));
        Assert.Empty((await queries.ListAsync(world.Merchant, AddressBookPart.Recipients, null, None)).Addresses);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task What_the_carrier_would_refuse_is_not_saved(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var save = new SaveAddress(world.Contexts, world.Time);

        var refused = Assert.IsType<SaveAddressOutcome.Refused>(await save.RunAsync(world.Merchant, null, AddressBookPart.Recipients, Museum with { PostalCode = "V6B 1A1" }, None));
        Assert.Equal([new AddressFinding(AddressField.PostalCode, AddressProblem.OtherProvince)], refused.Findings);
        var sender = Assert.IsType<SaveAddressOutcome.Refused>(await save.RunAsync(world.Merchant, null, AddressBookPart.Senders, Depot with { Phone = "" }, None));
        Assert.Equal([new AddressFinding(AddressField.Phone, AddressProblem.Missing)], sender.Findings);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_default_sender_and_parcel_begin_a_new_label_and_there_is_one_of_each(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var save = new SaveAddress(world.Contexts, world.Time);
        var first = Assert.IsType<SaveAddressOutcome.Saved>(await save.RunAsync(world.Merchant, null, AddressBookPart.Senders, Museum, None));
        var second = Assert.IsType<SaveAddressOutcome.Saved>(await save.RunAsync(world.Merchant, null, AddressBookPart.Senders, Depot, None));
        var setDefault = new SetDefaultSender(world.Contexts);
        Assert.True(await setDefault.RunAsync(world.Merchant, first.Id, true, None));
        Assert.True(await setDefault.RunAsync(world.Merchant, second.Id, true, None));
        var presets = new SavePreset(world.Contexts, world.Time);
        var small = Assert.IsType<SavePresetOutcome.Saved>(await presets.RunAsync(world.Merchant, null, "Small box", new Parcel(500, 250, 150, 50), Units.Imperial, None));
        Assert.True(await new SetDefaultPreset(world.Contexts).RunAsync(world.Merchant, small.Id, true, None));

        var label = await world.RowAsync(await world.Start.RunAsync(world.Merchant, None));

        Assert.Equal("9 Bonaventure Avenue", label.From.Line1);
        Assert.Equal((500, 250, 150, 50, Units.Imperial), (label.WeightGrams, label.LengthMm, label.WidthMm, label.HeightMm, label.Units));
        var senders = (await world.Addresses.ListAsync(world.Merchant, AddressBookPart.Senders, null, None)).Addresses;
        Assert.Equal([second.Id], senders.Where(sender => sender.IsDefault).Select(sender => sender.Id!.Value));
        Assert.True(await setDefault.RunAsync(world.Merchant, second.Id, false, None));
        Assert.NotEqual("9 Bonaventure Avenue", (await world.Start.ShipFromAsync(await world.Database.AddMerchantAsync("Birch Books"), None)).Line1);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Recipients_of_labels_bought_are_suggested_each_once_after_the_saved(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.BoughtAsync();
        await world.BoughtAsync();
        await new SaveAddress(world.Contexts, world.Time).RunAsync(world.Merchant, null, AddressBookPart.Recipients, Museum, None);
        var queries = world.Addresses;

        var all = await queries.SuggestAsync(world.Merchant, AddressBookPart.Recipients, "", None);
        Assert.Equal(["Accueil", "Sample Recipient"], all.Select(view => view.Address.Name));
        Assert.Equal(["Sample Recipient"], (await queries.SuggestAsync(world.Merchant, AddressBookPart.Recipients, "burrard", None)).Select(view => view.Address.Name));
        Assert.Empty(await queries.SuggestAsync(await world.Database.AddMerchantAsync("Birch Books"), AddressBookPart.Recipients, "", None));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Presets_have_names_of_their_own_and_parcels_the_carrier_takes(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var presets = new SavePreset(world.Contexts, world.Time);
        var box = new Parcel(500, 250, 150, 50);

        Assert.IsType<SavePresetOutcome.Saved>(await presets.RunAsync(world.Merchant, null, "Small box", box, Units.Metric, None));
        Assert.IsType<SavePresetOutcome.NameTaken>(await presets.RunAsync(world.Merchant, null, " SMALL BOX ", box, Units.Metric, None));
        Assert.IsType<SavePresetOutcome.NameRefused>(await presets.RunAsync(world.Merchant, null, " ", box, Units.Metric, None));
        Assert.IsType<SavePresetOutcome.ParcelRefused>(await presets.RunAsync(world.Merchant, null, "Too heavy", box with { WeightGrams = 30_001 }, Units.Metric, None));
        Assert.Equal(["Small box"], (await new PresetQueries(world.Contexts).ListAsync(world.Merchant, None)).Select(preset => preset.Name));
    }
}
