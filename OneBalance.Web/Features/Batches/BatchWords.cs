using Microsoft.Extensions.Localization;
using OneBalance.Core.Batches;

namespace OneBalance.Web.Features.Batches;

/// <summary>What is wrong with a line, in the reader's language.</summary>
internal static class BatchWords
{
    /// <summary>With the field's name.</summary>
    public static string Phrase(IStringLocalizer<BatchTexts> texts, BatchFinding finding) =>
        texts["Finding", Name(texts, finding.Field), Problem(texts, finding)];

    /// <summary>Of goods with the number of the item.</summary>
    public static string Name(IStringLocalizer<BatchTexts> texts, LineField field) => texts[$"Field.{field.Field}", field.Item];

    /// <summary>For beside the field.</summary>
    public static string Problem(IStringLocalizer<BatchTexts> texts, BatchFinding finding) => texts[$"Problem.{finding.Problem}"];
}
