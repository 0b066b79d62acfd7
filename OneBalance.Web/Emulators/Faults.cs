using System.Text.Json.Serialization;

namespace OneBalance.Web.Emulators;

/// <summary>
/// Scripted misbehaviour of an emulated service, by configuration or by its control endpoints:
/// <c>GET /_control/faults</c>, <c>POST /_control/faults</c> with a <see cref="Fault"/>, <c>DELETE /_control/faults</c>.
/// </summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>The first fault for this request, used up by one; null when it is served normally.</summary>
    public Fault? Take(string method, string path)
    {
        lock (_gate)
        {
            int index = _faults.FindIndex(fault => fault.Matches(method, path));
            if (index < 0)
            {
                return null;
            }

            var fault = _faults[index];
            if (fault.Skip > 0)
            {
                _faults[index] = fault with { Skip = fault.Skip - 1 };
                return null;
            }

            if (fault.Times == 1)
            {
                _faults.RemoveAt(index);
            }
            else if (fault.Times > 1)
            {
                _faults[index] = fault with { Times = fault.Times - 1 };
            }

            return fault;
        }
    }
}

/// <param name="Kind">What goes wrong.</param>
/// <param name="Method">HTTP method; empty for any.</param>
/// <param name="Path">A part of the path; empty for any.</param>
/// <param name="Times">How often; 0 until cleared.</param>
/// <param name="Skip">How many matching requests are served normally first.</param>
/// <param name="Status">For <see cref="FaultKind.Status"/> and <see cref="FaultKind.StatusAfterActing"/>.</param>
/// <param name="Json">The body that comes with <paramref name="Status"/>; empty for a page of HTML, as a gateway answers.</param>
/// <param name="Milliseconds">For <see cref="FaultKind.Latency"/> and <see cref="FaultKind.SlowBody"/>.</param>
public sealed record Fault(FaultKind Kind, string Method = "", string Path = "", int Times = 1, int Skip = 0, int Status = 500, int Milliseconds = 0, string Json = "")
{
    public bool Matches(string method, string path) =>
        (Method.Length == 0 || string.Equals(Method, method, StringComparison.OrdinalIgnoreCase))
        && (Path.Length == 0 || path.Contains(Path, StringComparison.OrdinalIgnoreCase));
}

[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>Served normally after a delay.</summary>
    Latency,

    /// <summary>The line drops before anything is done.</summary>
    DropBeforeActing,

    /// <summary>The work is done, then the line drops: the caller cannot know.</summary>
    DropAfterActing,

    /// <summary>An error status with nothing done.</summary>
    Status,

    /// <summary>The work is done and an error status is answered.</summary>
    StatusAfterActing,

    /// <summary>The work is done and the answer cannot be read.</summary>
    MalformedBody,

    /// <summary>The work is done and half of the answer comes at once, the rest after a delay.</summary>
    SlowBody,
}

/// <summary>Applies <see cref="Faults"/> to an emulator's requests and maps its control endpoints.</summary>
public static class FaultsMiddleware
{
    private const string Control = "/_control";

    public static void UseFaults(this WebApplication app, Faults faults) => app.Use(async (context, next) =>
    {
        string path = context.Request.Path.Value ?? "";
        var fault = path.StartsWith(Control, StringComparison.Ordinal) ? null : faults.Take(context.Request.Method, path);
        switch (fault?.Kind)
        {
            case null:
                await next(context);
                break;
            case FaultKind.Latency:
                await Task.Delay(fault.Milliseconds, context.RequestAborted);
                await next(context);
                break;
            case FaultKind.DropBeforeActing:
                context.Abort();
                break;
            case FaultKind.Status:
                await ErrorAsync(context, fault);
                break;
            case FaultKind.DropAfterActing:
                await ActUnseenAsync(context, next);
                context.Abort();
                break;
            case FaultKind.StatusAfterActing:
                await ActUnseenAsync(context, next);
                context.Response.Clear();
                await ErrorAsync(context, fault);
                break;
            case FaultKind.MalformedBody:
                await ActUnseenAsync(context, next);
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status200OK;
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync("{\"cut");
                break;
            case FaultKind.SlowBody:
                await ServeSlowlyAsync(context, next, fault.Milliseconds);
                break;
            default:
                throw new InvalidOperationException($"Unknown fault {fault.Kind}.");
        }
    });

    public static void MapFaults(this WebApplication app, Faults faults)
    {
        app.MapGet(Control + "/faults", () => faults.All);
        app.MapPost(Control + "/faults", (Fault fault) =>
        {
            faults.Add(fault);
            return TypedResults.NoContent();
        });
        app.MapDelete(Control + "/faults", () =>
        {
            faults.Clear();
            return TypedResults.NoContent();
        });
    }

    /// <summary>Lets the service act and throws its answer away.</summary>
    private static async Task ActUnseenAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        context.Response.Body = new MemoryStream();
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }
    }

    private static async Task ServeSlowlyAsync(HttpContext context, RequestDelegate next, int milliseconds)
    {
        var body = context.Response.Body;
        using var whole = new MemoryStream();
        context.Response.Body = whole;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        int half = (int)whole.Length / 2;
        await body.WriteAsync(whole.GetBuffer().AsMemory(0, half), context.RequestAborted);
        await body.FlushAsync(context.RequestAborted);
        await Task.Delay(milliseconds, context.RequestAborted);
        await body.WriteAsync(whole.GetBuffer().AsMemory(half, (int)whole.Length - half), context.RequestAborted);
    }

    private static Task ErrorAsync(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = fault.Status;
        context.Response.ContentType = fault.Json.Length > 0 ? "application/json" : "text/html";
        return context.Response.WriteAsync(fault.Json.Length > 0 ? fault.Json : $"<html><body><h1>{fault.Status}</h1></body></html>");
    }
}
