using Microsoft.EntityFrameworkCore;
using OneBalance.Core.Team;
using OneBalance.Web.Data;

namespace OneBalance.Web.Features.Merchants;

internal static class MerchantsRoom
{
    public static void AddMerchants(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<SignedIn>();
        builder.Services.AddScoped<NavState>();
        builder.Services.AddScoped<WhoToAsk>();
        builder.Services.AddSingleton<ReadRights>(services =>
        {
            var contexts = services.GetRequiredService<IDbContextFactory<AppDbContext>>();
            return async (merchant, user, ct) =>
            {
                await using var db = await contexts.CreateDbContextAsync(ct);
                var row = await db.Memberships.Where(row => row.MerchantId == merchant && row.UserId == user)
                    .Select(row => new { row.IsOwner, row.Rights }).SingleOrDefaultAsync(ct);
                return row is null ? Rights.Nobody : row.IsOwner ? Rights.Owner : Rights.Member(row.Rights);
            };
        });
    }

    /// <summary>An endpoint asked for by somebody without the right or the role answers 403: browsers see the page that says so.</summary>
    public static void UseRights(this WebApplication app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception refusal) when (refusal is NotAllowedException or NotOfSupportException && !context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
    });
}
