using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class OneSupportActionUnderWay : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_support_actions_one_of_a_kind_under_way",
                table: "support_actions",
                columns: new[] { "merchant_id", "kind" },
                unique: true,
                filter: "state = 1 AND reversed IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_support_actions_one_reversal_under_way",
                table: "support_actions",
                columns: new[] { "merchant_id", "reversed" },
                unique: true,
                filter: "state = 1 AND reversed IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_support_actions_one_of_a_kind_under_way",
                table: "support_actions");

            migrationBuilder.DropIndex(
                name: "ix_support_actions_one_reversal_under_way",
                table: "support_actions");
        }
    }
}
