using System.Globalization;
using OneBalance.Core;
using OneBalance.Core.Audit;

namespace OneBalance.Web.Features.Audit;

/// <summary>A filter as it stands in the address of the page and of the file. What cannot be read is left out.</summary>
internal static class AuditAddress
{
    public static AuditFilter Read(string? from, string? to, string? action, long? merchant, string? who, string? words, Guid? older) => new()
    {
        From = Day(from),
        To = Day(to),
        Action = Enum.TryParse<AuditAction>(action, out var known) && Enum.IsDefined(known) ? known : null,
        Merchant = merchant is { } id ? new MerchantId(id) : null,
        Who = who,
        Words = words,
        Older = older,
    };

    private static DateOnly? Day(string? text) => DateOnly.TryParse(text, CultureInfo.InvariantCulture, out var day) ? day : null;
}
