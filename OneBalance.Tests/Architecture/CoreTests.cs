using System.Xml.Linq;
using Mono.Cecil;
using OneBalance.Core;
using OneBalance.Tests.Support;

namespace OneBalance.Tests.Architecture;

/// <summary>Core decides: no other project, no runtime package, no waiting, no clock, no chance.</summary>
public sealed class CoreTests
{
    private static readonly string[] Impure =
    [
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today", "System.DateTimeOffset::get_Now",
        "System.DateTimeOffset::get_UtcNow", "System.TimeProvider::", "System.Diagnostics.Stopwatch::", "System.Guid::NewGuid",
        "System.Guid::CreateVersion7", "System.Random::", "System.Security.Cryptography.RandomNumberGenerator::", "System.Threading.Tasks.Task::",
        "System.Threading.Tasks.Task`1::", "System.Threading.Tasks.ValueTask::", "System.Threading.Tasks.ValueTask`1::",
        "System.Runtime.CompilerServices.AsyncTaskMethodBuilder", "System.Environment::", "System.IO.", "System.Net.",
    ];

    [Fact]
    public void Core_refers_to_the_runtime_alone() => Findings.AssertNone(ForeignReferences(typeof(Money).Assembly));

    [Fact]
    public void An_assembly_with_a_package_is_found() => Assert.Contains("MudBlazor", ForeignReferences(typeof(Program).Assembly));

    [Fact]
    public void Cores_project_names_no_project_and_no_runtime_package() =>
        Findings.AssertNone(RuntimeReferences(XDocument.Parse(Repository.Read("OneBalance.Core/OneBalance.Core.csproj"))));

    [Fact]
    public void A_project_with_a_runtime_package_is_found()
    {
        var project = XDocument.Parse(
            """
            <Project><ItemGroup>
              <PackageReference Include="Analyzer" PrivateAssets="all" />
              <PackageReference Include="Runtime" />
              <ProjectReference Include="../Other.csproj" />
            </ItemGroup></Project>
            """);

        Assert.Equal(["Runtime", "../Other.csproj"], RuntimeReferences(project));
    }

    [Fact]
    public void Core_never_awaits_and_reads_no_clock_and_makes_nothing_up() =>
        Findings.AssertNone(Il.Calls(Il.MethodsIn(typeof(Money).Assembly, "OneBalance.Core"), IsImpure));

    [Fact]
    public void Impure_rules_are_found()
    {
        var found = Il.Calls(Il.MethodsIn(typeof(CoreTests).Assembly, $"{Product.Offending}.Impure"), IsImpure);

        Assert.Contains(found, call => call.EndsWith("System.DateTimeOffset::get_UtcNow", StringComparison.Ordinal));
        Assert.Contains(found, call => call.EndsWith("System.Guid::NewGuid", StringComparison.Ordinal));
        Assert.Contains(found, call => call.Contains("System.Random::", StringComparison.Ordinal));
        Assert.Contains(found, call => call.Contains("System.Threading.Tasks.Task::", StringComparison.Ordinal));
    }

    /// <summary>The compiler says it too, while one types: the banned-API analyzer is on in Core and its findings are errors.</summary>
    [Fact]
    public void The_banned_API_analyzer_is_on()
    {
        Assert.Contains("BannedSymbols.txt", Repository.Read("OneBalance.Core/OneBalance.Core.csproj"));
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", Repository.Read(".editorconfig"));
        Assert.Contains("P:System.DateTimeOffset.UtcNow;", Repository.Read("OneBalance.Core/BannedSymbols.txt"));
    }

    /// <summary>A switch over a closed set that forgets a case must not compile.</summary>
    [Fact]
    public void Forgetting_a_case_of_a_switch_is_an_error() =>
        Assert.Contains("CS8509", XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("WarningsAsErrors").Single().Value);

    private static IReadOnlyList<string> ForeignReferences(System.Reflection.Assembly assembly) =>
    [
        .. assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name is not ("netstandard" or "mscorlib" or "System") && !name.StartsWith("System.", StringComparison.Ordinal)),
    ];

    private static IReadOnlyList<string> RuntimeReferences(XDocument project) =>
    [
        .. project.Descendants()
            .Where(element => element.Name.LocalName is "ProjectReference" or "FrameworkReference"
                || (element.Name.LocalName is "PackageReference" && (string?)element.Attribute("PrivateAssets") != "all"))
            .Select(element => (string)element.Attribute("Include")!),
    ];

    private static bool IsImpure(MethodReference called)
    {
        string member = $"{called.DeclaringType.GetElementType().FullName}::{called.Name}";
        // What the compiler writes for an iterator asks for the thread's number; nobody decides by it.
        return member != "System.Environment::get_CurrentManagedThreadId" && Impure.Any(impure => member.StartsWith(impure, StringComparison.Ordinal));
    }
}
