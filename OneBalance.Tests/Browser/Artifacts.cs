using OneBalance.Tests.Support;

namespace OneBalance.Tests.Browser;

/// <summary>Screenshots and logs of the browser tests, for people to look at: <c>artifacts/browser</c> at the top of the repository, git-ignored.</summary>
internal static class Artifacts
{
    private static readonly Lazy<string> Folder = new(() => Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "browser")).FullName);

    public static string File(string name) => Path.Combine(Folder.Value, name);
}
