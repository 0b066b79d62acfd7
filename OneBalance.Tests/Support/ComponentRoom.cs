using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using OneBalance.Web.Components;

namespace OneBalance.Tests.Support;

/// <summary>
/// Where components are rendered: with texts, formats and MudBlazor, in a language, without a browser. What a component asks of the
/// product a test adds itself. The thread's language is as before once the room is left.
/// </summary>
public class ComponentRoom : BunitContext
{
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo _uiCulture = CultureInfo.CurrentUICulture;

    /// <param name="culture"><c>en-CA</c> or <c>fr-CA</c>. The language of a room made within an async helper ends with that helper.</param>
    public ComponentRoom(string culture = "en-CA")
    {
        Speak(culture);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddLogging();
        Services.AddLocalization();
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddScoped<UserTime>();
        Services.AddScoped<Formats>();
    }

    /// <summary>From here on.</summary>
    public static void Speak(string culture) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);

    protected override void Dispose(bool disposing)
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (_culture, _uiCulture);
        base.Dispose(disposing);
    }
}
