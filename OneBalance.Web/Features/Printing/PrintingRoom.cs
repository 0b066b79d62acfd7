namespace OneBalance.Web.Features.Printing;

internal static class PrintingRoom
{
    public static void AddPrinting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PrintSettings>();
        builder.Services.AddSingleton<PrintLabels>();
    }

    public static void MapPrinting(this WebApplication app) => app.MapPrintFiles();
}
