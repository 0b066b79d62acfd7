using OneBalance.Core.Shipping;

namespace OneBalance.Core.Privacy;

/// <summary>How long other people's data are kept, and what stays of them. Money, tax papers and the ledger are not touched.</summary>
public static class RetentionRules
{
    /// <summary>
    /// Days from a label's purchase in which a refund, a claim or a charge of the carrier may still need the recipient: nobody's
    /// period is shorter, and a bought label keeps its recipient that long even when the person asked to be forgotten.
    /// </summary>
    public const int LabelSettlesInDays = 180;

    /// <summary>Mails are tried for about two weeks: no body is blanked before.</summary>
    public const int MailSettlesInDays = 30;

    /// <summary>How many signs of a Canadian or US postal code stay: a region, not a street.</summary>
    private const int PostalRegion = 3;

    /// <summary>
    /// What taxes and reports need of an erased recipient.
    /// <code>
    /// country, province or state          as they were
    /// postal code, Canada and the US      its first three signs
    /// postal code elsewhere, all else     empty
    /// </code>
    /// </summary>
    public static Address Remains(Address recipient)
    {
        string code = recipient.PostalCode.Trim();
        return Address.Empty with
        {
            Country = recipient.Country,
            Province = recipient.Province,
            PostalCode = recipient.Region == Region.International ? "" : code[..Math.Min(code.Length, PostalRegion)],
        };
    }

    /// <summary>
    /// The same name and company at the same postal code, however it was typed. Without a name and a company nobody is
    /// anybody: two empty drafts are not the same person.
    /// </summary>
    public static bool IsSamePerson(Address one, Address other) =>
        Who(one).Length > 0
        && Who(one) == Who(other)
        && one.Country == other.Country
        && FoldedText.Of(one.PostalCode).Replace(" ", "", StringComparison.Ordinal) == FoldedText.Of(other.PostalCode).Replace(" ", "", StringComparison.Ordinal);

    private static string Who(Address address) => FoldedText.Of($"{address.Name} {address.Company}");
}
