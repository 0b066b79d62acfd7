using OneBalance.Core.Support;

namespace OneBalance.Web.Features.Merchants;

/// <summary>Somebody asked for what only the desk may do. The session's policy stops most before; this stops whoever lost the role since.</summary>
/// <param name="role">The least role that was wanted.</param>
public sealed class NotOfSupportException(DeskRole role) : Exception($"The role {role} is missing.");
