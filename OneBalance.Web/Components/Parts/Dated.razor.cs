using System.Text.RegularExpressions;

namespace OneBalance.Web.Components.Parts;

public sealed partial class Dated
{
    /// <summary>In a group: splitting keeps it.</summary>
    [GeneratedRegex(@"(\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b)")]
    private static partial Regex Day();
}
