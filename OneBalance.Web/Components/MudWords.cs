using Microsoft.Extensions.Localization;
using MudBlazor;

namespace OneBalance.Web.Components;

/// <summary>MudBlazor's own words (grid pager, date picker, ...) in French; its English is built in.</summary>
public sealed class MudWords(IStringLocalizer<MudTexts> texts) : MudLocalizer
{
    public override LocalizedString this[string key] => texts[key];

    public override LocalizedString this[string key, params object[] arguments] => texts[key, arguments];
}

/// <summary>Marks the texts beside it.</summary>
public sealed class MudTexts;
