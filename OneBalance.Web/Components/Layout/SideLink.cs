using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace OneBalance.Web.Components.Layout;

/// <summary>A link of the navigation that is not active on a page below it which has a link of its own.</summary>
public sealed class SideLink : NavLink
{
    [Inject]
    private NavigationManager Here { get; set; } = default!;

    /// <summary>Path of the page that has its own link, e.g. <c>labels/new</c>.</summary>
    [Parameter]
    public string? Except { get; set; }

    protected override bool ShouldMatch(string uriAbsolute) =>
        base.ShouldMatch(uriAbsolute)
        && (Except is null || !Here.ToBaseRelativePath(uriAbsolute).StartsWith(Except, StringComparison.OrdinalIgnoreCase));
}
