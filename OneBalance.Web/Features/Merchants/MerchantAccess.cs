using OneBalance.Core;
using OneBalance.Core.Team;

namespace OneBalance.Web.Features.Merchants;

/// <summary>
/// A merchant as somebody may act for it. Pages and endpoints hold this and no merchant id; a use case takes it and gets the id
/// only by naming the right it needs, so that none can forget to ask. Rights are read anew each time: taken away, they are gone
/// with the next press. <see cref="Rights"/> is for showing and hiding.
/// </summary>
public sealed class MerchantAccess
{
    private readonly MerchantId _merchant;
    private readonly Func<CancellationToken, Task<Rights>>? _read;

    private MerchantAccess(MerchantId merchant, Rights rights, Func<CancellationToken, Task<Rights>>? read)
    {
        _merchant = merchant;
        Rights = rights;
        _read = read;
    }

    /// <summary>As they were when this was made: for showing and hiding, never for deciding.</summary>
    public Rights Rights { get; }

    /// <summary>The product acting by itself, e.g. a sweep or a webhook: it may do everything. Never for a person's press.</summary>
    public static MerchantAccess OfProduct(MerchantId merchant) => new(merchant, Rights.Owner, read: null);

    /// <summary>Support looking on: sees everything, changes nothing.</summary>
    public static MerchantAccess LookOnly(MerchantId merchant) => new(merchant, Rights.Looker, read: null);

    /// <summary>A person, as they are signed in.</summary>
    /// <param name="rights">As read just now.</param>
    /// <param name="read">Reads them again.</param>
    public static MerchantAccess OfPerson(MerchantId merchant, Rights rights, Func<CancellationToken, Task<Rights>> read) => new(merchant, rights, read);

    /// <summary>For tests, which play the product: nothing in the product itself may use it, and an architecture test sees to that.</summary>
    public static implicit operator MerchantAccess(MerchantId merchant) => OfProduct(merchant);

    /// <returns>The merchant's id, for somebody with the right.</returns>
    /// <exception cref="NotAllowedException">The person has not, or no longer, the right.</exception>
    public async ValueTask<MerchantId> DemandAsync(MerchantRight right, CancellationToken ct) =>
        (await NowAsync(ct)).Allow(right) ? _merchant : throw new NotAllowedException(right);

    /// <returns>The merchant's id, for anybody who is in: what every member may see, and support looking on.</returns>
    /// <exception cref="NotAllowedException">The person is no longer a member.</exception>
    public async ValueTask<MerchantId> LookAsync(CancellationToken ct) =>
        (await NowAsync(ct)).In ? _merchant : throw new NotAllowedException(MerchantRight.None);

    /// <returns>The merchant's id, for any member, whatever their rights: changing what is the person's own.</returns>
    /// <exception cref="NotAllowedException">Support looking on, or no longer a member.</exception>
    public async ValueTask<MerchantId> OwnAsync(CancellationToken ct) =>
        (await NowAsync(ct)).MayAct ? _merchant : throw new NotAllowedException(MerchantRight.None);

    /// <summary>The rights as they are now, for a use case that shows less to some.</summary>
    public async ValueTask<Rights> NowAsync(CancellationToken ct) => _read is null ? Rights : await _read(ct);

    /// <summary>The merchant's id where nothing of the merchant is told or changed: only a signal that something did.</summary>
    internal MerchantId ForSignal() => _merchant;

    /// <summary>The merchant's id, for logs.</summary>
    public override string ToString() => _merchant.ToString();
}

/// <summary>
/// A person asked for what they may not do. Pages hide or disable it before; this stops whoever got past, and the page says who
/// can do it.
/// </summary>
/// <param name="right">The right that is missing; <see cref="MerchantRight.None"/> when no right would help: looking on, or no longer a member.</param>
public sealed class NotAllowedException(MerchantRight right) : Exception($"The right {right} is missing.")
{
    public MerchantRight Right { get; } = right;
}
