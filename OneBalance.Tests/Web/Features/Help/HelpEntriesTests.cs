using System.Reflection;
using System.Text.RegularExpressions;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Statements;
using OneBalance.Core.Team;
using OneBalance.Tests.Architecture;
using OneBalance.Tests.Support;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Help;

namespace OneBalance.Tests.Web.Features.Help;

public sealed partial class HelpEntriesTests
{
    private static readonly string[] Topics =
        [.. typeof(HelpTopics).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    public static TheoryData<Language> Both => [Language.English, Language.French];

    [Theory, MemberData(nameof(Both))]
    public void Each_language_has_an_entry_for_each_topic_and_no_other(Language language) =>
        Assert.Equal(Topics, HelpEntries.In(language).Select(entry => entry.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Both_languages_have_them_in_one_order() =>
        Assert.Equal(
            HelpEntries.In(Language.English).Select(entry => (entry.Group, entry.Order, entry.Id)),
            HelpEntries.In(Language.French).Select(entry => (entry.Group, entry.Order, entry.Id)));

    [Theory, MemberData(nameof(Both))]
    public void Links_lead_to_entries_and_tags_are_not_written(Language language)
    {
        foreach (var entry in HelpEntries.In(language))
        {
            Assert.DoesNotContain("&lt;", entry.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"\"", entry.Html, StringComparison.Ordinal);
            Assert.All(Href().Matches(entry.Html).Select(link => link.Groups[1].Value), link =>
            {
                Assert.StartsWith("/help/", link, StringComparison.Ordinal);
                Assert.NotNull(HelpEntries.Find(link["/help/".Length..], language));
            });
        }
    }

    [Theory, MemberData(nameof(Both))]
    public void Titles_differ(Language language) =>
        Assert.Equal(Topics.Length, HelpEntries.In(language).Select(entry => entry.Title).Distinct().Count());

    [Fact]
    public void French_signs_stand_after_a_no_break_space() =>
        Assert.All(HelpEntries.In(Language.French), entry => Assert.DoesNotMatch(" [:?!%»]|« ", $"{entry.Title}\n{entry.Keywords}\n{entry.Text}"));

    [Fact]
    public void Every_link_to_the_help_names_an_entry() => Findings.AssertNone(Repository.Files
        .Where(file => file.StartsWith("OneBalance.Web/", StringComparison.Ordinal) && file.EndsWith(".razor", StringComparison.Ordinal))
        .SelectMany(file => UnknownLinks(Repository.Read(file)).Select(link => $"{file}: {link}")));

    [Fact]
    public void A_link_to_no_entry_is_found() =>
        Assert.Equal(
            ["gone", "HelpTopics.Gone"],
            UnknownLinks(
                """
                <HelpLink Entry="funding" /><HelpLink Entry="gone" />
                <HelpLink class="x" Entry="@HelpTopics.Funding" /><HelpLink Entry="@(bad ? HelpTopics.Gone : HelpTopics.Funding)" /><HelpLink Entry="@entry" />
                """));

    /// <summary>What the help says of amounts and times is what the rules say.</summary>
    [Fact]
    public void Figures_are_those_of_the_rules()
    {
        Says(HelpTopics.VoidsAndRefunds, $"{RefundPolicy.Wait.TotalMinutes:0} minutes", $"{RefundPolicy.Window.TotalDays:0} days", $"{RefundPolicy.Wait.TotalMinutes:0} minutes", $"{RefundPolicy.Window.TotalDays:0} jours");
        Says(HelpTopics.Funding, Dollars(TopUpPolicy.Default.Minimum), Dollars(TopUpPolicy.Default.Maximum), Piastres(TopUpPolicy.Default.Minimum), Piastres(TopUpPolicy.Default.Maximum));
        Says(
            HelpTopics.AutoFunding,
            $"{Dollars(AutoFundingPolicy.LeastThreshold)} to {Dollars(AutoFundingPolicy.GreatestThreshold)}",
            $"1 to {AutoFundingPolicy.GreatestMostPerDay} times",
            $"{Piastres(AutoFundingPolicy.LeastThreshold)} à {Piastres(AutoFundingPolicy.GreatestThreshold)}",
            $"1 à {AutoFundingPolicy.GreatestMostPerDay} fois");
        Assert.Equal((3, TimeSpan.FromHours(1)), (AutoFundingPolicy.FailuresBeforeOff, AutoFundingPolicy.CoolDown));
        Says(HelpTopics.Batches, $"{BatchFile.MostLines} lines and {BatchFile.MostBytes / 1_000_000}\u00a0MB", "one parcel a line", $"{BatchFile.MostLines} lignes et {BatchFile.MostBytes / 1_000_000}\u00a0Mo", "un colis par ligne");
        Says(HelpTopics.Printing, $"at most {PrintOrder.Most}", "4 × 6 in", $"au plus {PrintOrder.Most}", "4 × 6 po");
        Says(HelpTopics.StatementsAndTaxes, $"{StatementPeriod.MostDays} days", "$5.00", $"{StatementPeriod.MostDays} jours", "5,00\u00a0$");
        Says(
            HelpTopics.Insurance,
            Dollars(ServiceRules.MostCoverage(Region.Domestic)),
            Dollars(ServiceRules.MostCoverage(Region.International)),
            Piastres(ServiceRules.MostCoverage(Region.Domestic)),
            Piastres(ServiceRules.MostCoverage(Region.International)));
        Says(
            HelpTopics.Services,
            $"{ParcelRules.MaximumWeightGrams / 1000}\u00a0kg",
            $"{ParcelRules.MaximumGirthMm(Region.UnitedStates) / 1000m:0.00}\u00a0m",
            $"{ParcelRules.MaximumWeightGrams / 1000}\u00a0kg",
            "2,74\u00a0m");
        Says(HelpTopics.NoRates, "30 minutes", "30 minutes", "30 minutes", "30 minutes");
        Assert.True(LabelRules.QuoteStands(default, default(DateTimeOffset).AddMinutes(30)) && !LabelRules.QuoteStands(default, default(DateTimeOffset).AddMinutes(30).AddTicks(1)));
        Says(HelpTopics.SigningIn, $"{LockoutRule.Default.Duration.TotalMinutes:0} minutes", "five wrong passwords", $"{LockoutRule.Default.Duration.TotalMinutes:0} minutes", "cinq mauvais mots de passe");
        Assert.Equal(5, LockoutRule.Default.Attempts);
        Says(HelpTopics.Team, $"{InvitationRules.ValidFor.TotalDays:0} days", $"at most {InvitationRules.MostPeople} people", $"{InvitationRules.ValidFor.TotalDays:0} jours", $"au plus {InvitationRules.MostPeople} personnes");
        Says(HelpTopics.Cancellation, "6 to 8 weeks", "Request cancellation", "6 à 8 semaines", "Demander l’annulation");
    }

    [Fact]
    public void Tags_are_shown_as_they_are_written_and_other_links_lead_nowhere()
    {
        string html = HelpEntry.ToHtml("Say <script>alert(1)</script> [a](javascript:alert) [b](//elsewhere.example) [c](/help/funding) [d](https://example.com) ![e](https://example.com/e.png)");

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript", html, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", html, StringComparison.Ordinal);
        Assert.DoesNotContain("e.png", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/help/funding\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("title: A\n")]
    [InlineData("---\ntitle: A\ngroup: start\norder: 1\n---\n\nText")]
    [InlineData("---\ntitle\ngroup: start\norder: 1\nkeywords: a\n---\n\nText")]
    public void A_file_without_its_front_is_refused(string file) => Assert.Throws<FormatException>(() => HelpEntry.Parse("funding", file));

    private static void Says(string topic, string english, string alsoEnglish, string french, string alsoFrench)
    {
        Assert.Contains(english, HelpEntries.Find(topic, Language.English)!.Text, StringComparison.Ordinal);
        Assert.Contains(alsoEnglish, HelpEntries.Find(topic, Language.English)!.Text, StringComparison.Ordinal);
        Assert.Contains(french, HelpEntries.Find(topic, Language.French)!.Text, StringComparison.Ordinal);
        Assert.Contains(alsoFrench, HelpEntries.Find(topic, Language.French)!.Text, StringComparison.Ordinal);
    }

    private static string Dollars(Money amount) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"${amount.Dollars:N2}");

    private static string Piastres(Money amount) =>
        $"{amount.Dollars.ToString("N2", System.Globalization.CultureInfo.InvariantCulture).Replace(',', '\u00a0').Replace('.', ',')}\u00a0$";

    private static IEnumerable<string> UnknownLinks(string razor)
    {
        foreach (Match link in HelpLink().Matches(razor))
        {
            string entry = link.Groups[1].Value;
            if (!entry.StartsWith('@'))
            {
                if (!Topics.Contains(entry))
                {
                    yield return entry;
                }

                continue;
            }

            foreach (Match topic in Topic().Matches(entry))
            {
                if (typeof(HelpTopics).GetField(topic.Groups[1].Value) is null)
                {
                    yield return topic.Value;
                }
            }
        }
    }

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Href();

    [GeneratedRegex("<HelpLink\\b[^>]*?\\bEntry=\"([^\"]+)\"")]
    private static partial Regex HelpLink();

    [GeneratedRegex("\\bHelpTopics\\.(\\w+)")]
    private static partial Regex Topic();
}
