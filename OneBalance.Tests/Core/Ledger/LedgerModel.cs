using OneBalance.Core;
using OneBalance.Core.Ledger;

namespace OneBalance.Tests.Core.Ledger;

/// <summary>
/// What the ledger should answer, said again in another way and as shortly as possible: a merchant's position is one signed
/// number, free when above zero and owed when below. No accounts, no entries, no database.
/// </summary>
public sealed class LedgerModel
{
    private readonly Dictionary<MerchantId, Merchant> _merchants = [];

    public Balance BalanceOf(MerchantId id) => Of(id).Balance;

    /// <summary>The reply this command would get now; nothing changes.</summary>
    public LedgerReply Peek(LedgerCommand command) => Of(command.Merchant).Copy().Run(command);

    public LedgerReply Run(LedgerCommand command) => Of(command.Merchant).Run(command);

    private Merchant Of(MerchantId id)
    {
        if (!_merchants.TryGetValue(id, out var merchant))
        {
            _merchants.Add(id, merchant = new Merchant());
        }

        return merchant;
    }

    private sealed record Hold(long Amount, bool Open, long Captured, long Refunded);

    /// <param name="Gain">What it added to available less owed.</param>
    /// <param name="Remainder">What it added to what is on its way back.</param>
    private sealed record Done(LedgerCommand Command, long Sequence, long Gain, long Remainder);

    private sealed class Merchant
    {
        private Dictionary<string, Done> _done = [];
        private Dictionary<string, Hold> _holds = [];
        private HashSet<string> _reversed = [];
        private long _money;
        private long _held;
        private long _remainder;
        private bool _paused;
        private char _status = 'o';

        private long Free => Math.Max(0, _money - _held);

        private long Owed => Math.Max(0, _held - _money);

        public Balance Balance => new(new Money(Free), new Money(_held), new Money(Owed));

        public Merchant Copy()
        {
            var copy = (Merchant)MemberwiseClone();
            copy._done = new(_done);
            copy._holds = new(_holds);
            copy._reversed = [.. _reversed];
            return copy;
        }

        public LedgerReply Run(LedgerCommand command)
        {
            if (_done.TryGetValue(command.Key, out var before))
            {
                return before.Command == command || (before.Command, command) is (Close, Close)
                    ? new LedgerReply.Accepted(before.Sequence, true)
                    : No(new LedgerRefusal.KeyConflict(command.Key));
            }

            var (money, remainder) = (_money, _remainder);
            if (Try(command) is { } refusal)
            {
                return No(refusal);
            }

            if (_status == 'x' && _money > _held)
            {
                _remainder += _money - _held;
                _money = _held;
            }

            _done.Add(command.Key, new Done(command, _done.Count + 1, _money - money, _remainder - remainder));
            return new LedgerReply.Accepted(_done.Count, false);
        }

        private static LedgerReply No(LedgerRefusal refusal) => new LedgerReply.Refused(refusal);

        private LedgerRefusal? Try(LedgerCommand command)
        {
            switch (command)
            {
                case Fund when _status == 'x':
                    return new LedgerRefusal.AccountClosed();
                case Fund c:
                    _money += c.Amount.Cents;
                    return null;
                case ReceiveLate when _status != 'x':
                    return new LedgerRefusal.NotClosing();
                case ReceiveLate c:
                    _money += c.Amount.Cents;
                    return null;
                case Credit c:
                    _money += c.Amount.Cents;
                    return null;
                case Reinstate c:
                    _money += c.Amount.Cents;
                    return null;
                case Surcharge c:
                    _money -= c.Amount.Cents;
                    return null;
                case Dispute c:
                    _money -= c.Amount.Cents;
                    return null;
                case RecordFee:
                    return null;
                case Reserve when _status == 'x':
                    return new LedgerRefusal.AccountClosed();
                case Reserve when _status == 'c':
                    return new LedgerRefusal.AccountClosing();
                case Reserve when _paused:
                    return new LedgerRefusal.Paused();
                case Reserve when Owed > 0:
                    return new LedgerRefusal.Owing(new Money(Owed));
                case Reserve c when c.Amount.Cents > Free:
                    return new LedgerRefusal.InsufficientFunds(new Money(Free), c.Amount);
                case Reserve c:
                    _held += c.Amount.Cents;
                    _holds.Add(c.Key, new Hold(c.Amount.Cents, true, 0, 0));
                    return null;
                case Capture c:
                    return !_holds.TryGetValue(c.Reservation, out var toCapture) ? new LedgerRefusal.UnknownReservation(c.Reservation)
                        : !toCapture.Open ? new LedgerRefusal.AlreadyResolved(c.Reservation)
                        : toCapture.Amount < c.Amount.Cents ? new LedgerRefusal.MoreThanReserved(new Money(toCapture.Amount), c.Amount)
                        : Resolve(c.Reservation, toCapture, c.Amount.Cents);
                case Release c:
                    return !_holds.TryGetValue(c.Reservation, out var toRelease) ? new LedgerRefusal.UnknownReservation(c.Reservation)
                        : !toRelease.Open ? new LedgerRefusal.AlreadyResolved(c.Reservation)
                        : Resolve(c.Reservation, toRelease, 0);
                case RefundLabel c:
                    if (!_holds.TryGetValue(c.Reservation, out var toRefund))
                    {
                        return new LedgerRefusal.UnknownReservation(c.Reservation);
                    }

                    if (toRefund.Captured - toRefund.Refunded < c.Amount.Cents)
                    {
                        return new LedgerRefusal.MoreThanCaptured(new Money(toRefund.Captured - toRefund.Refunded), c.Amount);
                    }

                    _money += c.Amount.Cents;
                    _holds[c.Reservation] = toRefund with { Refunded = toRefund.Refunded + c.Amount.Cents };
                    return null;
                case Correct c:
                    return TryCorrect(c);
                case Pause:
                    return Set(ref _paused, !_paused, true, new LedgerRefusal.Paused());
                case Resume:
                    return Set(ref _paused, _paused, false, new LedgerRefusal.NotPaused());
                case BeginClose:
                    return _status == 'x' ? new LedgerRefusal.AccountClosed() : Set(ref _status, _status == 'o', 'c', new LedgerRefusal.AccountClosing());
                case Reopen:
                    return _status == 'x' ? new LedgerRefusal.AccountClosed() : Set(ref _status, _status == 'c', 'o', new LedgerRefusal.NotClosing());
                case Close when _status == 'x':
                    return new LedgerRefusal.AccountClosed();
                case Close when _status == 'o':
                    return new LedgerRefusal.NotClosing();
                case Close when _held > 0:
                    return new LedgerRefusal.FundsPending(new Money(_held));
                case Close when Owed > 0:
                    return new LedgerRefusal.Owing(new Money(Owed));
                case Close { Approved: { } approved } when approved.Cents != _money:
                    return new LedgerRefusal.RemainderChanged(new Money(_money));
                case Close:
                    _status = 'x';
                    return null;
                case PayOut c when c.Amount.Cents > _remainder:
                    return new LedgerRefusal.MoreThanRemainder(new Money(_remainder), c.Amount);
                case PayOut { Route: PayoutRoute.Owed } c when c.Amount.Cents > Owed:
                    return new LedgerRefusal.MoreThanOwed(new Money(Owed), c.Amount);
                case PayOut c:
                    _remainder -= c.Amount.Cents;
                    _money += c.Route == PayoutRoute.Owed ? c.Amount.Cents : 0;
                    return null;
                default:
                    throw new NotSupportedException(command.ToString());
            }
        }

        private LedgerRefusal? Resolve(string key, Hold hold, long captured)
        {
            _money -= captured;
            _held -= hold.Amount;
            _holds[key] = hold with { Open = false, Captured = captured };
            return null;
        }

        private LedgerRefusal? TryCorrect(Correct command)
        {
            if (!_done.TryGetValue(command.Reversed, out var named))
            {
                return new LedgerRefusal.UnknownTransfer(command.Reversed);
            }

            if (_reversed.Contains(command.Reversed))
            {
                return new LedgerRefusal.AlreadyReversed(command.Reversed);
            }

            if (named.Remainder > _remainder)
            {
                return new LedgerRefusal.MoreThanRemainder(new Money(_remainder), new Money(named.Remainder));
            }

            switch (named.Command)
            {
                case Capture c when _holds[c.Reservation] is { Refunded: > 0 } hold:
                    return new LedgerRefusal.MoreThanCaptured(new Money(hold.Captured - hold.Refunded), c.Amount);
                case Capture c:
                    _holds[c.Reservation] = _holds[c.Reservation] with { Refunded = _holds[c.Reservation].Captured };
                    break;
                case RefundLabel c:
                    _holds[c.Reservation] = _holds[c.Reservation] with { Refunded = _holds[c.Reservation].Refunded - c.Amount.Cents };
                    break;
                case Fund or Surcharge or Credit or Dispute or Reinstate or RecordFee or PayOut or ReceiveLate:
                    break;
                default:
                    return new LedgerRefusal.NotReversible(command.Reversed);
            }

            _money -= named.Gain;
            _remainder -= named.Remainder;
            _reversed.Add(command.Reversed);
            return null;
        }

        private static LedgerRefusal? Set<T>(ref T field, bool allowed, T value, LedgerRefusal otherwise)
        {
            if (!allowed)
            {
                return otherwise;
            }

            field = value;
            return null;
        }
    }
}
