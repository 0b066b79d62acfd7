namespace OneBalance.Bench;

/// <summary>One verb a measurement. A class of its own: tests start the product by its Program, and reference this too.</summary>
internal static class Verbs
{
    public static async Task<int> Main(string[] args) => args.FirstOrDefault() switch
    {
        "ledger" => await LedgerBench.RunAsync(Options.Parse(args[1..])),
        "ledger-read" => await LedgerReadBench.RunAsync(Options.Parse(args[1..])),
        "webhooks" => await WebhookBench.RunAsync(Options.Parse(args[1..])),
        "labels" => await LabelsBench.RunAsync(Options.Parse(args[1..])),
        "labels-node" => await LabelsNode.RunAsync(Options.Parse(args[1..])),
        "labels-carrier" => await LabelsCarrier.RunAsync(Options.Parse(args[1..])),
        "ledger-load" => await LedgerLoad.RunAsync(Options.Parse(args[1..])),
        _ => Usage(),
    };

    private static int Usage()
    {
        Console.WriteLine(
            """
            dotnet run -c Release --project OneBalance.Bench -- <verb> [--option value]...

              ledger       every figure of docs/ledger.md, in interleaved rounds: medians, ratios, JSON
                             --database sqlite|postgres   (default sqlite)
                             --connection <string>        a server to use; default: a file, or a private cluster, in the temporary folder
                             --rounds <n>                 (default 3)
                             --seconds <s>                a measurement's length (default 2)
                             --transfers <n>              the large book of the audit and the recovery (default 1000000)
                             --json <file>                (default ledger-<database>.json)
              ledger-read  pages of a large book against a small one
                             --database, --connection, --json as above; --transfers <n> (default 750000: a million entries)
              webhooks     how many webhooks the product takes durably on SQLite, and how fast it answers
                             --rate <n> (default 1000), --rounds <n> (3), --seconds <s> (5), --json <file> (webhooks-sqlite.json)
              labels       buys a file of labels with a slow carrier, then once more, killed in the middle and started again
                             --lines <n> (default 500), --latency <ms> (default 300), --parallelism <n> (default 16), --database as above,
                             --warm-up <n> (default 200), --json <file> (default labels-<database>.json)
              labels-node  the product as that measurement starts it
              labels-carrier  its emulated carrier, a process of its own
              ledger-load  submits commands and prints each acknowledgement, until killed
                             --database, --connection, --callers, --merchants, --seed, --start, --count
            """);
        return 2;
    }
}
