using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

#pragma warning disable CA1814 // Prefer jagged arrays over multidimensional

namespace OneBalance.Web.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "account_closings",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    requested_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    opened_by = table.Column<string>(type: "TEXT", nullable: true),
                    opened_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    approved_by = table.Column<string>(type: "TEXT", nullable: true),
                    approved_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    approval_note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    approved_amount = table.Column<long>(type: "INTEGER", nullable: true),
                    approval_limit = table.Column<long>(type: "INTEGER", nullable: true),
                    due_from = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    due_by = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    remainder = table.Column<long>(type: "INTEGER", nullable: true),
                    closed_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    paid_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    withdrawn_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_account_closings", x => new { x.merchant_id, x.id });
                    table.CheckConstraint("ck_account_closings_maker_is_not_checker", "approved_by IS NULL OR (opened_by IS NOT NULL AND approved_amount IS NOT NULL AND approval_limit IS NOT NULL AND (approved_amount <= approval_limit OR approved_by <> opened_by))");
                });

            migrationBuilder.CreateTable(
                name: "AspNetRoles",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    normalized_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    concurrency_stamp = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_roles", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 45, nullable: true),
                    action = table.Column<int>(type: "INTEGER", nullable: false),
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    subject = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    before = table.Column<string>(type: "TEXT", nullable: true),
                    after = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "auto_funding",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    threshold = table.Column<long>(type: "INTEGER", nullable: false),
                    mode = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    most_per_day = table.Column<int>(type: "INTEGER", nullable: false),
                    failures = table.Column<int>(type: "INTEGER", nullable: false),
                    cool_down_until = table.Column<DateTime>(type: "TEXT", nullable: true),
                    stopped_for = table.Column<string>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_auto_funding", x => x.merchant_id);
                });

            migrationBuilder.CreateTable(
                name: "auto_funding_events",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    top_up_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    code = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    occurred_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_auto_funding_events", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    columns_json = table.Column<string>(type: "TEXT", nullable: false),
                    units = table.Column<int>(type: "INTEGER", nullable: false),
                    from_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_company = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_line1 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_line2 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_city = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    from_province = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    from_postal_code = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    from_country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    from_phone = table.Column<string>(type: "TEXT", maxLength: 25, nullable: false),
                    parcel_json = table.Column<string>(type: "TEXT", nullable: true),
                    choice = table.Column<int>(type: "INTEGER", nullable: false),
                    service_code = table.Column<string>(type: "TEXT", nullable: true),
                    requested_by = table.Column<string>(type: "TEXT", nullable: true),
                    requested_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    cancelled_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    finished_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    stop = table.Column<int>(type: "INTEGER", nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    next_run_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batches", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "call_windows",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    started_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    used = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_windows", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "card_disputes",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    top_up_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    card_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    payment_id = table.Column<string>(type: "TEXT", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    taken = table.Column<long>(type: "INTEGER", nullable: false),
                    returned = table.Column<long>(type: "INTEGER", nullable: false),
                    evidence_due_by = table.Column<DateTime>(type: "TEXT", nullable: true),
                    opened_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_card_disputes", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "card_refunds",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    top_up_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    payment_id = table.Column<string>(type: "TEXT", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    failure_reason = table.Column<string>(type: "TEXT", nullable: true),
                    transfer_key = table.Column<string>(type: "TEXT", nullable: true),
                    failure_transfer_key = table.Column<string>(type: "TEXT", nullable: true),
                    recorded_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_card_refunds", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "cards",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    processor_id = table.Column<string>(type: "TEXT", nullable: false),
                    brand = table.Column<string>(type: "TEXT", nullable: false),
                    last_four = table.Column<string>(type: "TEXT", maxLength: 4, nullable: false),
                    expiry_month = table.Column<int>(type: "INTEGER", nullable: false),
                    expiry_year = table.Column<int>(type: "INTEGER", nullable: false),
                    is_default = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_backup = table.Column<bool>(type: "INTEGER", nullable: false),
                    added_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    removed_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    detached_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cards", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "carrier_adjustments",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    carrier_line_id = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    explanation = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    evidence_name = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    evidence_type = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    evidence = table.Column<byte[]>(type: "BLOB", nullable: false),
                    noticed_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    debited_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    disputed_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    dispute = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    decided_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    decision = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    credited_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_carrier_adjustments", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "credit_files",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    imported_by = table.Column<string>(type: "TEXT", nullable: false),
                    imported_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    report_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_credit_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "credit_lines",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    file_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_credit_lines", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "customs_goods",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 45, nullable: false),
                    description = table.Column<string>(type: "TEXT", maxLength: 45, nullable: false),
                    unit_weight_grams = table.Column<int>(type: "INTEGER", nullable: false),
                    unit_value = table.Column<long>(type: "INTEGER", nullable: false),
                    hs_code = table.Column<string>(type: "TEXT", maxLength: 13, nullable: false),
                    country_of_origin = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    province_of_origin = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    used_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_customs_goods", x => new { x.merchant_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    friendly_name = table.Column<string>(type: "TEXT", nullable: true),
                    xml = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "difference_clearances",
                columns: table => new
                {
                    difference_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    cleared_by = table.Column<string>(type: "TEXT", nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    cleared_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_difference_clearances", x => x.difference_id);
                });

            migrationBuilder.CreateTable(
                name: "label_documents",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    media_type = table.Column<string>(type: "TEXT", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false),
                    stored_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_label_documents", x => new { x.merchant_id, x.label_id, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "label_settings",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    format = table.Column<int>(type: "INTEGER", nullable: false),
                    close_automatically = table.Column<bool>(type: "INTEGER", nullable: false),
                    close_minute = table.Column<int>(type: "INTEGER", nullable: false),
                    close_zone = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    next_close_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_label_settings", x => x.merchant_id);
                });

            migrationBuilder.CreateTable(
                name: "label_trackings",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    events_json = table.Column<string>(type: "TEXT", nullable: false),
                    expected_delivery = table.Column<DateOnly>(type: "TEXT", nullable: true),
                    since = table.Column<DateTime>(type: "TEXT", nullable: false),
                    last_news_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    last_asked_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ask_in = table.Column<int>(type: "INTEGER", nullable: false),
                    next_ask_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_label_trackings", x => new { x.merchant_id, x.label_id });
                });

            migrationBuilder.CreateTable(
                name: "labels",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    from_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_company = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_line1 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_line2 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    from_city = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    from_province = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    from_postal_code = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    from_country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    from_phone = table.Column<string>(type: "TEXT", maxLength: 25, nullable: false),
                    to_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    to_company = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    to_line1 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    to_line2 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    to_city = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    to_province = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    to_postal_code = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    to_country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    to_phone = table.Column<string>(type: "TEXT", maxLength: 25, nullable: false),
                    weight_grams = table.Column<int>(type: "INTEGER", nullable: false),
                    length_mm = table.Column<int>(type: "INTEGER", nullable: false),
                    width_mm = table.Column<int>(type: "INTEGER", nullable: false),
                    height_mm = table.Column<int>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", maxLength: 35, nullable: false),
                    units = table.Column<int>(type: "INTEGER", nullable: false),
                    options_json = table.Column<string>(type: "TEXT", nullable: false),
                    recipient_email = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    customs_json = table.Column<string>(type: "TEXT", nullable: true),
                    rates_json = table.Column<string>(type: "TEXT", nullable: true),
                    rates_for = table.Column<string>(type: "TEXT", nullable: true),
                    rated_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    service_code = table.Column<string>(type: "TEXT", nullable: true),
                    service_name = table.Column<string>(type: "TEXT", nullable: true),
                    quote_json = table.Column<string>(type: "TEXT", nullable: true),
                    reserved = table.Column<long>(type: "INTEGER", nullable: true),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: true),
                    carrier_group = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    format = table.Column<int>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    price_json = table.Column<string>(type: "TEXT", nullable: true),
                    paid = table.Column<long>(type: "INTEGER", nullable: true),
                    captured = table.Column<long>(type: "INTEGER", nullable: true),
                    shipment_id = table.Column<string>(type: "TEXT", nullable: true),
                    tracking_number = table.Column<string>(type: "TEXT", nullable: true),
                    label_link = table.Column<string>(type: "TEXT", nullable: true),
                    invoice_link = table.Column<string>(type: "TEXT", nullable: true),
                    errors_json = table.Column<string>(type: "TEXT", nullable: true),
                    decline_reason = table.Column<int>(type: "INTEGER", nullable: true),
                    successor_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    document_stored_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    batch_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    invoice_stored_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    requested_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    purchased_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    manifest_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    manifested_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    absent_since = table.Column<DateTime>(type: "TEXT", nullable: true),
                    voided_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    busy_until = table.Column<DateTime>(type: "TEXT", nullable: true),
                    next_run_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_labels", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "ledger_books",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    available = table.Column<long>(type: "INTEGER", nullable: false),
                    pending = table.Column<long>(type: "INTEGER", nullable: false),
                    card_clearing = table.Column<long>(type: "INTEGER", nullable: false),
                    carrier_payable = table.Column<long>(type: "INTEGER", nullable: false),
                    receivable = table.Column<long>(type: "INTEGER", nullable: false),
                    payout_clearing = table.Column<long>(type: "INTEGER", nullable: false),
                    bank = table.Column<long>(type: "INTEGER", nullable: false),
                    processing_fees = table.Column<long>(type: "INTEGER", nullable: false),
                    adjustment = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    paused = table.Column<bool>(type: "INTEGER", nullable: false),
                    recorded_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_books", x => x.merchant_id);
                });

            migrationBuilder.CreateTable(
                name: "ledger_entries",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    account = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_entries", x => new { x.merchant_id, x.sequence, x.account });
                });

            migrationBuilder.CreateTable(
                name: "ledger_reservations",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    reserved_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    captured = table.Column<long>(type: "INTEGER", nullable: false),
                    refunded = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_reservations", x => new { x.merchant_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "ledger_transfers",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    reference = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    recorded_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    available_after = table.Column<long>(type: "INTEGER", nullable: false),
                    available_change = table.Column<long>(type: "INTEGER", nullable: false),
                    pending_after = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_transfers", x => new { x.merchant_id, x.sequence });
                });

            migrationBuilder.CreateTable(
                name: "manifests",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    carrier_group = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    shipping_point = table.Column<string>(type: "TEXT", maxLength: 6, nullable: false),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: true),
                    requested_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    excluded_json = table.Column<string>(type: "TEXT", nullable: false),
                    transmitted_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    errors_json = table.Column<string>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    next_run_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_manifests", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "merchants",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    business_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_company = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_line1 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_line2 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_city = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    address_province = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    address_postal_code = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    address_country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    address_phone = table.Column<string>(type: "TEXT", maxLength: 25, nullable: false),
                    contact_email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    set_up_finished_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    processor_customer_id = table.Column<string>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_merchants", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "notices_written",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    written_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notices_written", x => new { x.merchant_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "outgoing_mails",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    to = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    text_body = table.Column<string>(type: "TEXT", nullable: false),
                    html_body = table.Column<string>(type: "TEXT", nullable: false),
                    unsubscribe_url = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    sent_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    next_attempt_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outgoing_mails", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "parcel_presets",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    name_key = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    weight_grams = table.Column<int>(type: "INTEGER", nullable: false),
                    length_mm = table.Column<int>(type: "INTEGER", nullable: false),
                    width_mm = table.Column<int>(type: "INTEGER", nullable: false),
                    height_mm = table.Column<int>(type: "INTEGER", nullable: false),
                    units = table.Column<int>(type: "INTEGER", nullable: false),
                    is_default = table.Column<bool>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_parcel_presets", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "payout_lots",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    closing_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    route = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    top_up_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    payment_id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    card_brand = table.Column<string>(type: "TEXT", nullable: true),
                    card_last_four = table.Column<string>(type: "TEXT", nullable: true),
                    refund_id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    failure_code = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    replanned = table.Column<bool>(type: "INTEGER", nullable: false),
                    means = table.Column<int>(type: "INTEGER", nullable: true),
                    bank_reference = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    recorded_by = table.Column<string>(type: "TEXT", nullable: true),
                    due_from = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    due_by = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    supplementary = table.Column<bool>(type: "INTEGER", nullable: false),
                    planned_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    sent_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_payout_lots", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "print_jobs",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    labels_json = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_print_jobs", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "processor_cursors",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    read_until = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_processor_cursors", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "processor_events",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    object_id = table.Column<string>(type: "TEXT", nullable: false),
                    occurred_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    received_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    due_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    worked_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    outcome = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_processor_events", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "processor_transactions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    category = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    source_id = table.Column<string>(type: "TEXT", nullable: false),
                    payment_id = table.Column<string>(type: "TEXT", nullable: true),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    fee = table.Column<long>(type: "INTEGER", nullable: false),
                    occurred_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    seen_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    transfer_key = table.Column<string>(type: "TEXT", nullable: true),
                    matched_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_processor_transactions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "reconciliation_differences",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    subject = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    transaction_id = table.Column<string>(type: "TEXT", nullable: true),
                    what = table.Column<string>(type: "TEXT", maxLength: 60, nullable: false),
                    transfer_key = table.Column<string>(type: "TEXT", nullable: true),
                    ours = table.Column<long>(type: "INTEGER", nullable: true),
                    theirs = table.Column<long>(type: "INTEGER", nullable: true),
                    occurred_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    first_seen_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    resolved_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    cleared_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reconciliation_differences", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "reconciliation_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<DateTime>(type: "TEXT", nullable: false),
                    started_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    seen = table.Column<int>(type: "INTEGER", nullable: false),
                    matched = table.Column<int>(type: "INTEGER", nullable: false),
                    open = table.Column<int>(type: "INTEGER", nullable: false),
                    problem = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_reconciliation_runs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "refund_requests",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    automatic = table.Column<bool>(type: "INTEGER", nullable: false),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    requested_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    not_before = table.Column<DateTime>(type: "TEXT", nullable: true),
                    carrier_confirmed_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ticket = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true),
                    expected_by = table.Column<DateTime>(type: "TEXT", nullable: true),
                    overdue_told_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    decided_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    granted = table.Column<long>(type: "INTEGER", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    credited_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    errors_json = table.Column<string>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    next_run_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refund_requests", x => new { x.merchant_id, x.label_id });
                });

            migrationBuilder.CreateTable(
                name: "refund_settings",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    void_unused = table.Column<bool>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refund_settings", x => x.merchant_id);
                });

            migrationBuilder.CreateTable(
                name: "saved_addresses",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    address_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_company = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_line1 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_line2 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    address_city = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    address_province = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    address_postal_code = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    address_country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    address_phone = table.Column<string>(type: "TEXT", maxLength: 25, nullable: false),
                    search_text = table.Column<string>(type: "TEXT", maxLength: 300, nullable: false),
                    is_default = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_addresses", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "service_notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    severity = table.Column<int>(type: "INTEGER", nullable: false),
                    blocks_purchase = table.Column<bool>(type: "INTEGER", nullable: false),
                    from = table.Column<DateTime>(type: "TEXT", nullable: false),
                    to = table.Column<DateTime>(type: "TEXT", nullable: true),
                    places = table.Column<string>(type: "TEXT", nullable: false),
                    services = table.Column<string>(type: "TEXT", nullable: false),
                    english_title = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    english_text = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    french_title = table.Column<string>(type: "TEXT", maxLength: 120, nullable: false),
                    french_text = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    updated_by = table.Column<string>(type: "TEXT", maxLength: 450, nullable: false),
                    withdrawn_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_service_notices", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "set_up_drafts",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    business_name = table.Column<string>(type: "TEXT", nullable: false),
                    billing_address_name = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    billing_address_company = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    billing_address_line1 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    billing_address_line2 = table.Column<string>(type: "TEXT", maxLength: 44, nullable: false),
                    billing_address_city = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    billing_address_province = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    billing_address_postal_code = table.Column<string>(type: "TEXT", maxLength: 14, nullable: false),
                    billing_address_country = table.Column<string>(type: "TEXT", maxLength: 2, nullable: false),
                    billing_address_phone = table.Column<string>(type: "TEXT", maxLength: 25, nullable: false),
                    card_setup_session_id = table.Column<string>(type: "TEXT", nullable: true),
                    card_setup_return_path = table.Column<string>(type: "TEXT", nullable: true),
                    card_setup_replaces = table.Column<Guid>(type: "TEXT", nullable: true),
                    terms_ticked = table.Column<bool>(type: "INTEGER", nullable: false),
                    return_path = table.Column<string>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_set_up_drafts", x => x.merchant_id);
                });

            migrationBuilder.CreateTable(
                name: "support_actions",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: true),
                    reversed = table.Column<string>(type: "TEXT", maxLength: 100, nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 45, nullable: true),
                    asked_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    refusal = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_support_actions", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "tax_paper_series",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    ledger_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    invoices = table.Column<int>(type: "INTEGER", nullable: false),
                    credit_notes = table.Column<int>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tax_paper_series", x => x.merchant_id);
                });

            migrationBuilder.CreateTable(
                name: "tax_papers",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ledger_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    issued_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    service_name = table.Column<string>(type: "TEXT", nullable: false),
                    before_tax = table.Column<long>(type: "INTEGER", nullable: false),
                    total = table.Column<long>(type: "INTEGER", nullable: false),
                    content_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tax_papers", x => new { x.merchant_id, x.kind, x.number });
                });

            migrationBuilder.CreateTable(
                name: "terms_acceptances",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    text_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    accepted_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_terms_acceptances", x => new { x.merchant_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "top_ups",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    amount = table.Column<long>(type: "INTEGER", nullable: false),
                    card_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    card_brand = table.Column<string>(type: "TEXT", nullable: false),
                    card_last_four = table.Column<string>(type: "TEXT", nullable: false),
                    payment_id = table.Column<string>(type: "TEXT", nullable: true),
                    redirect_url = table.Column<string>(type: "TEXT", nullable: true),
                    statement_descriptor = table.Column<string>(type: "TEXT", nullable: true),
                    failure_code = table.Column<string>(type: "TEXT", nullable: true),
                    failure_message = table.Column<string>(type: "TEXT", nullable: true),
                    return_path = table.Column<string>(type: "TEXT", nullable: true),
                    return_url = table.Column<string>(type: "TEXT", nullable: false),
                    automatic = table.Column<bool>(type: "INTEGER", nullable: false),
                    automatic_slot = table.Column<string>(type: "TEXT", nullable: true),
                    requested_by = table.Column<string>(type: "TEXT", nullable: false),
                    requested_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    charging_since = table.Column<DateTime>(type: "TEXT", nullable: true),
                    absent_since = table.Column<DateTime>(type: "TEXT", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    noticed_state = table.Column<int>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    updated_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_top_ups", x => new { x.merchant_id, x.id });
                });

            migrationBuilder.CreateTable(
                name: "AspNetRoleClaims",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    role_id = table.Column<string>(type: "TEXT", nullable: false),
                    claim_type = table.Column<string>(type: "TEXT", nullable: true),
                    claim_value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_role_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_asp_net_role_claims_asp_net_roles_role_id",
                        column: x => x.role_id,
                        principalTable: "AspNetRoles",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "batch_lines",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    batch_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    cells_json = table.Column<string>(type: "TEXT", nullable: false),
                    fields_json = table.Column<string>(type: "TEXT", nullable: false),
                    edited = table.Column<bool>(type: "INTEGER", nullable: false),
                    rates_json = table.Column<string>(type: "TEXT", nullable: true),
                    rates_for = table.Column<string>(type: "TEXT", nullable: true),
                    rated_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    service_code = table.Column<string>(type: "TEXT", nullable: true),
                    service_name = table.Column<string>(type: "TEXT", nullable: true),
                    total = table.Column<long>(type: "INTEGER", nullable: true),
                    instead_of_named = table.Column<bool>(type: "INTEGER", nullable: false),
                    errors_json = table.Column<string>(type: "TEXT", nullable: true),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_lines", x => new { x.merchant_id, x.batch_id, x.number });
                    table.ForeignKey(
                        name: "fk_batch_lines_batches_merchant_id_batch_id",
                        columns: x => new { x.merchant_id, x.batch_id },
                        principalTable: "batches",
                        principalColumns: new[] { "merchant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "manifest_labels",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    manifest_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    label_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    problem = table.Column<int>(type: "INTEGER", nullable: true),
                    part = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_manifest_labels", x => new { x.merchant_id, x.manifest_id, x.label_id });
                    table.ForeignKey(
                        name: "fk_manifest_labels_manifests_merchant_id_manifest_id",
                        columns: x => new { x.merchant_id, x.manifest_id },
                        principalTable: "manifests",
                        principalColumns: new[] { "merchant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "manifest_parts",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    manifest_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    link = table.Column<string>(type: "TEXT", nullable: false),
                    region = table.Column<int>(type: "INTEGER", nullable: true),
                    po_number = table.Column<string>(type: "TEXT", maxLength: 20, nullable: true),
                    billed = table.Column<long>(type: "INTEGER", nullable: true),
                    media_type = table.Column<string>(type: "TEXT", nullable: true),
                    content = table.Column<byte[]>(type: "BLOB", nullable: true),
                    stored_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    errors_json = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_manifest_parts", x => new { x.merchant_id, x.manifest_id, x.number });
                    table.ForeignKey(
                        name: "fk_manifest_parts_manifests_merchant_id_manifest_id",
                        columns: x => new { x.merchant_id, x.manifest_id },
                        principalTable: "manifests",
                        principalColumns: new[] { "merchant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUsers",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    user_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    normalized_user_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    normalized_email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    email_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", nullable: true),
                    security_stamp = table.Column<string>(type: "TEXT", nullable: true),
                    concurrency_stamp = table.Column<string>(type: "TEXT", nullable: true),
                    phone_number = table.Column<string>(type: "TEXT", nullable: true),
                    phone_number_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    two_factor_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    lockout_end = table.Column<DateTime>(type: "TEXT", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    access_failed_count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_users", x => x.id);
                    table.ForeignKey(
                        name: "fk_asp_net_users_merchants_merchant_id",
                        column: x => x.merchant_id,
                        principalTable: "merchants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "invitations",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    normalized_email = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    rights = table.Column<int>(type: "INTEGER", nullable: false),
                    language = table.Column<int>(type: "INTEGER", nullable: false),
                    secret_digest = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    invited_by = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    sent_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    expires_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    accepted_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    withdrawn_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_invitations", x => new { x.merchant_id, x.id });
                    table.ForeignKey(
                        name: "fk_invitations_merchants_merchant_id",
                        column: x => x.merchant_id,
                        principalTable: "merchants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserClaims",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    claim_type = table.Column<string>(type: "TEXT", nullable: true),
                    claim_value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_user_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_asp_net_user_claims_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserLogins",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "TEXT", nullable: false),
                    provider_key = table.Column<string>(type: "TEXT", nullable: false),
                    provider_display_name = table.Column<string>(type: "TEXT", nullable: true),
                    user_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_user_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "fk_asp_net_user_logins_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserPasskeys",
                columns: table => new
                {
                    credential_id = table.Column<byte[]>(type: "BLOB", maxLength: 1024, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    data = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_user_passkeys", x => x.credential_id);
                    table.ForeignKey(
                        name: "fk_asp_net_user_passkeys_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserRoles",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    role_id = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_user_roles", x => new { x.user_id, x.role_id });
                    table.ForeignKey(
                        name: "fk_asp_net_user_roles_asp_net_roles_role_id",
                        column: x => x.role_id,
                        principalTable: "AspNetRoles",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_asp_net_user_roles_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AspNetUserTokens",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    login_provider = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_asp_net_user_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "fk_asp_net_user_tokens_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "memberships",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    is_owner = table.Column<bool>(type: "INTEGER", nullable: false),
                    rights = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 80, nullable: false),
                    added_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_memberships", x => new { x.merchant_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_memberships_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_memberships_merchants_merchant_id",
                        column: x => x.merchant_id,
                        principalTable: "merchants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "notice_preferences",
                columns: table => new
                {
                    merchant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", nullable: false),
                    funding_failed = table.Column<bool>(type: "INTEGER", nullable: false),
                    card_expiring = table.Column<bool>(type: "INTEGER", nullable: false),
                    low_balance = table.Column<bool>(type: "INTEGER", nullable: false),
                    unused_labels = table.Column<bool>(type: "INTEGER", nullable: false),
                    low_balance_below = table.Column<long>(type: "INTEGER", nullable: false),
                    low_balance_armed = table.Column<bool>(type: "INTEGER", nullable: false),
                    low_balance_sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notice_preferences", x => new { x.merchant_id, x.user_id });
                    table.ForeignKey(
                        name: "fk_notice_preferences_asp_net_users_user_id",
                        column: x => x.user_id,
                        principalTable: "AspNetUsers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "AspNetRoles",
                columns: new[] { "id", "concurrency_stamp", "name", "normalized_name" },
                values: new object[,]
                {
                    { "merchant-owner", "1", "MerchantOwner", "MERCHANTOWNER" },
                    { "supervisor", "1", "Supervisor", "SUPERVISOR" },
                    { "support", "1", "Support", "SUPPORT" }
                });

            migrationBuilder.CreateIndex(
                name: "ix_account_closings_id",
                table: "account_closings",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_account_closings_one_under_way",
                table: "account_closings",
                column: "merchant_id",
                unique: true,
                filter: "state <> 8");

            migrationBuilder.CreateIndex(
                name: "ix_account_closings_reference",
                table: "account_closings",
                column: "reference",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_account_closings_state_due_by",
                table: "account_closings",
                columns: new[] { "state", "due_by" });

            migrationBuilder.CreateIndex(
                name: "ix_asp_net_role_claims_role_id",
                table: "AspNetRoleClaims",
                column: "role_id");

            migrationBuilder.CreateIndex(
                name: "RoleNameIndex",
                table: "AspNetRoles",
                column: "normalized_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_asp_net_user_claims_user_id",
                table: "AspNetUserClaims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_asp_net_user_logins_user_id",
                table: "AspNetUserLogins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_asp_net_user_passkeys_user_id",
                table: "AspNetUserPasskeys",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_asp_net_user_roles_role_id",
                table: "AspNetUserRoles",
                column: "role_id");

            migrationBuilder.CreateIndex(
                name: "EmailIndex",
                table: "AspNetUsers",
                column: "normalized_email");

            migrationBuilder.CreateIndex(
                name: "ix_asp_net_users_merchant_id",
                table: "AspNetUsers",
                column: "merchant_id");

            migrationBuilder.CreateIndex(
                name: "UserNameIndex",
                table: "AspNetUsers",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_at_id",
                table: "audit_entries",
                columns: new[] { "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_merchant_id_at",
                table: "audit_entries",
                columns: new[] { "merchant_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_user_id_at",
                table: "audit_entries",
                columns: new[] { "user_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_auto_funding_events_id",
                table: "auto_funding_events",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_batch_lines_merchant_id_label_id",
                table: "batch_lines",
                columns: new[] { "merchant_id", "label_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_batches_merchant_id_created_at",
                table: "batches",
                columns: new[] { "merchant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_batches_next_run_at",
                table: "batches",
                column: "next_run_at");

            migrationBuilder.CreateIndex(
                name: "ix_card_disputes_id",
                table: "card_disputes",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_card_disputes_state_evidence_due_by",
                table: "card_disputes",
                columns: new[] { "state", "evidence_due_by" });

            migrationBuilder.CreateIndex(
                name: "ix_card_refunds_id",
                table: "card_refunds",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cards_merchant_id_processor_id",
                table: "cards",
                columns: new[] { "merchant_id", "processor_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cards_one_default",
                table: "cards",
                column: "merchant_id",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_carrier_adjustments_carrier_line_id",
                table: "carrier_adjustments",
                column: "carrier_line_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_carrier_adjustments_state_noticed_at",
                table: "carrier_adjustments",
                columns: new[] { "state", "noticed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_credit_files_imported_at",
                table: "credit_files",
                column: "imported_at");

            migrationBuilder.CreateIndex(
                name: "ix_credit_lines_merchant_id_label_id",
                table: "credit_lines",
                columns: new[] { "merchant_id", "label_id" });

            migrationBuilder.CreateIndex(
                name: "ix_customs_goods_merchant_id_used_at",
                table: "customs_goods",
                columns: new[] { "merchant_id", "used_at" });

            migrationBuilder.CreateIndex(
                name: "ix_invitations_one_open",
                table: "invitations",
                columns: new[] { "merchant_id", "normalized_email" },
                unique: true,
                filter: "accepted_at IS NULL AND withdrawn_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_invitations_secret_digest",
                table: "invitations",
                column: "secret_digest",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_label_settings_next_close_at",
                table: "label_settings",
                column: "next_close_at");

            migrationBuilder.CreateIndex(
                name: "ix_label_trackings_merchant_id_status",
                table: "label_trackings",
                columns: new[] { "merchant_id", "status" });

            migrationBuilder.CreateIndex(
                name: "ix_label_trackings_next_ask_at",
                table: "label_trackings",
                column: "next_ask_at");

            migrationBuilder.CreateIndex(
                name: "ix_labels_manifested_at",
                table: "labels",
                column: "manifested_at");

            migrationBuilder.CreateIndex(
                name: "ix_labels_merchant_id_created_at",
                table: "labels",
                columns: new[] { "merchant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_merchant_id_state_created_at",
                table: "labels",
                columns: new[] { "merchant_id", "state", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_merchant_id_tracking_number",
                table: "labels",
                columns: new[] { "merchant_id", "tracking_number" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_next_run_at",
                table: "labels",
                column: "next_run_at");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_transfers_merchant_id_key",
                table: "ledger_transfers",
                columns: new[] { "merchant_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_ledger_transfers_merchant_id_kind_sequence",
                table: "ledger_transfers",
                columns: new[] { "merchant_id", "kind", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_transfers_merchant_id_recorded_at_sequence",
                table: "ledger_transfers",
                columns: new[] { "merchant_id", "recorded_at", "sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_transfers_merchant_id_reference",
                table: "ledger_transfers",
                columns: new[] { "merchant_id", "reference" },
                unique: true,
                filter: "kind = 8");

            migrationBuilder.CreateIndex(
                name: "ix_manifest_parts_link",
                table: "manifest_parts",
                column: "link");

            migrationBuilder.CreateIndex(
                name: "ix_manifests_merchant_id_carrier_group",
                table: "manifests",
                columns: new[] { "merchant_id", "carrier_group" });

            migrationBuilder.CreateIndex(
                name: "ix_manifests_merchant_id_carrier_group1",
                table: "manifests",
                columns: new[] { "merchant_id", "carrier_group" },
                unique: true,
                filter: "state IN (1, 2, 3)");

            migrationBuilder.CreateIndex(
                name: "ix_manifests_merchant_id_requested_at",
                table: "manifests",
                columns: new[] { "merchant_id", "requested_at" });

            migrationBuilder.CreateIndex(
                name: "ix_manifests_next_run_at",
                table: "manifests",
                column: "next_run_at");

            migrationBuilder.CreateIndex(
                name: "ix_memberships_one_merchant",
                table: "memberships",
                column: "user_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_memberships_one_owner",
                table: "memberships",
                column: "merchant_id",
                unique: true,
                filter: "is_owner");

            migrationBuilder.CreateIndex(
                name: "ix_merchants_processor_customer_id",
                table: "merchants",
                column: "processor_customer_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_notice_preferences_user_id",
                table: "notice_preferences",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_outgoing_mails_sent_at_next_attempt_at",
                table: "outgoing_mails",
                columns: new[] { "sent_at", "next_attempt_at" });

            migrationBuilder.CreateIndex(
                name: "ix_parcel_presets_merchant_id_name_key",
                table: "parcel_presets",
                columns: new[] { "merchant_id", "name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_parcel_presets_one_default",
                table: "parcel_presets",
                column: "merchant_id",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_payout_lots_merchant_id_closing_id_number",
                table: "payout_lots",
                columns: new[] { "merchant_id", "closing_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_payout_lots_refund_id",
                table: "payout_lots",
                column: "refund_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_payout_lots_state_due_by",
                table: "payout_lots",
                columns: new[] { "state", "due_by" });

            migrationBuilder.CreateIndex(
                name: "ix_print_jobs_created_at",
                table: "print_jobs",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_processor_events_worked_at_due_at",
                table: "processor_events",
                columns: new[] { "worked_at", "due_at" });

            migrationBuilder.CreateIndex(
                name: "ix_processor_transactions_matched_at",
                table: "processor_transactions",
                column: "matched_at");

            migrationBuilder.CreateIndex(
                name: "ix_processor_transactions_merchant_id_transfer_key",
                table: "processor_transactions",
                columns: new[] { "merchant_id", "transfer_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reconciliation_differences_resolved_at_cleared_at_occurred_at",
                table: "reconciliation_differences",
                columns: new[] { "resolved_at", "cleared_at", "occurred_at" });

            migrationBuilder.CreateIndex(
                name: "ix_reconciliation_differences_subject",
                table: "reconciliation_differences",
                column: "subject",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_reconciliation_runs_started_at",
                table: "reconciliation_runs",
                column: "started_at");

            migrationBuilder.CreateIndex(
                name: "ix_refund_requests_merchant_id_requested_at",
                table: "refund_requests",
                columns: new[] { "merchant_id", "requested_at" });

            migrationBuilder.CreateIndex(
                name: "ix_refund_requests_next_run_at",
                table: "refund_requests",
                column: "next_run_at");

            migrationBuilder.CreateIndex(
                name: "ix_refund_requests_state_expected_by",
                table: "refund_requests",
                columns: new[] { "state", "expected_by" });

            migrationBuilder.CreateIndex(
                name: "ix_saved_addresses_merchant_id_kind_search_text",
                table: "saved_addresses",
                columns: new[] { "merchant_id", "kind", "search_text" });

            migrationBuilder.CreateIndex(
                name: "ix_saved_addresses_one_default",
                table: "saved_addresses",
                column: "merchant_id",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_service_notices_open",
                table: "service_notices",
                column: "to",
                filter: "withdrawn_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_support_actions_state_asked_at",
                table: "support_actions",
                columns: new[] { "state", "asked_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tax_papers_merchant_id_label_id_kind",
                table: "tax_papers",
                columns: new[] { "merchant_id", "label_id", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tax_papers_merchant_id_ledger_sequence",
                table: "tax_papers",
                columns: new[] { "merchant_id", "ledger_sequence" });

            migrationBuilder.CreateIndex(
                name: "ix_top_ups_merchant_id_automatic_slot",
                table: "top_ups",
                columns: new[] { "merchant_id", "automatic_slot" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_top_ups_one_automatic_under_way",
                table: "top_ups",
                column: "merchant_id",
                unique: true,
                filter: "automatic AND state IN (1, 2, 3, 4)");

            migrationBuilder.CreateIndex(
                name: "ix_top_ups_payment_id",
                table: "top_ups",
                column: "payment_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_top_ups_state_next_attempt_at",
                table: "top_ups",
                columns: new[] { "state", "next_attempt_at" });

            migrationBuilder.CreateIndex(
                name: "ix_top_ups_to_notice",
                table: "top_ups",
                column: "ended_at",
                filter: "ended_at IS NOT NULL AND (noticed_state IS NULL OR noticed_state <> state)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_closings");

            migrationBuilder.DropTable(
                name: "AspNetRoleClaims");

            migrationBuilder.DropTable(
                name: "AspNetUserClaims");

            migrationBuilder.DropTable(
                name: "AspNetUserLogins");

            migrationBuilder.DropTable(
                name: "AspNetUserPasskeys");

            migrationBuilder.DropTable(
                name: "AspNetUserRoles");

            migrationBuilder.DropTable(
                name: "AspNetUserTokens");

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "auto_funding");

            migrationBuilder.DropTable(
                name: "auto_funding_events");

            migrationBuilder.DropTable(
                name: "batch_lines");

            migrationBuilder.DropTable(
                name: "call_windows");

            migrationBuilder.DropTable(
                name: "card_disputes");

            migrationBuilder.DropTable(
                name: "card_refunds");

            migrationBuilder.DropTable(
                name: "cards");

            migrationBuilder.DropTable(
                name: "carrier_adjustments");

            migrationBuilder.DropTable(
                name: "credit_files");

            migrationBuilder.DropTable(
                name: "credit_lines");

            migrationBuilder.DropTable(
                name: "customs_goods");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "difference_clearances");

            migrationBuilder.DropTable(
                name: "invitations");

            migrationBuilder.DropTable(
                name: "label_documents");

            migrationBuilder.DropTable(
                name: "label_settings");

            migrationBuilder.DropTable(
                name: "label_trackings");

            migrationBuilder.DropTable(
                name: "labels");

            migrationBuilder.DropTable(
                name: "ledger_books");

            migrationBuilder.DropTable(
                name: "ledger_entries");

            migrationBuilder.DropTable(
                name: "ledger_reservations");

            migrationBuilder.DropTable(
                name: "ledger_transfers");

            migrationBuilder.DropTable(
                name: "manifest_labels");

            migrationBuilder.DropTable(
                name: "manifest_parts");

            migrationBuilder.DropTable(
                name: "memberships");

            migrationBuilder.DropTable(
                name: "notice_preferences");

            migrationBuilder.DropTable(
                name: "notices_written");

            migrationBuilder.DropTable(
                name: "outgoing_mails");

            migrationBuilder.DropTable(
                name: "parcel_presets");

            migrationBuilder.DropTable(
                name: "payout_lots");

            migrationBuilder.DropTable(
                name: "print_jobs");

            migrationBuilder.DropTable(
                name: "processor_cursors");

            migrationBuilder.DropTable(
                name: "processor_events");

            migrationBuilder.DropTable(
                name: "processor_transactions");

            migrationBuilder.DropTable(
                name: "reconciliation_differences");

            migrationBuilder.DropTable(
                name: "reconciliation_runs");

            migrationBuilder.DropTable(
                name: "refund_requests");

            migrationBuilder.DropTable(
                name: "refund_settings");

            migrationBuilder.DropTable(
                name: "saved_addresses");

            migrationBuilder.DropTable(
                name: "service_notices");

            migrationBuilder.DropTable(
                name: "set_up_drafts");

            migrationBuilder.DropTable(
                name: "support_actions");

            migrationBuilder.DropTable(
                name: "tax_paper_series");

            migrationBuilder.DropTable(
                name: "tax_papers");

            migrationBuilder.DropTable(
                name: "terms_acceptances");

            migrationBuilder.DropTable(
                name: "top_ups");

            migrationBuilder.DropTable(
                name: "AspNetRoles");

            migrationBuilder.DropTable(
                name: "batches");

            migrationBuilder.DropTable(
                name: "manifests");

            migrationBuilder.DropTable(
                name: "AspNetUsers");

            migrationBuilder.DropTable(
                name: "merchants");
        }
    }
}
