using OneBalance.Core.Support;
using OneBalance.Core.Team;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Support;

/// <summary>Rights of the person at a page, for tests that are not about rights.</summary>
internal static class TestRights
{
    public static readonly ReadRights Every = (_, _, _) => Task.FromResult(Rights.Owner);

    public static readonly ReadDeskRole EveryRole = (_, _) => Task.FromResult(DeskRole.Supervisor);

    /// <summary>Somebody at the desk.</summary>
    public static readonly Actor Desk = new("support-1", "support@example.com", "192.0.2.7");
}
