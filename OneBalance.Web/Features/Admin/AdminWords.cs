using Microsoft.Extensions.Localization;

namespace OneBalance.Web.Features.Admin;

internal static class AdminWords
{
    /// <summary>In days, hours or minutes, whichever is the largest that is whole.</summary>
    public static string Age(IStringLocalizer<AdminTexts> texts, TimeSpan age) =>
        age.TotalDays >= 1 ? texts["Age.Days", (int)age.TotalDays]
        : age.TotalHours >= 1 ? texts["Age.Hours", (int)age.TotalHours]
        : texts["Age.Minutes", Math.Max(0, (int)age.TotalMinutes)];
}
