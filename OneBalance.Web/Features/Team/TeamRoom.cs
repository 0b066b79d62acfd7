namespace OneBalance.Web.Features.Team;

internal static class TeamRoom
{
    public static void AddTeam(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<TeamMails>();
        builder.Services.AddScoped<TeamQueries>();
        builder.Services.AddScoped<InviteMember>();
        builder.Services.AddScoped<WithdrawInvitation>();
        builder.Services.AddScoped<ChangeRights>();
        builder.Services.AddScoped<RemoveMember>();
        builder.Services.AddScoped<AcceptInvitation>();
    }
}
