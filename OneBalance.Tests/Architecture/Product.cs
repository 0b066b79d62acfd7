using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using OneBalance.Core;

namespace OneBalance.Tests.Architecture;

/// <summary>The product's assemblies and the offenders of this one, as loaded by ArchUnitNET.</summary>
internal static class Product
{
    /// <summary>Root namespaces: the same rule is asked of the product and, as proof that it can fail, of types made to break it.</summary>
    public const string Ours = "OneBalance.Web";

    public const string Offending = "OneBalance.Tests.Architecture.Offenders";

    public static readonly ArchUnitNET.Domain.Architecture Loaded = new ArchLoader()
        .LoadAssemblies(typeof(Program).Assembly, typeof(Money).Assembly, typeof(Product).Assembly)
        .Build();

    /// <summary>What types in a namespace use, other than what is in the same type: one line a use.</summary>
    /// <param name="from">Which types are looked at.</param>
    /// <param name="forbidden">Which types they may not use.</param>
    public static IReadOnlyList<string> Uses(Func<IType, bool> from, Func<IType, bool> forbidden) =>
    [
        .. Loaded.Types
            .Where(from)
            .SelectMany(type => type.Dependencies
                .Where(use => use.Target is not GenericParameter && forbidden(use.Target))
                .Select(use => $"{type.FullName} uses {use.Target.FullName}"))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether the type lies in the namespace or below it.</summary>
    public static bool IsIn(this IType type, string ns) => IsIn(NamespaceOf(type), ns);

    /// <summary>Empty for types outside any namespace.</summary>
    public static string NamespaceOf(IType type) => type.Namespace?.FullName ?? "";

    public static bool IsIn(string typeNamespace, string ns) =>
        typeNamespace == ns || typeNamespace.StartsWith(ns + ".", StringComparison.Ordinal);
}
