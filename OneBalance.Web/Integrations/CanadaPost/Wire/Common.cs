namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <summary>A link as the carrier gives it: followed as it stands, never built or parsed.</summary>
/// <param name="Rel">What it leads to, e.g. self, price, label.</param>
/// <param name="MediaType">Sent as Accept when following.</param>
/// <param name="Index">Page of a document, from 0.</param>
public sealed record Link(string? Rel, string? Href, string? MediaType, int? Index = null);

/// <summary>A business error answer. Title and detail are sometimes missing.</summary>
public sealed record ErrorAnswer(string? Title, string? Detail, IReadOnlyList<ErrorItem>? Errors);

/// <summary>One violation; one official example writes <c>description</c> in place of <c>message</c>.</summary>
public sealed record ErrorItem(string? ErrorCode, string? Message, string? Description);

/// <summary>Sides in centimetres, one decimal, up to 999.9.</summary>
public sealed record Dimensions(decimal Length, decimal Width, decimal Height);

/// <param name="Weight">Kilograms, three decimals.</param>
public sealed record ParcelCharacteristics(decimal Weight, Dimensions? Dimensions, bool? Unpackaged = null, bool? MailingTube = null, bool? Oversized = null);
