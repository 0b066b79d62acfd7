namespace OneBalance.Web.Integrations.Email;

internal static class EmailRoom
{
    public static void AddEmail(this WebApplicationBuilder builder)
    {
    }
}
