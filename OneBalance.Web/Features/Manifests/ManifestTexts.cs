namespace OneBalance.Web.Features.Manifests;

/// <summary>Marks the texts beside it.</summary>
public sealed class ManifestTexts;
