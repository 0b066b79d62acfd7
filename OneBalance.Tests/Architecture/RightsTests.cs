using Mono.Cecil;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Architecture;

/// <summary>
/// A person reaches a merchant's data and money only through <see cref="MerchantAccess"/>, and a use case gets the merchant's id
/// only by demanding a right. These rules keep the doors beside that shut.
/// </summary>
public sealed class RightsTests
{
    private const string Access = "OneBalance.Web.Features.Merchants.MerchantAccess";
    private const string Support = "OneBalance.Web.Features.Audit.SupportAccess";
    private const string MerchantId = "OneBalance.Core.MerchantId";

    private static readonly HashSet<string> Gates =
        [$"{Access}::DemandAsync", $"{Access}::LookAsync", $"{Access}::OwnAsync", $"{Support}::DemandAsync", $"{Support}::DemandSupervisorAsync"];

    /// <summary>Where the product acts by itself, or finishes what a person with the right began. A new line here needs a reason.</summary>
    private static readonly string[] ActsByItself =
    [
        "Admin.RunNow", "Balance.AddFunds", "Balance.AutoFund", "Balance.FundPurchase", "Balance.TopUpSweep", "Batches.BatchRun", "Manifests.ClosingSweep",
        "Notices.TellOfTopUps",
    ];

    /// <summary>What a feature registers for the desk, in the class that also maps its endpoints: only the desk's queries read it, and they demand the role.</summary>
    private static readonly string[] RegisteredForTheDesk = ["OneBalance.Web.Features.AccountSearches::AddAccountSearch", "OneBalance.Web.Features.OpenRow::.ctor"];

    [Fact]
    public void The_product_never_takes_a_bare_id_for_a_right() => Assert.Empty(Calls("OneBalance.Web", $"{Access}::op_Implicit"));

    [Fact]
    public void The_product_never_takes_a_bare_actor_for_support() => Assert.Empty(Calls("OneBalance.Web", $"{Support}::op_Implicit"));

    [Fact]
    public void Only_a_verb_acts_for_the_machine() =>
        Assert.Equal(["OneBalance.Web.Verbs"], Callers("OneBalance.Web", $"{Support}::OfMachine").Where(caller => caller != Support));

    [Fact]
    public void Only_the_sign_in_makes_access_of_a_person_of_support() =>
        Assert.Equal(["OneBalance.Web.Features.Audit.SignedInActor"], Callers("OneBalance.Web", $"{Support}::OfPerson"));

    [Fact]
    public void Only_known_places_act_for_the_product() =>
        Assert.Equal(
            ActsByItself.Select(place => $"OneBalance.Web.Features.{place}"),
            Callers("OneBalance.Web", $"{Access}::OfProduct").Where(caller => caller != Access));

    [Fact]
    public void Only_a_signal_is_given_without_a_right() =>
        Assert.Equal(["OneBalance.Web.Features.Balance.BalanceWatch"], Callers("OneBalance.Web", $"{Access}::ForSignal"));

    [Fact]
    public void Only_the_sign_in_makes_access_of_a_person() =>
        Assert.Equal(["OneBalance.Web.Features.Merchants.SignedIn"], Callers("OneBalance.Web", $"{Access}::OfPerson"));

    /// <summary>Pages and endpoints hand their access on: the use case asks, so that no other page can forget to.</summary>
    [Fact]
    public void Pages_and_endpoints_leave_asking_to_the_use_cases() => Assert.Empty(EdgesThatAsk("OneBalance.Web"));

    [Fact]
    public void Pages_that_ask_are_found() => AssertFinds(EdgesThatAsk(Product.Offending), "AsksItself");

    [Fact]
    public void Every_use_case_that_takes_access_demands_something() => Assert.Empty(ThatNeverAsk("OneBalance.Web"));

    [Fact]
    public void Use_cases_that_never_ask_are_found() => AssertFinds(ThatNeverAsk(Product.Offending), "NeverAsks");

    /// <summary>What pages and endpoints may call with a merchant's id is support's, behind support's policy.</summary>
    [Fact]
    public void No_merchants_page_or_endpoint_calls_with_an_id() => Assert.Empty(EdgesThatPassAnId("OneBalance.Web"));

    [Fact]
    public void Endpoints_that_pass_an_id_are_found() => AssertFinds(EdgesThatPassAnId(Product.Offending), "PassesAnId");

    private static void AssertFinds(IEnumerable<string> found, string offender) =>
        Assert.Contains(found, line => line.Contains(offender, StringComparison.Ordinal));

    private static System.Reflection.Assembly AssemblyOf(string root) => root == Product.Offending ? typeof(Product).Assembly : typeof(Program).Assembly;

    private static IReadOnlyList<string> Calls(string root, string member) => Il.Calls(Il.MethodsIn(AssemblyOf(root), root), called => NameOf(called) == member);

    private static IEnumerable<string> Callers(string root, string member) =>
        Calls(root, member).Select(line => line.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal);

    private static List<string> EdgesThatAsk(string root) =>
    [
        .. Edges(root).Where(method => Called(method).Any(called => Gates.Contains(NameOf(called))))
            .Select(method => $"{Il.WrittenIn(method)} asks for a right itself"),
    ];

    private static List<string> EdgesThatPassAnId(string root) =>
    [
        .. Edges(root)
            .Where(method => !IsSupports(Il.WrittenIn(method)))
            .SelectMany(method => Called(method)
                .Where(called => called.DeclaringType.FullName.StartsWith($"{root}.", StringComparison.Ordinal) && called.Parameters.Any(p => IsId(p.ParameterType)))
                .Where(called => !IsEdge(Outermost(called.DeclaringType.Resolve())) && !RegisteredForTheDesk.Contains(NameOf(called)))
                .Select(called => $"{Il.WrittenIn(method)} calls {NameOf(called)} with a merchant's id"))
            .Distinct(),
    ];

    private static List<string> ThatNeverAsk(string root) =>
    [
        .. Il.MethodsIn(AssemblyOf(root), $"{root}.Features")
            .Where(method => method.Parameters.Any(p => p.ParameterType.FullName == Access) && (method.IsPublic || method.IsAssembly) && !method.IsConstructor && !method.Name.StartsWith('<'))
            .Where(method => !IsEdge(method.DeclaringType) && method.DeclaringType.FullName != Access && !IsRecord(method.DeclaringType))
            .Where(method => !WithLambdas(method).SelectMany(Called).Any(called =>
                Gates.Contains(NameOf(called)) || NameOf(called) == $"{Access}::ForSignal" || called.Parameters.Any(p => p.ParameterType.FullName == Access)))
            .Select(method => $"{method.DeclaringType.FullName}.{method.Name} never asks for a right"),
    ];

    private static IEnumerable<MethodDefinition> Edges(string root) =>
        Il.MethodsIn(AssemblyOf(root), root).Where(method => IsEdge(Outermost(method.DeclaringType)));

    /// <summary>Components, and the classes that map endpoints.</summary>
    private static bool IsEdge(TypeDefinition type) =>
        IsComponent(type) || type.Methods.Any(method => method.HasParameters && method.Parameters[0].ParameterType.Name is "WebApplication" or "IEndpointRouteBuilder");

    private static bool IsComponent(TypeDefinition? type)
    {
        for (; type is not null; type = type.BaseType?.Resolve())
        {
            if (type.FullName == "Microsoft.AspNetCore.Components.ComponentBase")
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRecord(TypeDefinition type) => type.Methods.Any(method => method.Name == "<Clone>$");

    /// <summary>Support's pages, and the parts of them in its own room, name merchants by id: their policies let nobody else in.</summary>
    private static bool IsSupports(string type) => type.StartsWith("OneBalance.Web.Features.Admin.", StringComparison.Ordinal)
        || typeof(Program).Assembly.GetType(type) is { } page && page.GetCustomAttributes(typeof(Microsoft.AspNetCore.Authorization.AuthorizeAttribute), inherit: true)
            .Cast<Microsoft.AspNetCore.Authorization.AuthorizeAttribute>().Any(authorize => authorize.Policy is MerchantClaims.SupportPolicy or "Supervisor");

    private static bool IsId(TypeReference type) =>
        type.FullName == MerchantId || (type is GenericInstanceType generic && generic.GenericArguments.Any(IsId));

    private static IEnumerable<MethodReference> Called(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>();

    /// <summary>The method's own body, and its state machine's or lambdas', which the compiler names after it.</summary>
    private static IEnumerable<MethodDefinition> WithLambdas(MethodDefinition method) =>
        method.DeclaringType.NestedTypes.Where(nested => nested.Name.StartsWith($"<{method.Name}>", StringComparison.Ordinal) || nested.Name.StartsWith("<>c", StringComparison.Ordinal))
            .SelectMany(nested => nested.Methods)
            .Where(inner => inner.HasBody && (inner.DeclaringType.Name.StartsWith($"<{method.Name}>", StringComparison.Ordinal) || inner.Name.StartsWith($"<{method.Name}>", StringComparison.Ordinal)))
            .Prepend(method);

    private static TypeDefinition Outermost(TypeDefinition type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static string NameOf(MethodReference called) => $"{called.DeclaringType.GetElementType().FullName}::{called.Name}";
}
