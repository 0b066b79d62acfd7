using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Trust : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_ledger_transfers_merchant_id_recorded_at_sequence",
                table: "ledger_transfers");

            migrationBuilder.AddColumn<int>(
                name: "doubt",
                table: "refund_requests",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "not_sent_reason",
                table: "refund_requests",
                type: "INTEGER",
                nullable: true);

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

            migrationBuilder.AddColumn<bool>(
                name: "bears_secret",
                table: "outgoing_mails",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "merchant_id",
                table: "outgoing_mails",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "processor_customer_attempts",
                table: "merchants",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "merchants",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "erasure_asked_at",
                table: "labels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "recipient_erased_at",
                table: "labels",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "labels",
                type: "TEXT",
                maxLength: 300,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "answered_at",
                table: "label_trackings",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "units",
                table: "label_settings",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "reader_language",
                table: "batches",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "recipients_erased_at",
                table: "batches",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "audit_entries",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

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

            migrationBuilder.CreateTable(
                name: "ledger_audit_runs",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    night = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    started_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    transfers = table.Column<long>(type: "INTEGER", nullable: false),
                    findings_json = table.Column<string>(type: "TEXT", nullable: true),
                    failure = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_audit_runs", x => x.id);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_payout_lots_approved_before_leaving",
                table: "payout_lots",
                sql: "NOT needs_approval OR approved_by IS NOT NULL OR state IN (1, 6, 7) OR route = 3");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_merchant_id_created_at",
                table: "outgoing_mails",
                columns: new[] { "merchant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_recipient_kept",
                table: "labels",
                column: "created_at",
                filter: "recipient_erased_at IS NULL");

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

            migrationBuilder.AddCheckConstraint(
                name: "ck_account_closings_closed_as_approved",
                table: "account_closings",
                sql: "remainder IS NULL OR (approved_amount IS NOT NULL AND remainder = approved_amount)");

            migrationBuilder.AddCheckConstraint(
                name: "ck_account_closings_signed_for",
                table: "account_closings",
                sql: "(state NOT IN (2, 3, 4, 5, 6) OR opened_by IS NOT NULL) AND (state NOT IN (4, 5, 6) OR approved_by IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_audit_runs_ended_at",
                table: "ledger_audit_runs",
                column: "ended_at");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_audit_runs_night",
                table: "ledger_audit_runs",
                column: "night",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ledger_audit_runs");

            migrationBuilder.DropCheckConstraint(
                name: "ck_payout_lots_approved_before_leaving",
                table: "payout_lots");

            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_merchant_id_created_at",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_labels_recipient_kept",
                table: "labels");

            migrationBuilder.DropIndex(
                name: "ix_cards_one_backup",
                table: "cards");

            migrationBuilder.DropCheckConstraint(
                name: "ck_cards_removed_has_no_role",
                table: "cards");

            migrationBuilder.DropCheckConstraint(
                name: "ck_account_closings_closed_as_approved",
                table: "account_closings");

            migrationBuilder.DropCheckConstraint(
                name: "ck_account_closings_signed_for",
                table: "account_closings");

            migrationBuilder.DropColumn(
                name: "doubt",
                table: "refund_requests");

            migrationBuilder.DropColumn(
                name: "not_sent_reason",
                table: "refund_requests");

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
                name: "bears_secret",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "merchant_id",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "processor_customer_attempts",
                table: "merchants");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "merchants");

            migrationBuilder.DropColumn(
                name: "erasure_asked_at",
                table: "labels");

            migrationBuilder.DropColumn(
                name: "recipient_erased_at",
                table: "labels");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "labels");

            migrationBuilder.DropColumn(
                name: "answered_at",
                table: "label_trackings");

            migrationBuilder.DropColumn(
                name: "units",
                table: "label_settings");

            migrationBuilder.DropColumn(
                name: "reader_language",
                table: "batches");

            migrationBuilder.DropColumn(
                name: "recipients_erased_at",
                table: "batches");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "audit_entries");

            migrationBuilder.DropColumn(
                name: "voided_amount",
                table: "account_closings");

            migrationBuilder.DropColumn(
                name: "voided_at",
                table: "account_closings");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_transfers_merchant_id_recorded_at_sequence",
                table: "ledger_transfers",
                columns: new[] { "merchant_id", "recorded_at", "sequence" });
        }
    }
}
