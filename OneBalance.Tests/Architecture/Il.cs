using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Rendering;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace OneBalance.Tests.Architecture;

/// <summary>Reads compiled code: what it calls, and the words it puts on the screen.</summary>
internal static partial class Il
{
    /// <summary>Parameters and attributes that people read or hear; every other one is for machines.</summary>
    private static readonly HashSet<string> Spoken = new(StringComparer.OrdinalIgnoreCase)
    {
        "title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "label", "text", "helpertext",
        "requirederror", "arialabel", "tooltip", "summary", "caption", "message", "header", "heading", "nodatatext", "closeicontooltip", "errortext",
        "counterstring", "titletext", "messagetext", "okbuttontext", "nextlabel", "previouslabel",
    };

    /// <summary>Every method body of the types in a namespace or below it, lambdas and state machines included.</summary>
    public static IEnumerable<MethodDefinition> MethodsIn(System.Reflection.Assembly assembly, string ns)
    {
        var module = ModuleDefinition.ReadModule(assembly.Location);
        return module.Types
            .Where(type => Product.IsIn(type.Namespace, ns))
            .SelectMany(WithNested)
            .SelectMany(type => type.Methods)
            .Where(method => method.HasBody);

        static IEnumerable<TypeDefinition> WithNested(TypeDefinition type) => type.NestedTypes.SelectMany(WithNested).Prepend(type);
    }

    /// <summary>The top-level type a method was written in.</summary>
    public static string WrittenIn(MethodDefinition method)
    {
        var type = method.DeclaringType;
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.FullName;
    }

    /// <summary>Each call of one of these members, as "type calls member". Members are named "Namespace.Type::Member".</summary>
    public static IReadOnlyList<string> Calls(IEnumerable<MethodDefinition> methods, Func<MethodReference, bool> forbidden) =>
    [
        .. methods
            .SelectMany(method => method.Body.Instructions
                .Select(instruction => instruction.Operand)
                .OfType<MethodReference>()
                .Where(forbidden)
                .Select(called => $"{WrittenIn(method)} calls {called.DeclaringType.GetElementType().FullName}::{called.Name}"))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Literal words that a component renders: text, markup, and what assistive technology or a tooltip says.</summary>
    public static IReadOnlyList<string> RenderedWords(IEnumerable<MethodDefinition> methods) =>
    [
        .. methods
            .SelectMany(method => method.Body.Instructions
                .Where(instruction => instruction.Operand is MethodReference { DeclaringType.FullName: var type } && type == typeof(RenderTreeBuilder).FullName)
                .SelectMany(call => Words(call))
                .Where(words => words.Any(char.IsLetter))
                .Select(words => $"{WrittenIn(method)}: {words}"))
            .Distinct(),
    ];

    private static IEnumerable<string> Words(Instruction call)
    {
        // Arguments are loaded in order just before the call: ... [name] value call
        string? value = LiteralBefore(call, out var before);
        string? name = before is null ? null : LiteralBefore(before, out _);
        return (((MethodReference)call.Operand).Name, value, name) switch
        {
            ("AddContent", { } text, _) => [text],
            ("AddMarkupContent", { } markup, _) => WordsOfMarkup(markup),
            ("AddAttribute" or "AddComponentParameter", { } text, { } parameter) when Spoken.Contains(parameter) => [text],
            _ => [],
        };
    }

    /// <summary>The string literal that is the argument directly before; null when the argument is computed.</summary>
    private static string? LiteralBefore(Instruction instruction, out Instruction? load)
    {
        load = instruction.Previous;
        while (load?.Operand is MethodReference { Name: "TypeCheck" })
        {
            load = load.Previous;
        }

        return load is { OpCode.Code: Code.Ldstr } ? (string)load.Operand : null;
    }

    private static IEnumerable<string> WordsOfMarkup(string markup)
    {
        foreach (Match attribute in Attribute().Matches(markup))
        {
            if (Spoken.Contains(attribute.Groups[1].Value))
            {
                yield return attribute.Groups[2].Value;
            }
        }

        // What lies inside these elements is for machines.
        string text = Tag().Replace(MachineText().Replace(markup, " "), "\n");
        foreach (string words in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            yield return System.Net.WebUtility.HtmlDecode(words);
        }
    }

    [GeneratedRegex("([\\w-]+)=\"([^\"]*)\"")]
    private static partial Regex Attribute();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("<(style|script|svg|code)\\b.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex MachineText();
}
