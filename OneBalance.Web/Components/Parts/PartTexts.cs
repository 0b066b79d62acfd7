namespace OneBalance.Web.Components.Parts;

/// <summary>Marks the texts beside it.</summary>
public sealed class PartTexts;
