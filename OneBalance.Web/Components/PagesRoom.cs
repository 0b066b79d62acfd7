using MudBlazor.Services;
using OneBalance.Web.Components.Forms;

namespace OneBalance.Web.Components;

/// <summary>Composition of the pages: Blazor, MudBlazor, languages, headers, health.</summary>
public static class PagesRoom
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddLocalization();
        builder.Services.AddScoped<UserTime>();
        builder.Services.AddScoped<Formats>();
        builder.AddForms();
    }

    public static void UsePages(this WebApplication app)
    {
        app.UseAntiforgery();
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
