using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class MerchantUnits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "units",
                table: "label_settings",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "units",
                table: "label_settings");
        }
    }
}
