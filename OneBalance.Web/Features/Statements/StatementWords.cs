using Microsoft.Extensions.Localization;
using OneBalance.Core.Statements;
using OneBalance.Core.Tax;
using OneBalance.Web.Components;

namespace OneBalance.Web.Features.Statements;

/// <summary>Phrases shared by the statement's page and its files, in the language spoken at the time.</summary>
public sealed class StatementWords(IStringLocalizer<StatementTexts> texts)
{
    public string Category(StatementCategory category) => texts[$"Category.{category}"];

    /// <summary>What a movement was, with what the reader knows it by.</summary>
    public string Line(StatementLine line)
    {
        string what = Category(line.Movement.Category);
        string? which = line.CardLastFour is { } card ? texts["Line.Card", card].Value
            : line.TrackingNumber is { } number ? line.ServiceName is { Length: > 0 } service ? $"{service}, {number}" : number
            : line.ServiceName;
        return which is { Length: > 0 } ? texts["Line.Of", what, which] : what;
    }

    /// <summary><c>HST (13%)</c>.</summary>
    public string Tax(TaxKind kind, decimal? percent, Formats formats)
    {
        string name = texts[$"Tax.{kind}"];
        return percent is { } rate ? $"{name} ({formats.Percent(rate)})" : name;
    }

    public string Period(StatementPeriod period, Formats formats) => texts["Period", formats.Date(period.From), formats.Date(period.To)];
}
