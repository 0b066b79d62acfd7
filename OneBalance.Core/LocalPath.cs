namespace OneBalance.Core;

/// <summary>A path within the product to go back to, e.g. <c>/labels/new?draft=1</c>: never another site.</summary>
public static class LocalPath
{
    public const int MaxLength = 500;

    /// <summary>
    /// The path when it is ours, else null. Ours begins with one slash; <c>//host</c>, <c>/\host</c>, control characters
    /// and anything above <see cref="MaxLength"/> are not.
    /// </summary>
    public static string? OrNull(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && path.Length <= MaxLength && !path.Any(char.IsControl) && !path.Contains('\\', StringComparison.Ordinal)
            ? path
            : null;
}
