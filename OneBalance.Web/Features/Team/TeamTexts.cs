namespace OneBalance.Web.Features.Team;

/// <summary>Marks the texts beside it.</summary>
public sealed class TeamTexts;
