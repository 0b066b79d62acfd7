using Microsoft.AspNetCore.Identity;
using OneBalance.Core;

namespace OneBalance.Web.Data.Model;

/// <summary>A person who signs in: a merchant's owner, a member of its team, or a member of support.</summary>
public sealed class AppUser : IdentityUser
{
    /// <summary>The merchant whose money this person sees; null for support.</summary>
    public MerchantId? MerchantId { get; set; }

    /// <summary>The language last chosen: of this person's mails, and of pages in a browser that asks for neither.</summary>
    public Language Language { get; set; } = Language.English;
}

/// <summary>Role names, as stored.</summary>
public static class Roles
{
    public const string MerchantOwner = "MerchantOwner";
    public const string Support = "Support";

    /// <summary>May do what support may, and grants both roles.</summary>
    public const string Supervisor = "Supervisor";
}
