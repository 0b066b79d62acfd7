using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FundingHardened : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "processor_customer_attempts",
                table: "merchants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateIndex(
                name: "ix_cards_one_backup",
                table: "cards",
                column: "merchant_id",
                unique: true,
                filter: "is_backup");

            migrationBuilder.AddCheckConstraint(
                name: "ck_cards_removed_has_no_role",
                table: "cards",
                sql: "removed_at IS NULL OR NOT (is_default OR is_backup)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_cards_one_backup",
                table: "cards");

            migrationBuilder.DropCheckConstraint(
                name: "ck_cards_removed_has_no_role",
                table: "cards");

            migrationBuilder.DropColumn(
                name: "processor_customer_attempts",
                table: "merchants");
        }
    }
}
