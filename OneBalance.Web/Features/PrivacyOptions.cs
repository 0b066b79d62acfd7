using OneBalance.Core.Privacy;

namespace OneBalance.Web.Features;

/// <summary>Configuration section <c>Privacy</c>: how long other people's data are kept.</summary>
public sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>Days from a label's purchase, or from the last change of a draft or a batch, until recipients and documents are erased; at least 180.</summary>
    public int RecipientsForDays { get; set; } = 730;

    /// <summary>Days from a label's purchase in which its recipient is suggested for new labels; at least 1.</summary>
    public int SuggestionsForDays { get; set; } = 365;

    /// <summary>Days from a mail's writing until its text is blanked; at least 30.</summary>
    public int MailBodiesForDays { get; set; } = 90;

    public TimeSpan Recipients => TimeSpan.FromDays(RecipientsForDays);

    public TimeSpan Suggestions => TimeSpan.FromDays(SuggestionsForDays);

    public TimeSpan MailBodies => TimeSpan.FromDays(MailBodiesForDays);

    /// <summary>Null when all periods can be kept to; else what is wrong.</summary>
    public string? Problem =>
        RecipientsForDays is < RetentionRules.LabelSettlesInDays or > Most ? $"Privacy:RecipientsForDays must be from {RetentionRules.LabelSettlesInDays} to {Most}."
        : SuggestionsForDays is < 1 or > Most ? $"Privacy:SuggestionsForDays must be from 1 to {Most}."
        : MailBodiesForDays is < RetentionRules.MailSettlesInDays or > Most ? $"Privacy:MailBodiesForDays must be from {RetentionRules.MailSettlesInDays} to {Most}."
        : null;

    /// <summary>A hundred years: more would be a typing mistake.</summary>
    private const int Most = 36_500;
}
