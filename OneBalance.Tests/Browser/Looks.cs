using Microsoft.AspNetCore.Components;

namespace OneBalance.Tests.Browser;

/// <summary>
/// Pages looked at one after the other: no accessibility violation, no sideways scrolling. All are looked at before the test
/// fails, so that one run tells everything; and it is remembered which of the product's pages were seen.
/// </summary>
/// <param name="bothThemes">Each page in the other theme too. The colours are the same in every language and width: one look
/// at each page in both is what there is to see, and the contrast of colours is what looking costs most.</param>
internal sealed class Looks(Visitor visitor, bool bothThemes)
{
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _seen = [];

    /// <summary>The routes of all pages of the product, e.g. <c>/labels/{Id:guid}</c>.</summary>
    public static IReadOnlyList<string> RoutesOfProduct { get; } =
    [
        .. typeof(Program).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>())
            .Select(route => route.Template)
            .Order(StringComparer.Ordinal),
    ];

    /// <param name="name">Names the screenshots.</param>
    public async Task AtAsync(string name)
    {
        _seen.Add(RouteOf(new Uri(visitor.Page.Url).AbsolutePath));
        string file = name.Replace('/', '-').Replace('?', '-');
        foreach (var check in new Func<Task>[]
        {
            () => bothThemes ? visitor.AssertAccessibleInBothThemesAsync(file) : visitor.AssertAccessibleAsync(file),
            () => visitor.AssertNoHorizontalScrollAsync(name),
        })
        {
            try
            {
                await check();
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                _problems.Add(failure.Message);
            }
        }
    }

    /// <summary>No problem anywhere, and each of these routes was seen.</summary>
    public void AssertGood(IEnumerable<string> routes)
    {
        Assert.True(_problems.Count == 0, string.Join("\n\n", _problems));
        Assert.Equal([], routes.Where(route => !_seen.Contains(route)));
    }

    /// <summary>The route with the fewest placeholders that a path fits; the path itself when none does.</summary>
    public static string RouteOf(string path)
    {
        string[] parts = Parts(path);
        return RoutesOfProduct
            .Where(route => Parts(route) is var wanted && wanted.Length == parts.Length
                && wanted.Zip(parts).All(pair => pair.First.StartsWith('{') || string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(route => route.Count(letter => letter == '{'))
            .FirstOrDefault(path);
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
