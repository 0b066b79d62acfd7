using System.Globalization;
using OneBalance.Core;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Integrations.CanadaPost;

/// <summary>The carrier's planned outages, by its call <c>getServiceInfo</c>.</summary>
internal sealed class CanadaPostOutages(CanadaPostApi api) : ICarrierOutages
{
    public async Task<CarrierReply<IReadOnlyList<CarrierOutage>>> ReadAsync(Language language, CancellationToken ct) =>
        (await api.GetServiceInfoAsync(language, ct)).Then(IReadOnlyList<CarrierOutage>? (messages) =>
        [
            .. messages.Where(message => !string.IsNullOrWhiteSpace(message.MessageText))
                .Select(message => new CarrierOutage(message.MessageText!.Trim(), Moment(message.FromDatetime), Moment(message.ToDatetime))),
        ]);

    /// <summary>With its offset from UTC, as the carrier writes it; anything else is not guessed.</summary>
    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment.ToUniversalTime() : null;
}
