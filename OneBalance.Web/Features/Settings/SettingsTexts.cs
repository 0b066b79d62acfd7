namespace OneBalance.Web.Features.Settings;

/// <summary>Marks the texts beside it.</summary>
public sealed class SettingsTexts;
