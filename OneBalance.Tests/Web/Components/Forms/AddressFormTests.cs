using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OneBalance.Tests.Support;
using OneBalance.Web.Components.Forms;

namespace OneBalance.Tests.Web.Components.Forms;

public sealed class AddressFormTests
{
    [Fact]
    public async Task Nothing_is_wrong_before_anything_was_typed()
    {
        await using var context = Context();

        var form = Show(context, new AddressInput());

        Assert.Empty(form.FindAll(".mud-input-error"));
    }

    [Fact]
    public async Task Validate_shows_each_problem_at_its_field_and_announces_them()
    {
        await using var context = Context();
        var form = Show(context, new AddressInput { Name = "Sample", Line1 = "1 Main St", City = "Toronto", Province = "ON", PostalCode = "V6B 1A1" });

        bool valid = await form.InvokeAsync(form.Instance.Validate);

        Assert.False(valid);
        Assert.Contains("The postal code V6B 1A1 belongs to British Columbia.", form.Find("#ship-to-PostalCode-error").TextContent);
        Assert.Contains("Ship to. 1 field to correct", form.Find("[role=status]").TextContent);
        Assert.Equal("true", form.Find("#ship-to-postal-code").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task A_postal_code_is_written_as_people_do_and_names_the_province()
    {
        await using var context = Context();
        var address = new AddressInput();
        int changes = 0;
        var form = Show(context, address, () => changes++);

        await form.Find("#ship-to-postal-code").ChangeAsync(new() { Value = "h2x1z5" });

        Assert.Equal(("H2X 1Z5", "QC", 1), (address.PostalCode, address.Province, changes));
    }

    [Fact]
    public async Task A_sender_is_in_Canada_and_gives_company_and_phone()
    {
        await using var context = Context();
        var address = new AddressInput { Country = "US", Line1 = "1 Main St", City = "Ottawa", Province = "ON", PostalCode = "K1A 0A9" };
        var form = Show(context, address, use: AddressUse.Sender);

        Assert.False(await form.InvokeAsync(form.Instance.Validate));
        Assert.Equal("CA", address.Country);
        Assert.Contains("Enter the company.", form.Markup);
        Assert.Contains("Enter a phone number", form.Markup);
    }

    [Fact]
    public async Task Fields_end_where_the_carrier_does()
    {
        await using var context = Context();

        var form = Show(context, new AddressInput());

        Assert.Equal("44", form.Find("#ship-to-line1").GetAttribute("maxlength"));
        Assert.Equal("40", form.Find("#ship-to-city").GetAttribute("maxlength"));
        Assert.Equal("25", form.Find("#ship-to-phone").GetAttribute("maxlength"));
    }

    private static ComponentRoom Context()
    {
        var context = new ComponentRoom();
        context.Services.AddScoped<PlaceNames>();
        return context;
    }

    private static IRenderedComponent<AddressForm> Show(ComponentRoom context, AddressInput address, Action? changed = null, AddressUse use = AddressUse.Destination)
    {
        context.Render<MudPopoverProvider>();
        return context.Render<AddressForm>(form => form
            .Add(f => f.Legend, "Ship to")
            .Add(f => f.Prefix, "ship-to")
            .Add(f => f.Use, use)
            .Add(f => f.Value, address)
            .Add(f => f.Changed, () => changed?.Invoke()));
    }
}
