using System.Globalization;
using System.Security.Claims;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Tests.Browser;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>What a merchant keeps of a charge, and what warns before one fails.</summary>
public sealed class TopUpReceiptTests
{
    [Theory]
    [InlineData(Language.English, "Receipt", "$100.00 CAD", "Visa ending in 4242", "2026-11-23 10:00 (Eastern time)")]
    [InlineData(Language.French, "Reçu", "100,00 $ CAD", "Visa se terminant par 4242", "2026-11-23 10:00 (heure de l’Est)")]
    public async Task A_receipt_says_what_was_charged_to_what_and_how_the_statement_names_it(Language language, params string[] words)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var order = FundingBench.Order(100_00);
        Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, order));

        byte[] pdf = (await DrawAsync(bench, merchant, order.Id, language))!;
        string text = await Pdf.TextAsync(pdf);

        Assert.All([.. words, "STAMPS", "Maple Parcels", order.Id.ToString()], word => Assert.Contains(word, text));
        Assert.Equal(pdf, await DrawAsync(bench, merchant, order.Id, language));
    }

    [Fact]
    public async Task Nothing_charged_has_no_receipt()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        var order = FundingBench.Order();
        Assert.IsType<AddFundsOutcome.NotCharged>(await bench.AddFundsAsync(merchant, order));

        Assert.Null(await DrawAsync(bench, merchant, order.Id, Language.English));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task A_banner_warns_of_a_card_that_ends_and_of_none_that_was_removed(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.AddMerchantAsync();
        foreach (var (culture, today, said) in new[]
        {
            ("en-CA", "2034-11-30", ""),
            ("en-CA", "2034-12-01", "Visa ending in 4242 expires on 2034-12-31. Replace it"),
            ("en-CA", "2034-12-23", "Visa ending in 4242 expires on 2034-12-31. Replace it"),
            ("fr-CA", "2034-12-24", "Visa se terminant par 4242 expire le 2034-12-31. La remplacer"),
            ("fr-CA", "2034-12-31", "Visa se terminant par 4242 expire le 2034-12-31. La remplacer"),
            ("en-CA", "2035-01-01", "Visa ending in 4242 expired on 2034-12-31 and is not charged any more. Replace it"),
        })
        {
            bench.Time.SetUtcNow(DateTimeOffset.Parse($"{today}T12:00:00-05:00", CultureInfo.InvariantCulture));
            await AssertBannerAsync(bench, merchant, culture, said);
        }

        var card = Assert.Single(await bench.App.InScopeAsync<CardQueries, IReadOnlyList<CardView>>(cards => cards.ListAsync(merchant, CancellationToken.None)));
        await bench.App.InScopeAsync<RemoveCard, RemoveCardOutcome>(remove => remove.RunAsync(merchant, card.Id, CancellationToken.None));
        await AssertBannerAsync(bench, merchant, "en-CA", "");
    }

    private static async Task AssertBannerAsync(FundingBench bench, MerchantId merchant, string culture, string said)
    {
        await using var context = new ComponentRoom(culture);
        context.Services.AddScoped<FundingWords>();
        context.Services.AddScoped<SignedIn>();
        context.Services.AddSingleton(TestRights.Every);
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<CardQueries>(bench.App.Services));
        var user = context.AddAuthorization();
        user.SetAuthorized("owner@example.com");
        user.SetClaims(new Claim(MerchantClaims.MerchantId, $"{merchant.Value}"), new Claim(ClaimTypes.NameIdentifier, "user-1"));

        var banner = context.Render<CardExpiryBanner>();

        banner.WaitForAssertion(() => Assert.Equal(
            said, string.Join(' ', banner.FindAll("p").Select(line => string.Join(' ', line.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))));
    }

    private static Task<byte[]?> DrawAsync(FundingBench bench, MerchantId merchant, TopUpId id, Language language) =>
        bench.App.InScopeAsync<TopUpReceipt, byte[]?>(receipts => receipts.DrawAsync(merchant, id, language, CancellationToken.None));
}
