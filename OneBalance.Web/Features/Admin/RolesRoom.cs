using Microsoft.AspNetCore.Identity;
using OneBalance.Web.Components.Account;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Audit;

namespace OneBalance.Web.Features.Admin;

/// <summary>What granting a role needs, also where no web application runs.</summary>
public static class RolesRoom
{
    public static void AddRoles(this WebApplicationBuilder builder)
    {
        builder.Services.AddIdentityCore<AppUser>(AccountRoom.Configure).AddRoles<IdentityRole>().AddEntityFrameworkStores<AppDbContext>();
        builder.Services.AddSingleton<AuditTrail>();
        builder.Services.AddScoped<GrantRole>();
    }
}
