namespace OneBalance.Web.Components;

/// <summary>Whether the carrier and the card processor are emulated: then every page says so.</summary>
public sealed record Sandbox(bool On);
