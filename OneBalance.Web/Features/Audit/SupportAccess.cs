using OneBalance.Core.Support;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Audit;

/// <summary>What a person may do at support's desk, as stored now.</summary>
public delegate Task<DeskRole> ReadDeskRole(string userId, CancellationToken ct);

/// <summary>
/// Somebody at support's desk. Pages and endpoints of the desk hand it on; a use case gets to know who acts only by demanding the
/// role, so that none can forget to ask. The role is read anew each time: withdrawn, it is gone with the next press, whatever the
/// session says.
/// </summary>
public sealed class SupportAccess
{
    private readonly Actor _actor;
    private readonly Func<CancellationToken, Task<DeskRole>>? _read;

    private SupportAccess(Actor actor, Func<CancellationToken, Task<DeskRole>>? read)
    {
        _actor = actor;
        _read = read;
    }

    /// <summary>A person, as they are signed in.</summary>
    /// <param name="read">Reads what they may do now.</param>
    public static SupportAccess OfPerson(Actor actor, Func<CancellationToken, Task<DeskRole>> read) => new(actor, read);

    /// <summary>Whoever holds the machine and types a verb there: may do everything.</summary>
    public static SupportAccess OfMachine(Actor actor) => new(actor, read: null);

    /// <summary>For tests, which play support: nothing in the product itself may use it, and an architecture test sees to that.</summary>
    public static implicit operator SupportAccess(Actor actor) => OfMachine(actor);

    /// <returns>Who acts, for support and supervisors.</returns>
    /// <exception cref="NotOfSupportException">The person has not, or no longer, the role.</exception>
    public ValueTask<Actor> DemandAsync(CancellationToken ct) => DemandAsync(DeskRole.Support, ct);

    /// <returns>Who acts, for supervisors alone.</returns>
    /// <exception cref="NotOfSupportException">The person has not, or no longer, the role.</exception>
    public ValueTask<Actor> DemandSupervisorAsync(CancellationToken ct) => DemandAsync(DeskRole.Supervisor, ct);

    private async ValueTask<Actor> DemandAsync(DeskRole least, CancellationToken ct) =>
        _read is null || await _read(ct) >= least ? _actor : throw new NotOfSupportException(least);
}
