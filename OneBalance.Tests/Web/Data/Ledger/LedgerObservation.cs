using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Tests.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>A command, what came of it, and when it was asked and answered.</summary>
public sealed record Observation(LedgerCommand Command, LedgerReply Reply, long Asked, long Answered);

/// <summary>Watches many callers of a ledger, and checks what they saw against the model.</summary>
public static class LedgerObservation
{
    /// <summary>Random commands from many callers at once, few enough keys that callers collide on them; then each rule once more.</summary>
    public static async Task<List<Observation>> WatchAsync(LedgerBook ledger, int seed, int callers, int commands)
    {
        var seen = new ConcurrentBag<Observation>();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(seed * 1000 + caller);
            for (int i = 0; i < commands; i++)
            {
                var command = LedgerCommands.Make(
                    new MerchantId(1 + random.Next(3)), KindOf(random.Next(1000)), $"k{random.Next(callers * commands / 4)}",
                    $"r{random.Next(callers * commands / 24)}", new Money(1 + random.Next(40)));
                long asked = Stopwatch.GetTimestamp();
                var reply = await ledger.SubmitAsync(command, CancellationToken.None);
                seen.Add(new Observation(command, reply, asked, Stopwatch.GetTimestamp()));
            }
        })));
        return [.. seen, .. await RunEachRuleAsync(ledger)];
    }

    /// <summary>One after the other, in a book of its own: what random commands do only often.</summary>
    private static async Task<List<Observation>> RunEachRuleAsync(LedgerBook ledger)
    {
        var shop = new MerchantId(99);
        LedgerCommand[] commands =
        [
            new Fund(shop, "fund", new Money(100)),
            new Fund(shop, "fund", new Money(100)),
            new Fund(shop, "fund", new Money(101)),
            new Reserve(shop, "one", new Money(60)),
            new Reserve(shop, "two", new Money(41)),
            new Capture(shop, "capture", "one", new Money(50)),
            new Capture(shop, "capture-again", "one", new Money(1)),
            new Release(shop, "release-captured", "one"),
            new RefundLabel(shop, "refund", "one", new Money(30)),
            new RefundLabel(shop, "refund-more", "one", new Money(21)),
            new Reserve(shop, "two", new Money(41)),
            new Surcharge(shop, "surcharge", new Money(100)),
            new Release(shop, "release", "two"),
            new Release(shop, "release-again", "two"),
            new Fund(shop, "fund-2", new Money(500)),
            new Correct(shop, "correct", "surcharge"),
            new Correct(shop, "correct-again", "surcharge"),
            new Fund(shop, "fund-3", new Money(1)),
            new Fund(shop, "fund-4", new Money(1)),
            new Fund(shop, "fund-5", new Money(1)),
        ];
        var last = new MerchantId(98);
        LedgerCommand[] closing =
        [
            new Fund(last, "fund", new Money(100)),
            new Reopen(last, "reopen-open"),
            new Close(last, "close-open"),
            new BeginClose(last, "begin"),
            new Reserve(last, "closing", new Money(1)),
            new Reopen(last, "reopen"),
            new Reserve(last, "reserve", new Money(40)),
            new BeginClose(last, "begin-2"),
            new Close(last, "close-pending"),
            new Release(last, "release", "reserve"),
            new Close(last, "close"),
            new Close(last, "close-again"),
            new PayOut(last, "pay-more", new Money(101), PayoutRoute.Card),
            new PayOut(last, "pay-card", new Money(60), PayoutRoute.Card),
            new Correct(last, "pay-returned", "pay-card"),
            new PayOut(last, "pay-bank", new Money(100), PayoutRoute.Bank),
            new Fund(last, "late", new Money(7)),
            new ReceiveLate(last, "late", new Money(7)),
            new PayOut(last, "pay-late", new Money(7), PayoutRoute.Bank),
            new Dispute(last, "dispute", new Money(5)),
            new Credit(last, "goodwill", new Money(6)),
        ];
        var seen = new List<Observation>();
        foreach (var command in commands.Concat(closing))
        {
            long asked = Stopwatch.GetTimestamp();
            var reply = await ledger.SubmitAsync(command, CancellationToken.None);
            seen.Add(new Observation(command, reply, asked, Stopwatch.GetTimestamp()));
        }

        return seen;
    }

    /// <summary>Closing a book is rare, or soon every command would be refused.</summary>
    private static int KindOf(int permille) => permille >= 998 ? 95 : permille % 94;

    /// <summary>
    /// Takes the recorded order and replays it against the model: every acceptance at its place, every refusal and repetition at
    /// some place between its question and its answer. Says the first thing that does not fit; null when all does.
    /// </summary>
    public static async Task<string?> FirstDifferenceAsync(TestDatabase database, IReadOnlyCollection<Observation> seen)
    {
        await using var db = await database.Contexts.CreateDbContextAsync();
        var keys = await db.LedgerTransfers.AsNoTracking().OrderBy(t => t.MerchantId).ThenBy(t => t.Sequence).ToListAsync();
        var model = new LedgerModel();
        foreach (var merchant in seen.Select(o => o.Command.Merchant).Distinct())
        {
            var first = seen.Where(o => o.Command.Merchant == merchant && o.Reply is LedgerReply.Accepted { Replayed: false })
                .GroupBy(o => o.Command.Key).ToDictionary(g => g.Key, g => g.ToList());
            var order = new List<(Observation Seen, long Free)>();
            foreach (var recorded in keys.Where(k => k.MerchantId == merchant))
            {
                if (!first.TryGetValue(recorded.Key, out var once) || once.Count != 1)
                {
                    return $"merchant {merchant} key {recorded.Key}: recorded, and accepted {once?.Count ?? 0} times";
                }

                order.Add((once[0], recorded.AvailableAfter));
            }

            if (order.Count != first.Count)
            {
                return $"merchant {merchant}: {first.Count} accepted, {order.Count} recorded";
            }

            if (FirstDifference(model, order, [.. seen.Where(o => o.Command.Merchant == merchant && o.Reply is not LedgerReply.Accepted { Replayed: false })]) is { } difference)
            {
                return difference;
            }

            var book = await db.LedgerBooks.SingleAsync(b => b.MerchantId == merchant);
            var stored = new Balance(new Money(book.Available - book.Pending), new Money(book.Pending), new Money(book.Receivable));
            if (stored != model.BalanceOf(merchant))
            {
                return $"merchant {merchant}: {stored}, the model says {model.BalanceOf(merchant)}";
            }
        }

        return null;
    }

    private static string? FirstDifference(LedgerModel model, List<(Observation Seen, long Free)> order, List<Observation> others)
    {
        long latestAsked = 0;
        for (int i = 0; i <= order.Count; i++)
        {
            // Those that may have been answered here: asked before the next one was answered, answered after the last was asked.
            long after = i == 0 ? long.MinValue : order[..i].Max(o => o.Seen.Asked);
            long before = i == order.Count ? long.MaxValue : order[i..].Min(o => o.Seen.Answered);
            others.RemoveAll(o => o.Answered >= after && o.Asked <= before && model.Peek(o.Command) == o.Reply);
            if (i == order.Count)
            {
                break;
            }

            var (seen, free) = order[i];
            if (seen.Answered < latestAsked)
            {
                return $"{seen.Command} was answered before a command was asked that comes before it";
            }

            latestAsked = Math.Max(latestAsked, seen.Asked);
            var reply = model.Run(seen.Command);
            if (reply != seen.Reply)
            {
                return $"{seen.Command}: {seen.Reply}, the model says {reply}";
            }

            if (model.BalanceOf(seen.Command.Merchant).Available.Cents != free)
            {
                return $"{seen.Command}: {free} cents are free after it, the model says {model.BalanceOf(seen.Command.Merchant).Available}";
            }
        }

        return others.Count == 0 ? null : $"{others[0].Command}: {others[0].Reply} fits nowhere between question and answer";
    }
}
