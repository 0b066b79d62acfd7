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
                    : account.StatementDescriptor != promised ? new ProcessorAccountState.OtherDescriptor(promised, account.StatementDescriptor)
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
