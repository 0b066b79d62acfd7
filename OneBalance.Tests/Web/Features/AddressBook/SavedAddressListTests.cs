using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Components.Forms;
using OneBalance.Web.Data;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.AddressBook;

/// <summary>The saved addresses on their page.</summary>
public sealed class SavedAddressListTests
{
    /// <summary>Removed by mistake and put back, new labels start from it as before.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sender_put_back_is_the_default_again_if_it_was(bool isDefault)
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var save = new SaveAddress(world.Contexts, world.Time);
        var setDefault = new SetDefaultSender(world.Contexts);
        var saved = Assert.IsType<SaveAddressOutcome.Saved>(await save.RunAsync(world.Merchant, null, AddressBookPart.Senders, LabelWorld.Draft.From, CancellationToken.None));
        Assert.True(await setDefault.RunAsync(world.Merchant, saved.Id, isDefault, CancellationToken.None));
        await using var context = new ComponentRoom();
        context.Services.AddSingleton<AuthenticationStateProvider>(new Someone(world.Merchant));
        context.Services.AddScoped<SignedIn>();
        context.Services.AddSingleton(TestRights.Every);
        context.Services.AddSingleton<PlaceNames>();
        context.Services.AddSingleton(world.Addresses);
        context.Services.AddSingleton(save);
        context.Services.AddSingleton(setDefault);
        context.Services.AddSingleton(new RemoveAddress(world.Contexts));
        var list = context.Render<SavedAddressList>(parameters => parameters.Add(part => part.Merchant, world.Merchant).Add(part => part.Part, AddressBookPart.Senders));
        list.WaitForAssertion(() => Assert.Single(list.FindAll("[data-testid=saved-address]")));

        await list.Find("[data-testid=saved-address] button[aria-label^='Remove']").ClickAsync(new());
        list.WaitForAssertion(() => Assert.Empty(list.FindAll("[data-testid=saved-address]")));
        await list.FindAll("button").Single(button => button.TextContent.Trim() == "Put Maple Parcels back").ClickAsync(new());

        list.WaitForAssertion(() => Assert.Equal(isDefault ? 1 : 0, list.FindAll("[data-testid=saved-address] .status-chip").Count));
        Assert.Equal(isDefault, Assert.Single((await world.Addresses.ListAsync(world.Merchant, AddressBookPart.Senders, null, CancellationToken.None)).Addresses).IsDefault);
    }
}
