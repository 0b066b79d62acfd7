using OneBalance.Core.Ledger;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Ledger;

namespace OneBalance.Tests.Web.Data.Ledger;

/// <summary>The checks are alive: each planted bug is caught by them, and the sound ledger is not.</summary>
public sealed class SeededFaultTests
{
    /// <summary>What gives each bug away: an invariant of the audit, or what callers saw. Any other alarm would be an accident.</summary>
    private static readonly Dictionary<SeededFault, string> Signs = new()
    {
        [SeededFault.AnswerBeforeCommit] = "^AcknowledgedIsRecorded",
        [SeededFault.SkipTheUniqueKey] = "is recorded twice",
        [SeededFault.SwapPostAndVoid] = "^Capture .*the model says",
        [SeededFault.DropTheFundsCheck] = "^FreeIsNeverNegative",
        [SeededFault.RefundWithoutLimit] = "^RefundsWithinCapture",
        [SeededFault.ResolveTwice] = "^(FreeIsNeverNegative|ResolvedAtMostOnce)",
        [SeededFault.ForgetToRelease] = "^FreeIsNeverNegative",
        [SeededFault.SkipANumber] = "^SequenceIsGapless",
        [SeededFault.BreakTheChain] = "^HashChainHolds",
        [SeededFault.BookOneSideOnly] = "^EntriesSumToZero",
        [SeededFault.KeepBooksInMemory] = "(?i)unique constraint",
    };

    public static TheoryData<DatabaseProvider, SeededFault> Faults
    {
        get
        {
            var faults = new TheoryData<DatabaseProvider, SeededFault>();
            foreach (var fault in Enum.GetValues<SeededFault>())
            {
                faults.Add(DatabaseProvider.Sqlite, fault);
                faults.Add(DatabaseProvider.Postgres, fault);
            }

            return faults;
        }
    }

    /// <summary>The writer does not check its groups here: the audit, the model and the callers' own notes must find the bug.</summary>
    [Theory, MemberData(nameof(Faults))]
    public async Task a_planted_bug_is_caught(DatabaseProvider provider, SeededFault fault)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        string? caught = await FirstFaultAsync(database, await SoundLedger.OpenAsync(database, fault, checks: false));

        Assert.NotNull(caught);
        Assert.Matches(Signs[fault], caught);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: {caught}");
    }

    /// <summary>Bugs of the rules break an invariant: the writer refuses to commit what they decided.</summary>
    [Theory]
    [InlineData(SeededFault.DropTheFundsCheck, Invariant.FreeIsNeverNegative)]
    [InlineData(SeededFault.RefundWithoutLimit, Invariant.ResolvedAtMostOnce)]
    [InlineData(SeededFault.SkipANumber, Invariant.SequenceIsGapless)]
    [InlineData(SeededFault.BreakTheChain, Invariant.HashChainHolds)]
    [InlineData(SeededFault.BookOneSideOnly, Invariant.EntriesSumToZero)]
    public async Task the_writer_does_not_commit_what_breaks_an_invariant(SeededFault fault, Invariant broken)
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);

        string? caught = await FirstFaultAsync(database, await SoundLedger.OpenAsync(database, fault, checks: true));

        Assert.StartsWith($"{broken}: ", caught);
        Assert.Null(await LedgerProof.FirstFaultAsync(database, []));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task the_sound_ledger_gives_no_alarm(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        Assert.Null(await FirstFaultAsync(database, SoundLedger.Open(database)));
    }

    /// <summary>Many callers, then the ledger's end without notice, then all that is asked of it.</summary>
    private static async Task<string?> FirstFaultAsync(TestDatabase database, LedgerBook ledger)
    {
        List<Observation> seen;
        await using (ledger)
        {
            try
            {
                seen = await LedgerObservation.WatchAsync(ledger, seed: 4711, callers: 12, commands: 60);
            }
            catch (LedgerUnavailableException failure)
            {
                return failure.InnerException!.Message;
            }
        }

        var heard = seen.Where(o => o.Reply is LedgerReply.Accepted)
            .Select(o => new Acknowledgement(0, 0, o.Command.Merchant, o.Command.Key, ((LedgerReply.Accepted)o.Reply).Sequence))
            .ToList();
        return await LedgerProof.FirstFaultAsync(database, heard) ?? await LedgerObservation.FirstDifferenceAsync(database, seen);
    }
}
