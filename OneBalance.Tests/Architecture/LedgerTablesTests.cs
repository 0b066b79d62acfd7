using System.Text.RegularExpressions;
using Mono.Cecil;
using OneBalance.Tests.Support;
using OneBalance.Web.Data.Model;

namespace OneBalance.Tests.Architecture;

/// <summary>Only the ledger's writer (Data/Ledger) writes ledger tables: money moves by commands and in no other way.</summary>
public sealed partial class LedgerTablesTests
{
    private const string Writer = "OneBalance.Web.Data.Ledger";

    [Fact]
    public void Nobody_else_makes_or_changes_a_ledger_row() =>
        Findings.AssertNone(WritesOf(Il.MethodsIn(typeof(Program).Assembly, Product.Ours)
            .Where(method => !Product.IsIn(Il.WrittenIn(method), Writer) && Il.WrittenIn(method) != typeof(LedgerBookRow).FullName)));

    [Fact]
    public void A_type_that_changes_a_ledger_row_is_found() =>
        Assert.Equal(
            [$"{Product.Offending}.Ledger.WritesLedger calls {typeof(LedgerBookRow).FullName}::set_Available"],
            WritesOf(Il.MethodsIn(typeof(LedgerTablesTests).Assembly, $"{Product.Offending}.Ledger")));

    [Fact]
    public void No_SQL_and_no_bulk_command_elsewhere_writes_a_ledger_table() =>
        Assert.DoesNotContain(
            Repository.Files.Where(file => file.StartsWith("OneBalance.Web/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)
                && !file.StartsWith("OneBalance.Web/Data/Ledger/", StringComparison.Ordinal)
                && !file.StartsWith("OneBalance.Web/Data/Migrations/", StringComparison.Ordinal)),
            file => WritesLedgerTable(Repository.Read(file)));

    [Theory]
    [InlineData("INSERT INTO ledger_entries VALUES (1)", true)]
    [InlineData("update ledger_books set available = 1", true)]
    [InlineData("DELETE FROM \"ledger_transfers\"", true)]
    [InlineData("await db.LedgerBooks\n    .Where(b => b.MerchantId == id)\n    .ExecuteUpdateAsync(set)", true)]
    [InlineData("db.LedgerEntries.Add(row)", true)]
    [InlineData("SELECT * FROM ledger_books", false)]
    [InlineData("await db.LedgerTransfers.Where(t => t.MerchantId == id).ToListAsync(ct); await db.TopUps.ExecuteDeleteAsync(ct)", false)]
    public void What_writes_a_ledger_table_is_told_from_what_reads_it(string code, bool writes) => Assert.Equal(writes, WritesLedgerTable(code));

    private static bool WritesLedgerTable(string code) => Sql().IsMatch(code) || Bulk().IsMatch(code);

    private static IReadOnlyList<string> WritesOf(IEnumerable<MethodDefinition> methods) => Il.Calls(methods, called =>
        called.DeclaringType.Name is nameof(LedgerBookRow) or nameof(LedgerTransferRow) or nameof(LedgerEntryRow) or nameof(LedgerReservationRow)
        && (called.Name == ".ctor" || called.Name.StartsWith("set_", StringComparison.Ordinal)));

    [GeneratedRegex("(insert\\s+into|update|delete\\s+from)\\s+\"?ledger_", RegexOptions.IgnoreCase)]
    private static partial Regex Sql();

    [GeneratedRegex("Ledger(Books|Transfers|Entries|Reservations)[^;]*?\\.(ExecuteUpdate|ExecuteDelete|Add|Update|Remove|Attach)")]
    private static partial Regex Bulk();
}
