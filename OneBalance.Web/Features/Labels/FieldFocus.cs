using Microsoft.JSInterop;
using OneBalance.Web.Components;

namespace OneBalance.Web.Features.Labels;

/// <summary>Moves the focus to a field by its id: where the work goes on.</summary>
public sealed class FieldFocus(IJSRuntime js) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    public async Task OnAsync(string id)
    {
        _module ??= await js.InvokeAsync<IJSObjectReference>("import", "./js/focus.js");
        await _module.InvokeVoidAsync("focusOn", id);
    }

    public ValueTask DisposeAsync() => _module.LetGoAsync();
}
