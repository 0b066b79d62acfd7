using Microsoft.Extensions.Options;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Compares our account at the card processor with what the product promises: it charges Canadian dollars, and a statement
/// reads what merchants are told it reads.
/// </summary>
public sealed class CheckProcessorAccount(IPaymentProcessor processor, IOptions<FundingOptions> options)
{
    public async Task<ProcessorAccountState> RunAsync(CancellationToken ct)
    {
        switch (await processor.GetAccountAsync(ct))
        {
            case ProcessorReply<ProcessorAccount>.Confirmed(var account):
                string promised = options.Value.StatementDescriptor;
                return !account.Currencies.Contains("cad") ? new ProcessorAccountState.WrongCurrency(account.Currencies)
                    : !string.Equals(account.StatementDescriptor, promised, StringComparison.OrdinalIgnoreCase) ? new ProcessorAccountState.OtherDescriptor(promised, account.StatementDescriptor)
                    : new ProcessorAccountState.Fits(account.StatementDescriptor);
            case ProcessorReply<ProcessorAccount>.Refused(var code, _):
                return new ProcessorAccountState.NoAnswer(code);
            case ProcessorReply<ProcessorAccount>.Unreachable(var reason):
                return new ProcessorAccountState.NoAnswer(reason);
            case ProcessorReply<ProcessorAccount>.Unknown(var reason):
                return new ProcessorAccountState.NoAnswer(reason);
            default:
                throw new InvalidOperationException("Unexpected reply of the card processor.");
        }
    }
}

/// <summary>Checks our account once when the product has started: whoever configured it reads in the log what does not fit.</summary>
internal sealed partial class CheckProcessorAccountAtStart(
    IServiceScopeFactory scopes,
    IHostApplicationLifetime lifetime,
    ILogger<CheckProcessorAccount> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The emulated processor, too, answers only from then on.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        await using var scope = scopes.CreateAsyncScope();
        switch (await scope.ServiceProvider.GetRequiredService<CheckProcessorAccount>().RunAsync(stoppingToken))
        {
            case ProcessorAccountState.Fits:
                break;
            case ProcessorAccountState.WrongCurrency(var currencies):
                WrongCurrency(log, string.Join(", ", currencies));
                break;
            case ProcessorAccountState.OtherDescriptor(var promised, var printed):
                OtherDescriptor(log, promised, printed);
                break;
            case ProcessorAccountState.NoAnswer(var reason):
                NoAnswer(log, reason);
                break;
            default:
                throw new InvalidOperationException("Unknown state of the account at the card processor.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The account at the card processor charges in {Currencies} and not in cad: top-ups will be refused or converted.")]
    private static partial void WrongCurrency(ILogger log, string currencies);

    [LoggerMessage(LogLevel.Warning, "Merchants are told that their card statement reads {Promised}; the processor prints {Printed}.")]
    private static partial void OtherDescriptor(ILogger log, string promised, string printed);

    [LoggerMessage(LogLevel.Warning, "The card processor did not answer for our account: {Reason}.")]
    private static partial void NoAnswer(ILogger log, string reason);
}

/// <summary>How our account at the processor fits: a closed set.</summary>
public abstract record ProcessorAccountState
{
    private ProcessorAccountState()
    {
    }

    public sealed record Fits(string Descriptor) : ProcessorAccountState;

    /// <summary>Top-ups in Canadian dollars will be refused, or converted at a cost.</summary>
    public sealed record WrongCurrency(IReadOnlyList<string> Currencies) : ProcessorAccountState;

    /// <summary>Merchants are told one thing and will read another on their statement.</summary>
    public sealed record OtherDescriptor(string Promised, string Printed) : ProcessorAccountState;

    public sealed record NoAnswer(string Reason) : ProcessorAccountState;
}
