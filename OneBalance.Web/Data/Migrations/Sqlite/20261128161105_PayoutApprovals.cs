using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class PayoutApprovals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "approval_note",
                table: "payout_lots",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "approved_at",
                table: "payout_lots",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "approved_by",
                table: "payout_lots",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "asked_at",
                table: "payout_lots",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "needs_approval",
                table: "payout_lots",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "overdue_told_at",
                table: "payout_lots",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "refusals",
                table: "payout_lots",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "return_note",
                table: "payout_lots",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "voided_amount",
                table: "account_closings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "voided_at",
                table: "account_closings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "ck_payout_lots_approved_before_leaving",
                table: "payout_lots",
                sql: "NOT needs_approval OR approved_by IS NOT NULL OR state IN (1, 6, 7) OR route = 3");

            migrationBuilder.AddCheckConstraint(
                name: "ck_account_closings_closed_as_approved",
                table: "account_closings",
                sql: "remainder IS NULL OR (approved_amount IS NOT NULL AND remainder = approved_amount)");

            migrationBuilder.AddCheckConstraint(
                name: "ck_account_closings_signed_for",
                table: "account_closings",
                sql: "(state NOT IN (2, 3, 4, 5, 6) OR opened_by IS NOT NULL) AND (state NOT IN (4, 5, 6) OR approved_by IS NOT NULL)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_payout_lots_approved_before_leaving",
                table: "payout_lots");

            migrationBuilder.DropCheckConstraint(
                name: "ck_account_closings_closed_as_approved",
                table: "account_closings");

            migrationBuilder.DropCheckConstraint(
                name: "ck_account_closings_signed_for",
                table: "account_closings");

            migrationBuilder.DropColumn(
                name: "approval_note",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "approved_at",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "approved_by",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "asked_at",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "needs_approval",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "overdue_told_at",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "refusals",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "return_note",
                table: "payout_lots");

            migrationBuilder.DropColumn(
                name: "voided_amount",
                table: "account_closings");

            migrationBuilder.DropColumn(
                name: "voided_at",
                table: "account_closings");
        }
    }
}
