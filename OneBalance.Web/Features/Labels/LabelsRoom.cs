namespace OneBalance.Web.Features.Labels;

internal static class LabelsRoom
{
    public static void AddLabels(this WebApplicationBuilder builder)
    {
    }

    public static void MapLabels(this WebApplication app)
    {
    }
}
