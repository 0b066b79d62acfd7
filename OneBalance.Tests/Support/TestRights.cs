using OneBalance.Core.Team;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Support;

/// <summary>Rights of the person at a page, for tests of pages that are not about rights.</summary>
internal static class TestRights
{
    public static readonly ReadRights Every = (_, _, _) => Task.FromResult(Rights.Owner);
}
