namespace OneBalance.Web.Integrations.CanadaPost;

internal static class CanadaPostRoom
{
    public static void AddCanadaPost(this WebApplicationBuilder builder)
    {
    }
}
