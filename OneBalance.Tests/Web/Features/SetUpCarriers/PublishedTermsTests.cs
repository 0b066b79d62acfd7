using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.SetUpCarriers;

namespace OneBalance.Tests.Web.Features.SetUpCarriers;

public sealed class PublishedTermsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset LastSecond = new(2027, 3, 1, 4, 59, 59, TimeSpan.Zero);

    private static readonly PublishedTerms Two = new(
    [
        .. new[] { "2026-11-01", "2027-03-01" }.SelectMany(version => new[]
        {
            TermsText.Of(version, Language.English, $"# Terms of {version}"),
            TermsText.Of(version, Language.French, $"# Conditions du {version}"),
        }),
    ]);

    /// <summary>
    /// A published text never changes: these hashes stand in merchants' acceptances. A new version is a new pair of files and a
    /// new line here.
    /// </summary>
    [Theory]
    [InlineData("2026-11-01", Language.English, "34958ce89086289bafee85f086f75b32fe55fcd0d03f1eba7951d73284332049")]
    [InlineData("2026-11-01", Language.French, "2c004ce2ae7167ad98ed40b74943295ab2a085f872cbf5f827ee4d26ea58d697")]
    public void A_published_text_is_what_was_accepted(string version, Language language, string hash) =>
        Assert.Equal(hash, PublishedTerms.OfTheProduct.Find(version, language)!.Hash);

    [Fact]
    public void Every_version_has_its_line_above_and_both_languages()
    {
        Assert.Equal(["2026-11-01"], PublishedTerms.OfTheProduct.Versions);
        Assert.All(PublishedTerms.OfTheProduct.Versions, version => Assert.All([Language.English, Language.French], language => Assert.NotNull(PublishedTerms.OfTheProduct.Find(version, language))));
        Assert.Null(PublishedTerms.OfTheProduct.Find("2020-01-01", Language.English));
    }

    [Fact]
    public void A_version_applies_from_midnight_eastern_time()
    {
        Assert.Equal(("2026-11-01", "2027-03-01"), (Two.InForce(Language.English, LastSecond).Version, Two.Coming(LastSecond)));
        Assert.Equal(("2027-03-01", null), (Two.InForce(Language.French, LastSecond.AddSeconds(1)).Version, Two.Coming(LastSecond.AddSeconds(1))));
    }

    [Fact]
    public async Task Who_accepted_an_older_version_is_asked_when_the_newer_applies_and_asked_once()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, time);
        var merchant = await database.AddMerchantAsync(setUp: true);
        var fresh = await database.AddMerchantAsync("Birch Books");
        var queries = new TermsQueries(database.Contexts, Two, time);
        var accept = new AcceptTerms(database.Contexts, Two, time);
        var older = Two.InForce(Language.English, time.GetUtcNow());
        Assert.Equal(AcceptTermsOutcome.Accepted, await accept.RunAsync(merchant, "user-1", older, None));
        var before = await queries.LoadAsync(merchant, None);
        Assert.Equal((false, "2027-03-01"), (before.MustAsk, before.Coming));

        time.SetUtcNow(LastSecond.AddSeconds(1));
        Assert.True((await queries.LoadAsync(merchant, None)).MustAsk);
        Assert.False((await queries.LoadAsync(fresh, None)).MustAsk);
        Assert.Equal(AcceptTermsOutcome.TermsChanged, await accept.RunAsync(merchant, "user-1", older, None));
        var newer = Two.InForce(Language.French, time.GetUtcNow());
        Assert.Equal(AcceptTermsOutcome.SetUpFirst, await accept.RunAsync(fresh, "user-2", newer, None));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => accept.RunAsync(merchant, "user-1", newer, None))), outcome => Assert.Equal(AcceptTermsOutcome.Accepted, outcome));

        var after = await queries.LoadAsync(merchant, None);
        Assert.Equal((false, null as string), (after.MustAsk, after.Coming));
        Assert.Equal([("2027-03-01", Language.French), ("2026-11-01", Language.English)], after.Accepted.Select(one => (one.Version, one.Language)));
        await using var db = await database.Contexts.CreateDbContextAsync();
        Assert.Equal(newer.Hash, (await db.TermsAcceptances.SingleAsync(row => row.Version == "2027-03-01")).TextHash);
    }
}
