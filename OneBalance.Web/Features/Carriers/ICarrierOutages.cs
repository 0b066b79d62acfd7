using OneBalance.Core;

namespace OneBalance.Web.Features.Carriers;

/// <summary>What the carrier itself announces of its systems. It has no such source for delays of the mail.</summary>
public interface ICarrierOutages
{
    /// <summary>Planned outages; none when nothing is planned. Harmless to repeat.</summary>
    Task<CarrierReply<IReadOnlyList<CarrierOutage>>> ReadAsync(Language language, CancellationToken ct);
}

/// <summary>An outage of the carrier's systems that it has announced.</summary>
/// <param name="Text">The carrier's words, in the language asked for.</param>
/// <param name="From">Null when the carrier gave no time that could be read.</param>
/// <param name="To">As <paramref name="From"/>.</param>
public sealed record CarrierOutage(string Text, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>
    /// The same outage in the list of the other language: the one of the same times, as the carrier's lists need not be in the same
    /// order. Null when there is none, or when several of the same times leave it open which it is.
    /// </summary>
    public CarrierOutage? In(IReadOnlyList<CarrierOutage> otherLanguage) =>
        otherLanguage.Where(other => other.From == From && other.To == To).ToList() is [var only] ? only : null;
}
