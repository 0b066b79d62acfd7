using System.Globalization;
using System.Text;

namespace OneBalance.Core.Statements;

/// <summary>
/// A CSV file that a spreadsheet opens as meant: cells of text that it would take for a formula are neutralised with an
/// apostrophe in front, numbers are left to be numbers.
/// <code>
/// begins with = + - @, a tab or a line break, or has = + - @ behind nothing but blanks     '=cmd...
/// holds separator, quote or line break   quoted, quotes doubled
/// else                                   as it is
/// </code>
/// English: commas and decimal points. French: semicolons and decimal commas, as a spreadsheet set to French reads them.
/// </summary>
public sealed class CsvText(Language language)
{
    /// <summary>As typed on a Western keyboard, and their full-width twins, which spreadsheets set to an Asian language read alike.</summary>
    private const string FormulaStarts = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

    private readonly StringBuilder _text = new();
    private readonly char _separator = language == Language.French ? ';' : ',';
    private readonly string _decimal = language == Language.French ? "," : ".";
    private bool _lineBegun;

    public CsvText Text(string text) => Cell(Neutral(text));

    /// <summary>Dollars with two decimals, without a currency sign.</summary>
    public CsvText Amount(Money amount) => Cell(amount.Dollars.ToString("0.00", CultureInfo.InvariantCulture).Replace(".", _decimal, StringComparison.Ordinal));

    public CsvText Number(long number) => Cell(number.ToString(CultureInfo.InvariantCulture));

    public CsvText Date(DateOnly day) => Cell(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public CsvText Empty() => Cell("");

    public CsvText EndLine()
    {
        _text.Append("\r\n");
        _lineBegun = false;
        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>The text as a spreadsheet shows it and never runs it.</summary>
    public static string Neutral(string text) => IsRun(text) ? $"'{text}" : text;

    /// <summary>Some programs drop blanks in front before they look, and take a tab or a line break for the end of the cell.</summary>
    private static bool IsRun(string text)
    {
        var shown = text.AsSpan().TrimStart(" \t\r\n\u00A0\u202F\uFEFF");
        return (text.Length > 0 && text[0] is '\t' or '\r' or '\n') || (shown.Length > 0 && FormulaStarts.Contains(shown[0], StringComparison.Ordinal));
    }

    private CsvText Cell(string text)
    {
        if (_lineBegun)
        {
            _text.Append(_separator);
        }

        _lineBegun = true;
        bool quoted = text.AsSpan().IndexOfAny(['"', '\r', '\n', _separator]) >= 0;
        _text.Append(quoted ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text);
        return this;
    }
}
