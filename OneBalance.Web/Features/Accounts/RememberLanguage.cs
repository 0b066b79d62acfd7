using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Accounts;

/// <summary>Keeps a person's language on their row: for their mails, and for the next browser.</summary>
public sealed class RememberLanguage(IDbContextFactory<AppDbContext> contexts)
{
    public async Task RunAsync(string userId, Language language, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(set => set.SetProperty(user => user.Language, language), ct);
    }
}
