using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OneBalance.Core.Billing;

namespace OneBalance.Core.Refunds;

/// <summary>What became of a line of the carrier's credit file. Persisted: values are frozen.</summary>
public enum CreditLineResult
{
    /// <summary>It granted a claim.</summary>
    Granted = 1,

    /// <summary>This line, of this or another file, granted a claim before.</summary>
    AlreadyImported = 2,

    /// <summary>No label has this tracking number.</summary>
    NoLabel = 3,

    /// <summary>The label has no claim at the carrier.</summary>
    NoClaim = 4,

    /// <summary>The claim was credited before.</summary>
    AlreadyCredited = 5,

    /// <summary>Several claims have this tracking number.</summary>
    Ambiguous = 6,

    /// <summary>More than was paid for the label.</summary>
    TooMuch = 7,

    NoTrackingNumber = 8,

    /// <summary>No amount above zero.</summary>
    NoAmount = 9,

    /// <summary>Something went wrong on our side and nothing was granted: importing the file again tries it again.</summary>
    Failed = 10,
}

/// <summary>A line as it can be matched.</summary>
/// <param name="Key">The same for the same line in every file, 64 hex digits: one reference may stand on many lines, so number and amount count too.</param>
public sealed record CreditFileLine(string TrackingNumber, Money Amount, string Key);

/// <summary>
/// Reads the carrier's credit file: which column is which, and what a line says.
/// <code>
/// tracking number   Tracking number, Tracking, PIN, Item number       Numéro de repérage, Repérage, NIP
/// amount            Amount, Credit, Credit amount, Total              Montant, Crédit, Montant du crédit
/// reference         Reference, Credit reference, Transaction          Référence, Transaction      (may be missing)
/// date              Date, Credit date                                 Date du crédit              (may be missing)
/// </code>
/// Upper or lower case, accents and punctuation do not matter; other columns are left alone.
/// </summary>
public static class CreditFileText
{
    /// <summary>Null when the tracking number or the amount has no column.</summary>
    public static CreditColumns? Columns(IReadOnlyList<string> headers)
    {
        int tracking = Find("tracking number", "tracking", "pin", "item number", "numero de reperage", "reperage", "nip");
        int amount = Find("amount", "credit amount", "credit", "total", "montant", "montant du credit");
        return tracking < 0 || amount < 0
            ? null
            : new CreditColumns(tracking, amount, Find("reference", "credit reference", "transaction"), Find("date", "credit date", "date du credit"));

        int Find(params string[] names)
        {
            for (int i = 0; i < headers.Count; i++)
            {
                if (names.Contains(Plain(headers[i])))
                {
                    return i;
                }
            }

            return -1;
        }
    }

    /// <summary>The line, or what is wrong with it.</summary>
    public static (CreditFileLine? Line, CreditLineResult? Problem) Read(CreditColumns columns, IReadOnlyList<string> cells)
    {
        string tracking = string.Concat(Cell(columns.Tracking).Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        if (tracking.Length == 0)
        {
            return (null, CreditLineResult.NoTrackingNumber);
        }

        string typed = Cell(columns.Amount).Replace("CAD", "", StringComparison.OrdinalIgnoreCase).Trim();
        if ((AmountText.Read(typed, Language.English) ?? AmountText.Read(typed, Language.French)) is not { IsPositive: true } amount)
        {
            return (null, CreditLineResult.NoAmount);
        }

        string reference = Cell(columns.Reference);
        return (new CreditFileLine(tracking, amount, reference.Length > 0 ? Key("ref", reference) : Key("date", Cell(columns.Date))), null);

        // Numbers have no slash: what stands last cannot reach into them.
        string Key(string kind, string last) => Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tracking}/{amount.Cents}/{kind}/{last}"))));

        string Cell(int column) => column >= 0 && column < cells.Count ? cells[column].Trim() : "";
    }

    private static string Plain(string header) => string.Join(' ', FoldedText.Of(header).Split([' ', '_', '-', '.', ':', '#'], StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Places of the columns, from 0; -1 for one that is not there.</summary>
public sealed record CreditColumns(int Tracking, int Amount, int Reference, int Date);
