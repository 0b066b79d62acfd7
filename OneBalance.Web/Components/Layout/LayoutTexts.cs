namespace OneBalance.Web.Components.Layout;

/// <summary>Marks the texts beside it.</summary>
public sealed class LayoutTexts;
