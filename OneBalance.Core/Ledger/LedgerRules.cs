using System.Diagnostics;

namespace OneBalance.Core.Ledger;

/// <summary>
/// Decides what a command does to a book. "A -> B" means: debit A, credit B.
/// <list type="table">
/// <item><term>Fund</term><description>card_clearing -> available</description></item>
/// <item><term>Reserve</term><description>nothing posted; pending grows</description></item>
/// <item><term>Capture</term><description>available -> carrier_payable; pending shrinks by the whole reservation</description></item>
/// <item><term>Release</term><description>nothing posted; pending shrinks</description></item>
/// <item><term>RefundLabel</term><description>carrier_payable -> available</description></item>
/// <item><term>Surcharge</term><description>available -> carrier_payable, forced</description></item>
/// <item><term>Credit</term><description>adjustment -> available</description></item>
/// <item><term>Correct</term><description>the named transfer's entries the other way round</description></item>
/// <item><term>Dispute, Reinstate</term><description>available -> card_clearing, forced; and back</description></item>
/// <item><term>RecordFee</term><description>processing_fees -> card_clearing</description></item>
/// <item><term>Close</term><description>available -> payout_clearing, all of it</description></item>
/// <item><term>ReceiveLate</term><description>card_clearing -> available, which in a closed book is payout_clearing</description></item>
/// <item><term>PayOut</term><description>payout_clearing -> card_clearing, bank or receivable</description></item>
/// </list>
/// Two rules hold for every transfer. What a forced debit takes beyond what is free is owed instead (receivable). And nothing is
/// owed while something is free: whatever comes free, by funding, refund or release, pays what is owed first. In a closed book
/// what would become available goes to payout_clearing: it leaves with a supplementary payout.
/// </summary>
public static class LedgerRules
{
    /// <param name="book">The merchant's book before the command.</param>
    /// <param name="facts">What the command's keys name, as recorded.</param>
    /// <param name="now">Becomes the time of recording, in whole microseconds.</param>
    public static LedgerDecision Decide(Book book, LedgerCommand command, LedgerFacts facts, DateTimeOffset now)
    {
        if (facts.Recorded is { } recorded)
        {
            return IsSame(command, recorded)
                ? new LedgerDecision.Answered(recorded.Sequence)
                : new LedgerDecision.Refuse(new LedgerRefusal.KeyConflict(command.Key));
        }

        var recordedAt = TimeOfRecording(book, now);
        var ruling = Judge(book, command, facts, recordedAt);
        return ruling.Refusal is { } refusal
            ? new LedgerDecision.Refuse(refusal)
            : Record(book, command, ruling.Draft!, recordedAt);
    }

    /// <summary>The content beside merchant and key: which command, its amount where it carries one, and what it refers to.</summary>
    public static (LedgerTransferKind Kind, Money? Amount, string? Reference) ContentOf(LedgerCommand command) => command switch
    {
        Fund c => (LedgerTransferKind.Fund, c.Amount, null),
        Reserve c => (LedgerTransferKind.Reserve, c.Amount, null),
        Capture c => (LedgerTransferKind.Capture, c.Amount, c.Reservation),
        Release c => (LedgerTransferKind.Release, null, c.Reservation),
        RefundLabel c => (LedgerTransferKind.RefundLabel, c.Amount, c.Reservation),
        Surcharge c => (LedgerTransferKind.Surcharge, c.Amount, null),
        Credit c => (LedgerTransferKind.Credit, c.Amount, null),
        Correct c => (LedgerTransferKind.Correct, null, c.Reversed),
        Dispute c => (LedgerTransferKind.Dispute, c.Amount, null),
        Reinstate c => (LedgerTransferKind.Reinstate, c.Amount, null),
        RecordFee c => (LedgerTransferKind.RecordFee, c.Amount, null),
        Pause => (LedgerTransferKind.Pause, null, null),
        Resume => (LedgerTransferKind.Resume, null, null),
        BeginClose => (LedgerTransferKind.BeginClose, null, null),
        Reopen => (LedgerTransferKind.Reopen, null, null),
        Close => (LedgerTransferKind.Close, null, null),
        ReceiveLate c => (LedgerTransferKind.ReceiveLate, c.Amount, null),
        PayOut c => (LedgerTransferKind.PayOut, c.Amount, RouteOf(c.Route)),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    private static string RouteOf(PayoutRoute route) => route switch
    {
        PayoutRoute.Card => "card",
        PayoutRoute.Bank => "bank",
        PayoutRoute.Owed => "owed",
        _ => throw new UnreachableException($"No route {route}."),
    };

    /// <summary>Refuses what no caller may ask: an amount that is not above zero, a key that is empty or too long.</summary>
    /// <exception cref="ArgumentException">The command is malformed: a bug in the caller.</exception>
    public static void Require(LedgerCommand command)
    {
        RequireKey(command.Key);
        var (_, amount, reference) = ContentOf(command);
        if (amount is { IsPositive: false })
        {
            throw new ArgumentException($"{command.GetType().Name} {command.Key} of merchant {command.Merchant}: the amount {amount} is not above zero.");
        }

        if (reference is not null)
        {
            RequireKey(reference);
        }

        void RequireKey(string key)
        {
            if (key.Length is 0 or > LedgerCommand.MaxKeyLength)
            {
                throw new ArgumentException($"{command.GetType().Name} of merchant {command.Merchant}: a key has 1 to {LedgerCommand.MaxKeyLength} characters, not {key.Length}.");
            }
        }
    }

    private static DateTimeOffset TimeOfRecording(Book book, DateTimeOffset now)
    {
        var microseconds = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        return microseconds < book.RecordedAt ? book.RecordedAt : microseconds;
    }

    private static bool IsSame(LedgerCommand command, Transfer recorded)
    {
        var (kind, amount, reference) = ContentOf(command);
        return kind == recorded.Kind && (amount is null || amount == recorded.Amount) && reference == recorded.Reference;
    }

    private static Ruling Judge(Book book, LedgerCommand command, LedgerFacts facts, DateTimeOffset recordedAt) => command switch
    {
        Fund c => book.Status == LedgerBookStatus.Closed ? new LedgerRefusal.AccountClosed() : Move(c.Amount, Account.CardClearing, Account.Available),
        Reserve c => Judge(book, c, recordedAt),
        Capture c => Judge(c, facts.Reservation),
        Release c => Judge(c, facts.Reservation),
        RefundLabel c => Judge(c, facts.Reservation),
        Surcharge c => Move(c.Amount, Account.Available, Account.CarrierPayable),
        Credit c => Move(c.Amount, Account.Adjustment, Account.Available),
        Correct c => Judge(book, c, facts),
        Dispute c => Move(c.Amount, Account.Available, Account.CardClearing),
        Reinstate c => Move(c.Amount, Account.CardClearing, Account.Available),
        RecordFee c => Move(c.Amount, Account.ProcessingFees, Account.CardClearing),
        Pause => book.Paused ? new LedgerRefusal.Paused() : new Draft(Money.Zero) { Paused = true },
        Resume => book.Paused ? new Draft(Money.Zero) { Paused = false } : new LedgerRefusal.NotPaused(),
        BeginClose => book.Status switch
        {
            LedgerBookStatus.Open => new Draft(Money.Zero) { Status = LedgerBookStatus.Closing },
            LedgerBookStatus.Closing => new LedgerRefusal.AccountClosing(),
            _ => new LedgerRefusal.AccountClosed(),
        },
        Reopen => book.Status switch
        {
            LedgerBookStatus.Open => new LedgerRefusal.NotClosing(),
            LedgerBookStatus.Closing => new Draft(Money.Zero) { Status = LedgerBookStatus.Open },
            _ => new LedgerRefusal.AccountClosed(),
        },
        Close c => JudgeClose(book, c),
        ReceiveLate c => book.Status == LedgerBookStatus.Closed ? Move(c.Amount, Account.CardClearing, Account.Available) : new LedgerRefusal.NotClosing(),
        PayOut c => Judge(book, c),
        _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
    };

    private static Ruling Judge(Book book, Reserve command, DateTimeOffset recordedAt) => book switch
    {
        { Status: LedgerBookStatus.Closed } => new LedgerRefusal.AccountClosed(),
        { Status: LedgerBookStatus.Closing } => new LedgerRefusal.AccountClosing(),
        { Paused: true } => new LedgerRefusal.Paused(),
        { Receivable.IsPositive: true } => new LedgerRefusal.Owing(book.Receivable),
        _ when book.Free < command.Amount => new LedgerRefusal.InsufficientFunds(book.Free, command.Amount),
        _ => new Draft(command.Amount)
        {
            PendingChange = command.Amount,
            Reservation = new Reservation(book.Merchant, command.Key, command.Amount, recordedAt, LedgerReservationState.Pending, Money.Zero, Money.Zero),
        },
    };

    private static Ruling Judge(Capture command, Reservation? reservation) => reservation switch
    {
        null => new LedgerRefusal.UnknownReservation(command.Reservation),
        { State: not LedgerReservationState.Pending } => new LedgerRefusal.AlreadyResolved(command.Reservation),
        _ when command.Amount > reservation.Amount => new LedgerRefusal.MoreThanReserved(reservation.Amount, command.Amount),
        _ => Move(command.Amount, Account.Available, Account.CarrierPayable) with
        {
            PendingChange = -reservation.Amount,
            Reservation = reservation with { State = LedgerReservationState.Captured, Captured = command.Amount },
        },
    };

    private static Ruling Judge(Release command, Reservation? reservation) => reservation switch
    {
        null => new LedgerRefusal.UnknownReservation(command.Reservation),
        { State: not LedgerReservationState.Pending } => new LedgerRefusal.AlreadyResolved(command.Reservation),
        _ => new Draft(reservation.Amount)
        {
            PendingChange = -reservation.Amount,
            Reservation = reservation with { State = LedgerReservationState.Released },
        },
    };

    private static Ruling Judge(RefundLabel command, Reservation? reservation) => reservation switch
    {
        null => new LedgerRefusal.UnknownReservation(command.Reservation),
        _ when command.Amount > reservation.Captured - reservation.Refunded =>
            new LedgerRefusal.MoreThanCaptured(reservation.Captured - reservation.Refunded, command.Amount),
        _ => Move(command.Amount, Account.CarrierPayable, Account.Available) with
        {
            Reservation = reservation with { Refunded = reservation.Refunded + command.Amount },
        },
    };

    private static Ruling Judge(Book book, PayOut command) => command switch
    {
        _ when command.Amount > book.PayoutClearing => new LedgerRefusal.MoreThanRemainder(book.PayoutClearing, command.Amount),
        { Route: PayoutRoute.Owed } when command.Amount > book.Receivable => new LedgerRefusal.MoreThanOwed(book.Receivable, command.Amount),
        { Route: PayoutRoute.Owed } => Move(command.Amount, Account.PayoutClearing, Account.Receivable),
        { Route: PayoutRoute.Card } => Move(command.Amount, Account.PayoutClearing, Account.CardClearing),
        _ => Move(command.Amount, Account.PayoutClearing, Account.Bank),
    };

    /// <summary>
    /// What only changed a state (a reservation, a pause, a close) has nothing to reverse, and a correction is not corrected:
    /// submit the right command instead. Reversing a capture uses up what could be refunded of it; reversing a refund gives it back.
    /// </summary>
    private static Ruling Judge(Book book, Correct command, LedgerFacts facts)
    {
        if (facts.Named is not { } named)
        {
            return new LedgerRefusal.UnknownTransfer(command.Reversed);
        }

        if (facts.NamedIsReversed)
        {
            return new LedgerRefusal.AlreadyReversed(command.Reversed);
        }

        var reverse = new Draft(named.Amount) { Moves = [.. named.Entries.Select(e => new Entry(e.Account, -e.Amount))] };
        var fromPayout = reverse.Moves.Where(m => m.Account == Account.PayoutClearing).Sum(m => m.Amount);
        if (fromPayout > book.PayoutClearing)
        {
            return new LedgerRefusal.MoreThanRemainder(book.PayoutClearing, fromPayout);
        }

        switch (named.Kind)
        {
            case LedgerTransferKind.Capture:
                var captured = facts.Reservation!;
                return captured.Refunded.IsPositive
                    ? new LedgerRefusal.MoreThanCaptured(captured.Captured - captured.Refunded, named.Amount)
                    : reverse with { Reservation = captured with { Refunded = captured.Captured } };
            case LedgerTransferKind.RefundLabel:
                var refunded = facts.Reservation!;
                return reverse with { Reservation = refunded with { Refunded = refunded.Refunded - named.Amount } };
            case LedgerTransferKind.Fund or LedgerTransferKind.Surcharge or LedgerTransferKind.Credit or LedgerTransferKind.Dispute
                or LedgerTransferKind.Reinstate or LedgerTransferKind.RecordFee or LedgerTransferKind.PayOut or LedgerTransferKind.ReceiveLate:
                return reverse;
            default:
                return new LedgerRefusal.NotReversible(command.Reversed);
        }
    }

    private static Ruling JudgeClose(Book book, Close command) => book switch
    {
        { Status: LedgerBookStatus.Closed } => new LedgerRefusal.AccountClosed(),
        { Status: LedgerBookStatus.Open } => new LedgerRefusal.NotClosing(),
        { Pending.IsPositive: true } => new LedgerRefusal.FundsPending(book.Pending),
        { Receivable.IsPositive: true } => new LedgerRefusal.Owing(book.Receivable),
        _ when command.Approved is { } approved && approved != book.Available => new LedgerRefusal.RemainderChanged(book.Available),
        { Available.IsZero: true } => new Draft(Money.Zero) { Status = LedgerBookStatus.Closed },
        _ => Move(book.Available, Account.Available, Account.PayoutClearing) with { Status = LedgerBookStatus.Closed },
    };

    private static Draft Move(Money amount, Account debit, Account credit) =>
        new(amount) { Moves = [new Entry(debit, amount), new Entry(credit, -amount)] };

    private static LedgerDecision.Record Record(Book book, LedgerCommand command, Draft draft, DateTimeOffset recordedAt)
    {
        var (kind, _, reference) = ContentOf(command);
        var entries = Settle(book, draft);
        var after = entries.Aggregate(book, (b, entry) => b.Post(entry)) with
        {
            Sequence = book.Sequence + 1,
            RecordedAt = recordedAt,
            Pending = book.Pending + draft.PendingChange,
            Status = draft.Status ?? book.Status,
            Paused = draft.Paused ?? book.Paused,
        };
        var transfer = new Transfer(
            book.Merchant, after.Sequence, kind, command.Key, draft.Amount, reference, recordedAt, entries,
            after.Free, after.Free - book.Free, after.Pending, []);
        transfer = transfer with { Hash = HashChain.Next(book.Hash, transfer) };
        return new LedgerDecision.Record(transfer, after with { Hash = transfer.Hash }, draft.Reservation);
    }

    /// <summary>
    /// The draft's moves with the merchant's side settled: what is free and what is owed are one position, and only one of the
    /// two is above zero afterwards.
    /// </summary>
    private static List<Entry> Settle(Book book, Draft draft)
    {
        // Debits are positive. Reversing a debit that was owed gives back to the merchant, whether or not it was paid since.
        var gain = Money.Zero;
        var others = new SortedList<Account, Money>();
        foreach (var move in draft.Moves)
        {
            if (move.Account is Account.Available or Account.Receivable)
            {
                gain -= move.Amount;
            }
            else
            {
                others[move.Account] = others.GetValueOrDefault(move.Account) + move.Amount;
            }
        }

        var position = book.Available + gain - (book.Pending + draft.PendingChange) - book.Receivable;
        var owed = Money.Max(-position, Money.Zero);
        var owedChange = owed - book.Receivable;
        var availableChange = gain + owedChange;
        if (book.Status == LedgerBookStatus.Closed && availableChange.IsPositive)
        {
            others[Account.PayoutClearing] = others.GetValueOrDefault(Account.PayoutClearing) - availableChange;
            availableChange = Money.Zero;
        }

        others[Account.Available] = -availableChange;
        others[Account.Receivable] = owedChange;
        return [.. others.Where(o => !o.Value.IsZero).Select(o => new Entry(o.Key, o.Value))];
    }

    /// <summary>What a transfer will do, before the merchant's side is settled.</summary>
    private sealed record Draft(Money Amount)
    {
        public Entry[] Moves { get; init; } = [];

        public Money PendingChange { get; init; }

        public Reservation? Reservation { get; init; }

        public LedgerBookStatus? Status { get; init; }

        public bool? Paused { get; init; }
    }

    /// <summary>Either a refusal or a draft.</summary>
    private readonly record struct Ruling(LedgerRefusal? Refusal, Draft? Draft)
    {
        public static implicit operator Ruling(LedgerRefusal refusal) => new(refusal, null);

        public static implicit operator Ruling(Draft draft) => new(null, draft);
    }
}
