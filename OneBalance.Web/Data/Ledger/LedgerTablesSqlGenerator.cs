using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace OneBalance.Web.Data.Ledger;

/// <summary>
/// On SQLite the ledger's tables are kept in the order of their primary keys (WITHOUT ROWID): otherwise each row is stored in
/// order of arrival, and its primary key once more in an index beside it, which is twice the pages to write for every command.
/// </summary>
internal sealed class LedgerTablesSqlGenerator(
    MigrationsSqlGeneratorDependencies dependencies, IRelationalAnnotationProvider annotations)
    : SqliteMigrationsSqlGenerator(dependencies, annotations)
{
    private static readonly string[] InKeyOrder = ["ledger_transfers", "ledger_entries", "ledger_reservations"];

    /// <summary>A table that a migration rebuilds is created under a name of its own, which ends with the table's.</summary>
    protected override void Generate(CreateTableOperation operation, IModel? model, MigrationCommandListBuilder builder, bool terminate = true)
    {
        if (!InKeyOrder.Any(table => operation.Name == table || operation.Name == $"ef_temp_{table}"))
        {
            base.Generate(operation, model, builder, terminate);
            return;
        }

        base.Generate(operation, model, builder, terminate: false);
        builder.Append(" WITHOUT ROWID");
        if (terminate)
        {
            builder.AppendLine(Dependencies.SqlGenerationHelper.StatementTerminator);
            EndStatement(builder);
        }
    }

    /// <summary>Not in the middle of a migration: that would cut its transaction in pieces. They are off around all of them.</summary>
    protected override void Generate(SqlOperation operation, IModel? model, MigrationCommandListBuilder builder)
    {
        if (!operation.Sql.StartsWith("PRAGMA foreign_keys", StringComparison.OrdinalIgnoreCase))
        {
            base.Generate(operation, model, builder);
        }
    }
}
