using System.Globalization;

namespace OneBalance.Web.Features;

/// <summary>
/// Where a page of a list begins that is ordered by time and id, newest first: after so many rows of one moment. It stays right
/// when rows share a moment, and when newer ones come in meanwhile.
/// </summary>
/// <param name="Moment">Rows of this moment and before.</param>
/// <param name="Skip">How many of them were shown already; all of this very moment.</param>
internal readonly record struct ListPlace(DateTimeOffset Moment, int Skip)
{
    /// <summary>As <see cref="ToString"/> writes it; null for anything else.</summary>
    public static ListPlace? Parse(string? text) =>
        text?.Split('-') is [var moment, var skip]
        && long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
        && ticks <= DateTime.MaxValue.Ticks
        && int.TryParse(skip, NumberStyles.None, CultureInfo.InvariantCulture, out int over)
            ? new ListPlace(new DateTimeOffset(ticks, TimeSpan.Zero), over)
            : null;

    /// <summary>Behind a page that began at <paramref name="from"/>.</summary>
    /// <param name="shown">The moments of its rows, at least one.</param>
    public static ListPlace After(ListPlace? from, IReadOnlyList<DateTimeOffset> shown)
    {
        var last = shown[^1];
        return new ListPlace(last, shown.Count(moment => moment == last) + (from?.Moment == last ? from.Value.Skip : 0));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Moment.UtcTicks}-{Skip}");
}
