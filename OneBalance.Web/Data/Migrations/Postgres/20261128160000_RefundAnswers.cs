using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class RefundAnswers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "doubt",
                table: "refund_requests",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "not_sent_reason",
                table: "refund_requests",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "answered_at",
                table: "label_trackings",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "doubt",
                table: "refund_requests");

            migrationBuilder.DropColumn(
                name: "not_sent_reason",
                table: "refund_requests");

            migrationBuilder.DropColumn(
                name: "answered_at",
                table: "label_trackings");
        }
    }
}
