namespace OneBalance.Web.Features.Tracking;

/// <summary>Marks the texts beside it.</summary>
public sealed class TrackingTexts;
