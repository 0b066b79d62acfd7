namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>Marks the texts beside it.</summary>
public sealed class ServiceNoticeTexts;
