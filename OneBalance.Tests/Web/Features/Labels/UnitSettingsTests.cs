using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Settings;

namespace OneBalance.Tests.Web.Features.Labels;

/// <summary>In which units a merchant weighs and measures.</summary>
public sealed class UnitSettingsTests
{
    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task Until_chosen_they_are_the_newest_labels_then_what_was_chosen(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var settings = new UnitSettings(world.Contexts);
        Assert.Equal(Units.Metric, await settings.LoadAsync(world.Merchant, CancellationToken.None));

        await world.RatedAsync(LabelWorld.Draft with { Units = Units.Imperial });
        Assert.Equal(Units.Imperial, await settings.LoadAsync(world.Merchant, CancellationToken.None));

        await settings.SaveAsync(world.Merchant, Units.Metric, CancellationToken.None);
        Assert.Equal(Units.Metric, await settings.LoadAsync(world.Merchant, CancellationToken.None));
        Assert.Equal(Units.Metric, (await world.RowAsync(await world.Start.RunAsync(world.Merchant, CancellationToken.None))).Units);

        await settings.SaveAsync(world.Merchant, Units.Imperial, CancellationToken.None);
        Assert.Equal(Units.Imperial, (await world.RowAsync(await world.Start.RunAsync(world.Merchant, CancellationToken.None))).Units);
        var other = await world.Database.AddMerchantAsync("Birch Parcels");
        Assert.Equal(Units.Metric, await settings.LoadAsync(other, CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_may_not_buy_labels_does_not_choose_them()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var looker = MerchantAccess.LookOnly(world.Merchant);

        var refusal = await Assert.ThrowsAsync<NotAllowedException>(() => new UnitSettings(world.Contexts).SaveAsync(looker, Units.Imperial, CancellationToken.None));

        Assert.Equal(MerchantRight.BuyLabels, refusal.Right);
    }
}
