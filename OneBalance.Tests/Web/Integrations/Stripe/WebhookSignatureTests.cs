using OneBalance.Web.Integrations.Stripe;
using Stripe;

namespace OneBalance.Tests.Web.Integrations.Stripe;

public sealed class WebhookSignatureTests
{
    private const string Body = """{"id":"evt_1"}""";
    private const string Secret = "whsec_example";
    private const long Signed = 1795446000;

    /// <summary>The library's own signature of the body.</summary>
    private static readonly string Good = EventUtility.ComputeSignature(Secret, "1795446000", Body);

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void It_is_good_for_300_seconds(long age, bool good) => Assert.Equal(good, Check($"t=1795446000,v1={Good}", age));

    [Fact]
    public void One_of_several_is_enough() => Assert.True(Check($"t=1795446000,v1={new string('0', 64)},v1={Good},v0=abc"));

    [Fact]
    public void It_covers_the_body_the_time_and_the_secret()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(Signed);
        Assert.False(WebhookSignature.IsGood(Body + " ", $"t=1795446000,v1={Good}", Secret, now));
        Assert.False(WebhookSignature.IsGood(Body, $"t=1795446001,v1={Good}", Secret, now));
        Assert.False(WebhookSignature.IsGood(Body, $"t=1795446000,v1={Good}", "whsec_other", now));
    }

    [Fact]
    public void Without_a_secret_nothing_is_good() => Assert.False(WebhookSignature.IsGood(
        Body, $"t=1795446000,v1={EventUtility.ComputeSignature("", "1795446000", Body)}", "", DateTimeOffset.FromUnixTimeSeconds(Signed)));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("garbage")]
    [InlineData("t=,v1=")]
    [InlineData("t=abc,v1=abc")]
    [InlineData("t=1795446000")]
    [InlineData("t=1795446000,v1=")]
    [InlineData("t=99999999999999999999,v1=abc")]
    [InlineData("t=9223372036854775807,v1=abc")]
    [InlineData("t=-1,v1=abc")]
    public void Nonsense_is_not_good_and_does_not_throw(string header) => Assert.False(Check(header));

    private static bool Check(string header, long age = 0) =>
        WebhookSignature.IsGood(Body, header, Secret, DateTimeOffset.FromUnixTimeSeconds(Signed + age));
}
