using Microsoft.Extensions.Localization;
using OneBalance.Core.Batches;

namespace OneBalance.Web.Features.Batches;

/// <summary>What is wrong with a line, in the reader's language.</summary>
internal static class BatchWords
{
    /// <summary>With the field's name.</summary>
    public static string Phrase(IStringLocalizer<BatchTexts> texts, BatchFinding finding) =>
        texts["Finding", texts[$"Field.{finding.Field}"].Value, Problem(texts, finding)];

    /// <summary>For beside the field.</summary>
    public static string Problem(IStringLocalizer<BatchTexts> texts, BatchFinding finding) => texts[$"Problem.{finding.Problem}"];
}
