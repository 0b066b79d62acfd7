using OneBalance.Web.Components.Account;

namespace OneBalance.Tests.Web.Components;

public sealed class AccountRedirectsTests
{
    [Theory]
    [InlineData("/labels/new?draft=1", "/labels/new?draft=1")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("labels", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("/\tlabels", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public void Only_a_path_of_ours_is_gone_back_to(string? asked, string gone) => Assert.Equal(gone, AccountRedirects.Local(asked));
}
