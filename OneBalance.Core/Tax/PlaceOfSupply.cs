namespace OneBalance.Core.Tax;

/// <summary>
/// Whose tax applies to postage. Parcel services are supplied where they are delivered:
/// <code>
/// delivered in Canada                       the destination's province
/// delivered outside, charge 5.00 or more    zero-rated
/// delivered outside, charge below 5.00      the origin's province
/// </code>
/// </summary>
public abstract record PlaceOfSupply
{
    /// <summary>From this charge before tax on, the amount included, postage leaving Canada is zero-rated.</summary>
    public static readonly Money ZeroRatedFrom = new(5_00);

    private PlaceOfSupply()
    {
    }

    /// <param name="Province">Two letters: whose rates apply.</param>
    /// <param name="Origin">Two letters: Quebec's own tax applies only to what stays within Quebec.</param>
    public sealed record InCanada(string Province, string Origin) : PlaceOfSupply;

    public sealed record ZeroRated : PlaceOfSupply;

    /// <param name="origin">Province where the parcel is handed over.</param>
    /// <param name="destinationCountry">ISO alpha-2.</param>
    /// <param name="destinationProvince">Two letters inside Canada; ignored outside.</param>
    /// <param name="charge">Before tax.</param>
    public static PlaceOfSupply Of(string origin, string destinationCountry, string destinationProvince, Money charge) => destinationCountry switch
    {
        "CA" => new InCanada(destinationProvince, origin),
        _ when charge >= ZeroRatedFrom => new ZeroRated(),
        _ => new InCanada(origin, origin),
    };
}
