using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features;

/// <summary>How support finds an account by something a feature knows: a reference, a number.</summary>
/// <param name="Find">The accounts that what was typed (trimmed, as typed) leads to; null when it cannot be of this kind.</param>
public sealed record AccountSearch(Func<AppDbContext, string, IQueryable<MerchantId>?> Find);

public static class AccountSearches
{
    public static void AddAccountSearch(this WebApplicationBuilder builder, Func<AppDbContext, string, IQueryable<MerchantId>?> find) =>
        builder.Services.AddSingleton(new AccountSearch(find));
}
