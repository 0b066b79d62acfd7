using Microsoft.JSInterop;

namespace OneBalance.Web.Components;

internal static class BrowserModules
{
    /// <summary>Lets go of a script that was imported, if one was; when the browser is gone, it went along.</summary>
    public static async ValueTask LetGoAsync(this IJSObjectReference? module)
    {
        try
        {
            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // With the circuit's end its scripts are gone.
        }
    }
}
