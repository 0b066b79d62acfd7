namespace OneBalance.Bench;

internal static class LedgerReadBench
{
    public static Task<int> RunAsync(Options options) => Task.FromResult(2);
}
