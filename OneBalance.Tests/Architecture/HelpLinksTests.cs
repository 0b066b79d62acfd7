using System.Text.RegularExpressions;
using OneBalance.Tests.Support;

namespace OneBalance.Tests.Architecture;

/// <summary>Every error a merchant may see has a link to the help entry with its cause and fix.</summary>
public sealed partial class HelpLinksTests
{
    /// <summary>From an error's beginning to its link there are at most this many lines.</summary>
    private const int Near = 14;

    /// <summary>Pages of the support desk: the help is written for merchants, and its answer would be to ask support.</summary>
    private static readonly string[] Desk =
    [
        "Features/Admin/ActForm.razor",
        "Features/Admin/AdjustmentForm.razor",
        "Features/Admin/OpenItems.razor",
        "Features/Admin/RolesPage.razor",
        "Features/Cancellation/AdminCancellationPage.razor",
        "Features/Reconciliation/ReconciliationPage.razor",
        "Features/Refunds/ClaimDecisionDialog.razor",
        "Features/Refunds/RefundClaimsPage.razor",
        "Features/ServiceNotices/ServiceNoticeEditPage.razor",
    ];

    /// <summary>Of development alone: no merchant sees it.</summary>
    private static readonly string[] Development = ["Components/Account/Pages/DevClock.razor"];

    private static string Web => Path.Combine(Repository.Root, "OneBalance.Web");

    [Fact]
    public void Every_error_of_a_merchants_page_links_its_help_entry() =>
        Findings.AssertNone([.. Components().Where(page => !Desk.Contains(page.Name) && !Development.Contains(page.Name)).SelectMany(page => WithoutLink(page.Name, page.Text))]);

    [Fact]
    public void Exempt_pages_exist_and_show_errors() =>
        Assert.All(Desk.Concat(Development), name => Assert.Matches(Error(), Components().Single(page => page.Name == name).Text));

    [Theory]
    [InlineData("<div class=\"note note-error\"><p>@problem</p></div>")]
    [InlineData("<MudAlert Severity=\"Severity.Error\">@problem</MudAlert>")]
    public void An_error_without_a_link_is_found(string page)
    {
        Assert.NotEmpty(WithoutLink("Page.razor", page));
        Assert.Empty(WithoutLink("Page.razor", page + "<HelpLink Entry=\"@HelpTopics.Team\" />"));
    }

    /// <summary>What is said by code is shown elsewhere in the component: there the link must be in the component.</summary>
    private static IEnumerable<string> WithoutLink(string name, string text)
    {
        string[] lines = text.Split('\n');
        int code = Array.FindIndex(lines, line => line.StartsWith("@code", StringComparison.Ordinal));
        for (int at = 0; at < lines.Length; at++)
        {
            if (Error().IsMatch(lines[at])
                && !(code >= 0 && at > code ? lines : lines.Skip(at).Take(Near)).Any(line => line.Contains("<HelpLink", StringComparison.Ordinal)))
            {
                yield return $"{name}:{at + 1} shows an error without a HelpLink";
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> Components() =>
        Directory.EnumerateFiles(Web, "*.razor", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(Web, file).Replace('\\', '/'), File: file))
            .Where(page => !page.Name.StartsWith("obj/", StringComparison.Ordinal) && !page.Name.StartsWith("bin/", StringComparison.Ordinal))
            .Select(page => (page.Name, File.ReadAllText(page.File)));

    [GeneratedRegex("note-error|Severity\\.Error")]
    private static partial Regex Error();
}
