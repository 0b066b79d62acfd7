using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OneBalance.Web.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class PrivacyAndSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "bears_secret",
                table: "outgoing_mails",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "merchant_id",
                table: "outgoing_mails",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "merchants",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "erasure_asked_at",
                table: "labels",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "recipient_erased_at",
                table: "labels",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "labels",
                type: "character varying(300)",
                maxLength: 300,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTime>(
                name: "recipients_erased_at",
                table: "batches",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "search_text",
                table: "audit_entries",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_merchant_id_created_at",
                table: "outgoing_mails",
                columns: new[] { "merchant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_recipient_kept",
                table: "labels",
                column: "created_at",
                filter: "recipient_erased_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_outgoing_mails_merchant_id_created_at",
                table: "outgoing_mails");

            migrationBuilder.DropIndex(
                name: "ix_labels_recipient_kept",
                table: "labels");

            migrationBuilder.DropColumn(
                name: "bears_secret",
                table: "outgoing_mails");

            migrationBuilder.DropColumn(
                name: "merchant_id",
                table: "outgoing_mails");

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
                name: "recipients_erased_at",
                table: "batches");

            migrationBuilder.DropColumn(
                name: "search_text",
                table: "audit_entries");
        }
    }
}
