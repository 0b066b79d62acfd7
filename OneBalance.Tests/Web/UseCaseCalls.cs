using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Tests.Support;

namespace OneBalance.Tests.Web;

/// <summary>Finds what a person can start by what it takes, and calls it: for the matrices of rights and roles.</summary>
internal static class UseCaseCalls
{
    /// <summary>Methods of the features, not of pages, that take the access, by itself or in a request.</summary>
    /// <typeparam name="TAccess">What only the sign-in makes, and what says who asks.</typeparam>
    public static IReadOnlyList<MethodInfo> Found<TAccess>() =>
    [
        .. Features().Where(type => type != typeof(TAccess)).SelectMany(Offered)
            .Where(method => method.GetParameters().Any(parameter => Carries(parameter.ParameterType, typeof(TAccess)))),
    ];

    /// <summary>The classes of the features that are no pages and no records.</summary>
    public static IEnumerable<Type> Features() => typeof(Program).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsNested: false } && IsOfFeatures(type))
        .Where(type => !typeof(IComponent).IsAssignableFrom(type) && !IsRecord(type));

    /// <summary>What others may call of it.</summary>
    public static IEnumerable<MethodInfo> Offered(Type type) =>
        type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(method => method.IsPublic || method.IsAssembly);

    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    /// <summary>Calls with arguments that mean nothing: rights are asked for before anything is looked at.</summary>
    public static async Task<bool> RefusesAsync<TRefusal>(TestApp app, MethodInfo method, object access)
        where TRefusal : Exception
    {
        await using var scope = app.Services.CreateAsyncScope();
        object use = ActivatorUtilities.GetServiceOrCreateInstance(scope.ServiceProvider, method.DeclaringType!);
        object?[] arguments = [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType, access))];
        try
        {
            if (method.Invoke(use, arguments) is Task task)
            {
                await task;
            }

            return false;
        }
        catch (Exception failure)
        {
            // Whatever else goes wrong with such arguments, they were let in.
            return failure is TRefusal or TargetInvocationException { InnerException: TRefusal };
        }
    }

    private static bool IsOfFeatures(Type type) => (type.Namespace ?? "").StartsWith("OneBalance.Web.Features.", StringComparison.Ordinal);

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static bool Carries(Type type, Type access) =>
        type == access || (IsOfFeatures(type) && IsRecord(type) && type.GetProperties().Any(property => property.PropertyType == access));

    /// <summary>Some value of the type: empty, the first, or made of such values.</summary>
    private static object? Sample(Type type, object access)
    {
        if (type == access.GetType())
        {
            return access;
        }

        if (type == typeof(string))
        {
            return "nothing";
        }

        if (type.IsArray)
        {
            return Array.CreateInstance(type.GetElementType()!, 0);
        }

        if (type.IsGenericType && type.IsInterface)
        {
            var of = type.GetGenericArguments();
            return of.Length == 1 ? Array.CreateInstance(of[0], 0) : Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(of));
        }

        if (typeof(Delegate).IsAssignableFrom(type) || type.IsInterface || type.IsAbstract)
        {
            return null;
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).GetValue(0);
        }

        if (type.IsValueType)
        {
            return Activator.CreateInstance(type);
        }

        var constructor = type.GetConstructors().OrderByDescending(made => made.GetParameters().Length).FirstOrDefault();
        return constructor?.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType, access))]);
    }
}
