using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Bench;

/// <summary>
/// Submits commands from many callers and prints a line for each acknowledgement, until done or killed: whoever reads the lines
/// knows what must have survived. What is submitted depends on seed, caller and number alone, so that a second run with the same
/// seed repeats the first one's keys.
/// </summary>
internal static class LedgerLoad
{
    public static async Task<int> RunAsync(Options options)
    {
        string connection = options.Text("connection") ?? throw new ArgumentException("--connection is needed");
        int callers = options.Number("callers", 8);
        int merchants = options.Number("merchants", 10);
        int seed = options.Number("seed", 1);
        int start = options.Number("start", 0);
        int count = options.Number("count", int.MaxValue - start);
        await using var ledger = Open(options.Database, connection);
        await using var acknowledgements = Console.OpenStandardOutput();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int i = start; i < start + count; i++)
            {
                var command = CommandAt(seed, caller, i, merchants);
                if (await ledger.SubmitAsync(command, CancellationToken.None) is LedgerReply.Accepted accepted)
                {
                    Print(acknowledgements, caller, i, command, accepted);
                }
            }
        })));
        return 0;
    }

    /// <summary>A ledger as the product has it, without the product around it.</summary>
    public static LedgerBook Open(DatabaseProvider provider, string connection, string synchronous = "FULL") => new(
        provider == DatabaseProvider.Postgres ? new PostgresLedgerStore(connection) : new SqliteLedgerStore(connection, synchronous),
        new LedgerBench.NoContexts(),
        new BalanceFeed(NullLogger<BalanceFeed>.Instance),
        TimeProvider.System,
        NullLogger<LedgerBook>.Instance,
        LedgerRules.Decide);

    /// <summary>Rounds of four: a funding, a reservation, its capture or release, its refund or a surcharge.</summary>
    public static LedgerCommand CommandAt(int seed, int caller, int i, int merchants)
    {
        var random = new Random(HashCode(seed, caller, i / 4));
        var merchant = new MerchantId(1 + random.Next(merchants));
        long price = 1 + random.Next(500);
        bool first = random.Next(2) == 0;
        string key = $"{seed}/{caller}/{i}";
        string reservation = $"{seed}/{caller}/{i / 4 * 4 + 1}";
        return (i % 4, first) switch
        {
            (0, _) => new Fund(merchant, key, new Money(2 * price)),
            (1, _) => new Reserve(merchant, key, new Money(price)),
            (2, true) => new Capture(merchant, key, reservation, new Money(price)),
            (2, false) => new Release(merchant, key, reservation),
            (_, true) => new RefundLabel(merchant, key, reservation, new Money(price)),
            (_, false) => new Surcharge(merchant, key, new Money(price)),
        };
    }

    // System.HashCode differs from process to process.
    private static int HashCode(int seed, int caller, int round) => unchecked((seed * 486_187_739 + caller) * 16_777_619 + round);

    private static void Print(Stream to, int caller, int i, LedgerCommand command, LedgerReply.Accepted accepted)
    {
        // One write a line: a killed process leaves whole lines.
        byte[] line = System.Text.Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{caller} {i} {command.Merchant.Value} {command.Key} {accepted.Sequence}\n"));
        lock (to)
        {
            to.Write(line);
            to.Flush();
        }
    }
}
