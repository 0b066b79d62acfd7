namespace OneBalance.Web.Features.Notices;

/// <summary>Marks the texts beside it.</summary>
public sealed class NoticeTexts;
