using OneBalance.Core;

namespace OneBalance.Tests.Core;

public sealed class LocalPathTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/labels/new?draft=1&x=%2F%2F", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("/a\\b", false)]
    [InlineData("https://evil.example/", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("labels", false)]
    [InlineData("/a\r\nSet-Cookie: x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_paths_of_ours(string? path, bool ours) => Assert.Equal(ours ? path : null, LocalPath.OrNull(path));

    [Fact]
    public void Not_longer_than_500_characters()
    {
        Assert.NotNull(LocalPath.OrNull("/" + new string('a', 499)));
        Assert.Null(LocalPath.OrNull("/" + new string('a', 500)));
    }
}
