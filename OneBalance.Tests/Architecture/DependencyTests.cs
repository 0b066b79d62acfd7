using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using Microsoft.AspNetCore.Components;
using static OneBalance.Tests.Architecture.Product;

namespace OneBalance.Tests.Architecture;

/// <summary>
/// What may depend on what: <c>Integrations -> Features -> Data -> Core</c>. Each rule is asked of the product, and of types
/// made to break it: a rule that cannot fail guards nothing.
/// </summary>
public sealed class DependencyTests
{
    [Fact]
    public void Components_never_touch_the_data_room() => Findings.AssertNone(ComponentsThatTouchData(Ours));

    [Fact]
    public void Components_that_touch_the_data_room_are_found() => AssertFinds(ComponentsThatTouchData(Offending), "Components.TouchesData");

    [Fact]
    public void Features_never_touch_integrations_or_emulators() => Findings.AssertNone(FeaturesThatTouchTheOutside(Ours));

    [Fact]
    public void Features_that_touch_integrations_or_emulators_are_found() =>
        AssertFinds(FeaturesThatTouchTheOutside(Offending), "Features.Left.CallsClient", "Features.Left.CallsEmulator");

    [Fact]
    public void Types_of_Stripe_live_only_in_its_integration() => Findings.AssertNone(StripeOutsideItsIntegration(Ours));

    [Fact]
    public void Types_of_Stripe_elsewhere_are_found() => AssertFinds(StripeOutsideItsIntegration(Offending), "Features.Right.UsesStripe");

    [Fact]
    public void Data_uses_no_room_above_it() => Findings.AssertNone(DataThatLooksUp(Ours));

    [Fact]
    public void Data_that_uses_a_room_above_it_is_found() => AssertFinds(DataThatLooksUp(Offending), "Data.CallsFeature");

    [Fact]
    public void Emulators_use_nothing_of_ours() => Findings.AssertNone(EmulatorsThatUseOurs(Ours));

    [Fact]
    public void Emulators_that_use_something_of_ours_are_found() => AssertFinds(EmulatorsThatUseOurs(Offending), "Emulators.Bank.UsesFeature");

    [Fact]
    public void Nothing_but_composition_knows_the_emulators() => Findings.AssertNone(ThatKnowEmulators(Ours));

    [Fact]
    public void Other_rooms_that_know_the_emulators_are_found() => AssertFinds(ThatKnowEmulators(Offending), "Features.Left.CallsEmulator");

    [Fact]
    public void There_are_no_cycles_between_feature_folders() => Findings.AssertNone(Cycles(Ours));

    [Fact]
    public void Cycles_between_feature_folders_are_found() => Assert.Equal(["Left -> Right -> Left"], Cycles(Offending));

    [Fact]
    public void Nothing_is_named_manager_helper_service_or_base() => Findings.AssertNone(IdleNames(Ours));

    [Fact]
    public void Idle_names_are_found() => AssertFinds(IdleNames(Offending), "Features.Left.ThingManager");

    /// <summary>The rules look at what exists: an empty room would make every rule above pass.</summary>
    [Theory]
    [InlineData("Components")]
    [InlineData("Features.Labels")]
    [InlineData("Features.Balance")]
    [InlineData("Features.SetUpCarriers")]
    [InlineData("Data")]
    [InlineData("Integrations.Stripe")]
    [InlineData("Integrations.CanadaPost")]
    [InlineData("Emulators.Stripe")]
    [InlineData("Emulators.CanadaPost")]
    public void Each_room_has_types(string room) => Assert.Contains(Loaded.Types, type => type.IsIn($"{Ours}.{room}"));

    private static IReadOnlyList<string> ComponentsThatTouchData(string root) => Uses(
        type => type.IsIn(root) && IsComponent(type),
        used => used.IsIn($"{root}.Data") && !IsIdentitysUser(used));

    private static IReadOnlyList<string> FeaturesThatTouchTheOutside(string root) => Uses(
        type => type.IsIn($"{root}.Features"),
        used => used.IsIn($"{root}.Integrations") || used.IsIn($"{root}.Emulators"));

    private static IReadOnlyList<string> StripeOutsideItsIntegration(string root) => Uses(
        type => type.IsIn(root) && !type.IsIn($"{root}.Integrations.Stripe"),
        used => used.IsIn("Stripe"));

    private static IReadOnlyList<string> DataThatLooksUp(string root) => Uses(
        type => type.IsIn($"{root}.Data"),
        used => used.IsIn($"{root}.Features") || used.IsIn($"{root}.Integrations") || used.IsIn($"{root}.Emulators") || used.IsIn($"{root}.Components"));

    /// <summary>An emulator sees its own wire types and the emulators' shared store and faults; only their composition sees more.</summary>
    private static IReadOnlyList<string> EmulatorsThatUseOurs(string root) =>
    [
        .. Loaded.Types
            .Where(type => type.IsIn($"{root}.Emulators") && !IsComposition(type, root))
            .SelectMany(type => type.Dependencies
                .Where(use => use.Target is not GenericParameter
                    && NamespaceOf(use.Target).StartsWith("OneBalance.", StringComparison.Ordinal)
                    && !use.Target.IsIn(Room(type, root))
                    && NamespaceOf(use.Target) != $"{root}.Emulators")
                .Select(use => $"{type.FullName} uses {use.Target.FullName}"))
            .Distinct(),
    ];

    private static IReadOnlyList<string> ThatKnowEmulators(string root) => Uses(
        type => type.IsIn(root) && !type.IsIn($"{root}.Emulators") && !IsComposition(type, root),
        used => used.IsIn($"{root}.Emulators"));

    /// <summary>A service is also what the carrier sells: that word stands alone or is said of a parcel.</summary>
    private static IReadOnlyList<string> IdleNames(string root) =>
    [
        .. Loaded.Types
            .Where(type => type.IsIn(root) && type.Name is not ("Service" or "NoService") && new[] { "Manager", "Helper", "Helpers", "Service", "Base", "Util", "Utils" }.Any(
                idle => type.Name.Split('`')[0].EndsWith(idle, StringComparison.Ordinal)))
            .Select(type => type.FullName),
    ];

    /// <summary>Each way back to a feature folder through others, once. Types that lie directly in Features compose or serve them all.</summary>
    private static IReadOnlyList<string> Cycles(string root)
    {
        string features = $"{root}.Features.";
        var uses = Loaded.Types
            .Where(type => FolderOf(type) is not null)
            .SelectMany(type => type.Dependencies.Select(use => (From: FolderOf(type)!, To: FolderOf(use.Target))))
            .Where(use => use.To is not null && use.To != use.From)
            .Select(use => (use.From, To: use.To!))
            .Distinct()
            .ToLookup(use => use.From, use => use.To);
        var cycles = new List<string>();
        foreach (string start in uses.Select(group => group.Key).Order(StringComparer.Ordinal))
        {
            Walk(start, [start]);
        }

        return cycles;

        // Each cycle is told once: from its alphabetically first folder.
        void Walk(string folder, IReadOnlyList<string> way)
        {
            foreach (string next in uses[folder].Order(StringComparer.Ordinal))
            {
                if (next == way[0])
                {
                    cycles.Add(string.Join(" -> ", [.. way, next]));
                }
                else if (!way.Contains(next) && string.CompareOrdinal(next, way[0]) > 0)
                {
                    Walk(next, [.. way, next]);
                }
            }
        }

        string? FolderOf(IType type) => NamespaceOf(type).StartsWith(features, StringComparison.Ordinal)
            ? NamespaceOf(type)[features.Length..].Split('.')[0]
            : null;
    }

    private static bool IsComponent(IType type) =>
        type is Class component && component.IsAssignableTo(typeof(ComponentBase).FullName);

    /// <summary>Identity's own pages (Components/Account) speak of the signed-in user's type: it is Identity's vocabulary.</summary>
    private static bool IsIdentitysUser(IType type) => type.FullName is "OneBalance.Web.Data.Model.AppUser";

    /// <summary>Program, Verbs and the emulators' own room wire things together: that is their one job.</summary>
    private static bool IsComposition(IType type, string root) =>
        type.FullName.StartsWith($"{root}.Emulators.EmulatorsRoom", StringComparison.Ordinal)
        || type.FullName is "Program" || type.FullName.StartsWith($"{root}.Verbs", StringComparison.Ordinal);

    private static string Room(IType type, string root)
    {
        string[] below = NamespaceOf(type)[$"{root}.Emulators".Length..].Split('.', StringSplitOptions.RemoveEmptyEntries);
        return below.Length == 0 ? $"{root}.Emulators" : $"{root}.Emulators.{below[0]}";
    }

    private static void AssertFinds(IReadOnlyList<string> violations, params string[] offenders)
    {
        foreach (string offender in offenders)
        {
            Assert.Contains(violations, violation => violation.StartsWith($"{Offending}.{offender}", StringComparison.Ordinal));
        }
    }
}
