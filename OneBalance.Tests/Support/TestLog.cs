using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OneBalance.Tests.Support;

/// <summary>Everything the product logged, so that a test can say what may and may not be in it.</summary>
public sealed class TestLog : ILoggerProvider
{
    private readonly ConcurrentQueue<LogLine> _lines = new();

    public IReadOnlyList<LogLine> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(_lines, categoryName);

    public void Dispose()
    {
    }

    public override string ToString() => string.Join('\n', _lines);

    /// <param name="Text">The message as a reader would see it, with the exception.</param>
    public sealed record LogLine(LogLevel Level, string Category, string Text);

    private sealed class Logger(ConcurrentQueue<LogLine> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new LogLine(logLevel, category, $"{formatter(state, exception)} {exception}"));
    }
}
