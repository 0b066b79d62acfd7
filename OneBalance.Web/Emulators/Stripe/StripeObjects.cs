using System.Text.Json.Nodes;

namespace OneBalance.Web.Emulators.Stripe;

/// <summary>
/// Each object as it is when newly made: every field that the processor publishes for it, so that a client meets nothing it
/// will not meet in reality.
/// </summary>
internal static class StripeObjects
{
    public const string ApiVersion = "2026-10-28.endive";

    public static JsonObject Account(string descriptor) => Parse("""
        {
          "id": "acct_1Emulated00000000", "object": "account", "type": "standard", "country": "CA", "default_currency": "cad",
          "created": 1767225600, "email": null, "business_type": "company", "charges_enabled": true, "payouts_enabled": true,
          "details_submitted": true, "metadata": {}, "capabilities": { "card_payments": "active", "transfers": "active" },
          "controller": { "type": "account" },
          "business_profile": {
            "annual_revenue": null, "estimated_worker_count": null, "mcc": "4215", "minority_owned_business_designation": null,
            "name": "OneBalance", "product_description": "Prepaid postage",
            "support_address": { "city": null, "country": "CA", "line1": null, "line2": null, "postal_code": null, "state": null },
            "support_email": null, "support_phone": null, "support_url": null, "url": null
          },
          "external_accounts": { "object": "list", "data": [], "has_more": false, "url": "/v1/accounts/acct_1Emulated00000000/external_accounts" },
          "future_requirements": {
            "alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [],
            "eventually_due": [], "past_due": [], "pending_verification": []
          },
          "requirements": {
            "alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null, "errors": [],
            "eventually_due": [], "past_due": [], "pending_verification": []
          },
          "settings": {
            "bacs_debit_payments": { "display_name": null, "service_user_number": null },
            "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
            "card_issuing": { "tos_acceptance": { "date": null, "ip": null } },
            "card_payments": {
              "decline_on": { "avs_failure": false, "cvc_failure": true },
              "statement_descriptor_prefix": null, "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null
            },
            "dashboard": { "display_name": "OneBalance", "timezone": "America/Toronto" },
            "invoices": { "default_account_tax_ids": null, "hosted_payment_method_save": "never" },
            "payments": {
              "statement_descriptor": null, "statement_descriptor_kana": null, "statement_descriptor_kanji": null,
              "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null
            },
            "payouts": {
              "debit_negative_balances": true, "schedule": { "delay_days": 3, "interval": "daily" }, "statement_descriptor": null
            },
            "sepa_debit_payments": {}
          },
          "tos_acceptance": { "date": null, "ip": null, "user_agent": null }
        }
        """, account =>
    {
        account["settings"]!["payments"]!["statement_descriptor"] = descriptor;
        account["settings"]!["card_payments"]!["statement_descriptor_prefix"] = descriptor;
    });

    public static JsonObject Customer(string id, long now, string? email, string? name, JsonObject metadata) => Parse("""
        {
          "id": "", "object": "customer", "address": null, "balance": 0, "created": 0, "currency": null, "default_source": null,
          "delinquent": false, "description": null, "discount": null, "email": null, "invoice_prefix": "",
          "invoice_settings": { "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null },
          "livemode": false, "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null, "preferred_locales": [],
          "shipping": null, "tax_exempt": "none", "test_clock": null
        }
        """, customer =>
    {
        customer["id"] = id;
        customer["created"] = now;
        customer["email"] = email;
        customer["name"] = name;
        customer["invoice_prefix"] = id[^8..].ToUpperInvariant();
        customer["metadata"] = metadata;
    });

    public static JsonObject CheckoutSession(string id, long now, JsonObject customer, string setupIntent, string url) => Parse("""
        {
          "id": "", "object": "checkout.session", "adaptive_pricing": null, "after_expiration": null, "allow_promotion_codes": null,
          "amount_subtotal": null, "amount_total": null,
          "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
          "billing_address_collection": null, "cancel_url": null, "client_reference_id": null, "client_secret": null,
          "collected_information": null, "consent": null, "consent_collection": null, "created": 0, "currency": null,
          "currency_conversion": null, "custom_fields": [],
          "custom_text": { "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null },
          "customer": "", "customer_account": null, "customer_creation": null, "customer_details": null, "customer_email": null,
          "discounts": null, "expires_at": 0, "integration_identifier": null, "invoice": null, "invoice_creation": null,
          "livemode": false, "locale": null, "managed_payments": null, "metadata": {}, "mode": "setup", "origin_context": null,
          "payment_intent": null, "payment_link": null, "payment_method_collection": null,
          "payment_method_configuration_details": null, "payment_method_options": {}, "payment_method_types": [ "card" ],
          "payment_status": "no_payment_required", "permissions": null, "phone_number_collection": { "enabled": false },
          "recovered_from": null, "saved_payment_method_options": null, "setup_intent": "", "shipping_address_collection": null,
          "shipping_cost": null, "shipping_options": [], "status": "open", "submit_type": null, "subscription": null,
          "success_url": null, "total_details": null, "ui_mode": "hosted_page", "url": "", "wallet_options": null
        }
        """, session =>
    {
        session["id"] = id;
        session["created"] = now;
        session["expires_at"] = now + (24 * 60 * 60);
        session["customer"] = customer.Text("id");
        session["customer_details"] = Parse("""
            {
              "address": null, "business_name": null, "email": null, "individual_name": null, "name": null, "phone": null,
              "tax_exempt": "none", "tax_ids": null
            }
            """, details => details["email"] = customer.TextOrNull("email"));
        session["setup_intent"] = setupIntent;
        session["url"] = url;
    });

    public static JsonObject SetupIntent(string id, long now, string customer) => Parse("""
        {
          "id": "", "object": "setup_intent", "application": null, "automatic_payment_methods": null, "cancellation_reason": null,
          "client_secret": "", "created": 0, "customer": "", "description": null, "excluded_payment_method_types": null,
          "flow_directions": null, "last_setup_error": null, "latest_attempt": null, "livemode": false, "mandate": null,
          "metadata": {}, "next_action": null, "on_behalf_of": null, "payment_method": null,
          "payment_method_configuration_details": null,
          "payment_method_options": { "card": { "mandate_options": null, "network": null, "request_three_d_secure": "automatic" } },
          "payment_method_types": [ "card" ], "single_use_mandate": null, "status": "requires_payment_method", "usage": "off_session"
        }
        """, intent =>
    {
        intent["id"] = id;
        intent["created"] = now;
        intent["client_secret"] = $"{id}_secret_{StripeCall.NewId("s")[2..]}";
        intent["customer"] = customer;
    });

    public static JsonObject PaymentMethod(string id, long now, TestCard card, int month, int year, string? email) => Parse("""
        {
          "id": "", "object": "payment_method", "allow_redisplay": "limited",
          "billing_details": {
            "address": { "city": null, "country": "CA", "line1": null, "line2": null, "postal_code": null, "state": null },
            "email": null, "name": null, "phone": null, "tax_id": null
          },
          "card": {
            "brand": "", "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "", "display_brand": "", "exp_month": 0, "exp_year": 0, "fingerprint": "", "funding": "credit",
            "generated_from": null, "last4": "", "networks": { "available": [], "preferred": null }, "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true }, "wallet": null
          },
          "created": 0, "customer": null, "customer_account": null, "livemode": false, "metadata": {}, "type": "card"
        }
        """, method =>
    {
        method["id"] = id;
        method["created"] = now;
        method["billing_details"]!["email"] = email;
        var details = method["card"]!;
        details["brand"] = card.Brand;
        details["display_brand"] = card.Brand;
        details["country"] = card.Country;
        details["exp_month"] = month;
        details["exp_year"] = year;
        details["fingerprint"] = $"Emulated{card.LastFour}{card.Behaviour.ToString()[..4]}";
        details["last4"] = card.LastFour;
        details["networks"]!["available"] = new JsonArray(card.Brand);
    });

    public static JsonObject PaymentIntent(string id, long now, long amount, string currency) => Parse("""
        {
          "id": "", "object": "payment_intent", "amount": 0, "amount_capturable": 0, "amount_details": { "tip": {} },
          "amount_received": 0, "application": null, "application_fee_amount": null, "automatic_payment_methods": null,
          "canceled_at": null, "cancellation_reason": null, "capture_method": "automatic_async", "client_secret": "",
          "confirmation_method": "automatic", "created": 0, "currency": "", "customer": null, "customer_account": null,
          "description": null, "excluded_payment_method_types": null, "last_payment_error": null, "latest_charge": null,
          "livemode": false, "managed_payments": null, "metadata": {}, "next_action": null, "on_behalf_of": null,
          "payment_method": null, "payment_method_configuration_details": null,
          "payment_method_options": { "card": { "installments": null, "mandate_options": null, "network": null, "request_three_d_secure": "automatic" } },
          "payment_method_types": [ "card" ], "processing": null, "receipt_email": null, "review": null,
          "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
          "statement_descriptor_suffix": null, "status": "requires_payment_method", "transfer_data": null, "transfer_group": null
        }
        """, intent =>
    {
        intent["id"] = id;
        intent["created"] = now;
        intent["amount"] = amount;
        intent["currency"] = currency;
        intent["client_secret"] = $"{id}_secret_{StripeCall.NewId("s")[2..]}";
    });

    public static JsonObject Charge(string id, long now, JsonObject intent, JsonObject method) => Parse("""
        {
          "id": "", "object": "charge", "amount": 0, "amount_captured": 0, "amount_refunded": 0, "application": null,
          "application_fee": null, "application_fee_amount": null, "balance_transaction": null, "billing_details": {},
          "calculated_statement_descriptor": null, "captured": false, "created": 0, "currency": "", "customer": null,
          "description": null, "disputed": false, "failure_balance_transaction": null, "failure_code": null,
          "failure_message": null, "fraud_details": {}, "livemode": false, "metadata": {}, "on_behalf_of": null,
          "outcome": {
            "advice_code": null, "network_advice_code": null, "network_decline_code": null, "network_status": "approved_by_network",
            "reason": null, "seller_message": "Payment complete.", "type": "authorized"
          },
          "paid": false, "payment_intent": null, "payment_method": null,
          "payment_method_details": {
            "card": {
              "amount_authorized": null, "authorization_code": null, "brand": "",
              "checks": { "address_line1_check": null, "address_postal_code_check": null, "cvc_check": "pass" }, "country": "",
              "exp_month": 0, "exp_year": 0, "extended_authorization": { "status": "disabled" }, "fingerprint": "",
              "funding": "credit", "incremental_authorization": { "status": "unavailable" }, "installments": null, "last4": "",
              "mandate": null, "multicapture": { "status": "unavailable" }, "network": "", "network_token": { "used": false },
              "network_transaction_id": null, "overcapture": { "maximum_amount_capturable": 0, "status": "unavailable" },
              "regulated_status": "unregulated", "three_d_secure": null, "transaction_link_id": null, "wallet": null
            },
            "type": "card"
          },
          "receipt_email": null, "receipt_number": null, "receipt_url": null, "refunded": false,
          "refunds": { "object": "list", "data": [], "has_more": false, "url": "" }, "review": null, "shipping": null,
          "source": null, "source_transfer": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
          "status": "failed", "transfer_data": null, "transfer_group": null
        }
        """, charge =>
    {
        charge["id"] = id;
        charge["created"] = now;
        charge["amount"] = intent.Whole("amount");
        charge["currency"] = intent.Text("currency");
        charge["customer"] = intent.TextOrNull("customer");
        charge["metadata"] = intent["metadata"]!.DeepClone();
        charge["payment_intent"] = intent.Text("id");
        charge["payment_method"] = method.Text("id");
        charge["billing_details"] = method["billing_details"]!.DeepClone();
        charge["refunds"]!["url"] = $"/v1/charges/{id}/refunds";
        var details = charge["payment_method_details"]!["card"]!;
        foreach (string field in (string[])["brand", "country", "exp_month", "exp_year", "fingerprint", "last4"])
        {
            details[field] = method["card"]![field]!.DeepClone();
        }

        details["network"] = method["card"]!["brand"]!.DeepClone();
        details["overcapture"]!["maximum_amount_capturable"] = intent.Whole("amount");
    });

    public static JsonObject BalanceTransaction(string id, long now, string type, string category, string source, long amount, long fee, string currency, string description) =>
        Parse("""
            {
              "id": "", "object": "balance_transaction", "amount": 0, "available_on": 0, "balance_type": "payments", "created": 0,
              "currency": "", "description": "", "exchange_rate": null, "fee": 0, "fee_details": [], "net": 0,
              "reporting_category": "", "source": "", "status": "pending", "type": ""
            }
            """, transaction =>
        {
            transaction["id"] = id;
            transaction["created"] = now;
            transaction["available_on"] = now + (3 * 24 * 60 * 60);
            transaction["type"] = type;
            transaction["reporting_category"] = category;
            transaction["source"] = source;
            transaction["amount"] = amount;
            transaction["fee"] = fee;
            transaction["net"] = amount - fee;
            transaction["currency"] = currency;
            transaction["description"] = description;
            if (fee != 0)
            {
                transaction["fee_details"] = new JsonArray(new JsonObject
                {
                    ["amount"] = fee,
                    ["application"] = null,
                    ["currency"] = currency,
                    ["description"] = "Processing fees",
                    ["type"] = "stripe_fee",
                });
            }
        });

    public static JsonObject Refund(string id, long now, JsonObject charge, long amount, JsonObject metadata) => Parse("""
        {
          "id": "", "object": "refund", "amount": 0, "balance_transaction": null, "charge": "", "created": 0, "currency": "",
          "customer": null, "customer_account": null,
          "destination_details": { "card": { "reference": null, "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" }, "type": "card" },
          "metadata": {}, "payment_intent": null, "payment_method": null, "reason": null, "receipt_number": null,
          "source_transfer_reversal": null, "status": "succeeded", "transfer_reversal": null
        }
        """, refund =>
    {
        refund["id"] = id;
        refund["created"] = now;
        refund["amount"] = amount;
        refund["charge"] = charge.Text("id");
        refund["currency"] = charge.Text("currency");
        refund["customer"] = charge.TextOrNull("customer");
        refund["payment_intent"] = charge.TextOrNull("payment_intent");
        refund["payment_method"] = charge.TextOrNull("payment_method");
        refund["metadata"] = metadata;
    });

    public static JsonObject Dispute(string id, long now, JsonObject charge, long amount) => Parse("""
        {
          "id": "", "object": "dispute", "amount": 0, "balance_transactions": [], "charge": "", "created": 0, "currency": "",
          "enhanced_eligibility_types": [],
          "evidence": {
            "access_activity_log": null, "billing_address": null, "cancellation_policy": null, "cancellation_policy_disclosure": null,
            "cancellation_rebuttal": null, "customer_communication": null, "customer_email_address": null, "customer_name": null,
            "customer_purchase_ip": null, "customer_signature": null, "duplicate_charge_documentation": null,
            "duplicate_charge_explanation": null, "duplicate_charge_id": null, "enhanced_evidence": {}, "product_description": null,
            "receipt": null, "refund_policy": null, "refund_policy_disclosure": null, "refund_refusal_explanation": null,
            "service_date": null, "service_documentation": null, "shipping_address": null, "shipping_carrier": null,
            "shipping_date": null, "shipping_documentation": null, "shipping_tracking_number": null, "uncategorized_file": null,
            "uncategorized_text": null
          },
          "evidence_details": { "due_by": 0, "enhanced_eligibility": {}, "has_evidence": false, "past_due": false, "submission_count": 0 },
          "is_charge_refundable": false, "livemode": false, "metadata": {}, "payment_intent": null,
          "payment_method_details": { "card": { "brand": "", "case_type": "chargeback", "network": "", "network_reason_code": "10.4" }, "type": "card" },
          "reason": "fraudulent", "status": "needs_response"
        }
        """, dispute =>
    {
        dispute["id"] = id;
        dispute["created"] = now;
        dispute["amount"] = amount;
        dispute["charge"] = charge.Text("id");
        dispute["currency"] = charge.Text("currency");
        dispute["payment_intent"] = charge.TextOrNull("payment_intent");
        dispute["evidence_details"]!["due_by"] = now + (9 * 24 * 60 * 60);
        string brand = charge["payment_method_details"]!["card"]!["brand"]!.GetValue<string>();
        dispute["payment_method_details"]!["card"]!["brand"] = brand;
        dispute["payment_method_details"]!["card"]!["network"] = brand;
    });

    public static JsonObject Balance(long available, long pending) => Parse("""
        {
          "object": "balance", "available": [ { "amount": 0, "currency": "cad", "source_types": { "card": 0 } } ],
          "connect_reserved": [ { "amount": 0, "currency": "cad" } ], "livemode": false,
          "pending": [ { "amount": 0, "currency": "cad", "source_types": { "card": 0 } } ]
        }
        """, balance =>
    {
        Set(balance["available"]![0]!, available);
        Set(balance["pending"]![0]!, pending);

        static void Set(JsonNode funds, long amount)
        {
            funds["amount"] = amount;
            funds["source_types"]!["card"] = amount;
        }
    });

    public static JsonObject Event(string id, long now, string type, JsonObject subject, string? idempotencyKey) => new()
    {
        ["id"] = id,
        ["object"] = "event",
        ["api_version"] = ApiVersion,
        ["created"] = now,
        ["data"] = new JsonObject { ["object"] = subject.DeepClone() },
        ["livemode"] = false,
        ["pending_webhooks"] = 1,
        ["request"] = new JsonObject
        {
            ["id"] = idempotencyKey is null ? null : StripeCall.NewId("req"),
            ["idempotency_key"] = idempotencyKey,
        },
        ["type"] = type,
    };

    private static JsonObject Parse(string json, Action<JsonObject> fill)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        fill(document);
        return document;
    }
}
