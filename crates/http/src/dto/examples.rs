//! The examples of the API description. A test reads each request example with its DTO and compares each answer with what a view
//! renders, so that none can grow old.

mod identity;
mod platform;
mod v2;

use serde_json::{Value, json};

pub use self::identity::*;
pub use self::platform::*;
pub use self::v2::in_v2;

/// The body of [`order`]'s placing.
pub fn place_order() -> Value {
    json!({
        "customer_id": "01980000-0000-7000-8000-0000000000c1",
        "currency": "USD",
        "external_reference": "web-77",
        "metadata": {"channel": "web"},
        "items": [{"product_id": "sku-1", "quantity": 3, "unit_price": "19.99", "name": "Widget"}]
    })
}

pub fn order() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000a1",
        "number": 1001,
        "display_number": "AC-1001",
        "customer_id": "01980000-0000-7000-8000-0000000000c1",
        "status": "pending",
        "currency": "USD",
        "total_amount": "59.97",
        "item_count": 1,
        "external_reference": "web-77",
        "metadata": {"channel": "web"},
        "items": [{
            "id": "01980000-0000-7000-8000-0000000000b1",
            "product_id": "sku-1",
            "name": "Widget",
            "quantity": 3,
            "unit_price": "19.99",
            "line_total": "59.97"
        }],
        "allowed_transitions": ["confirm", "cancel"],
        "business_date": "2025-07-12",
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T18:57:36.768Z",
        "version": 1
    })
}

/// [`order`] after a step.
pub fn order_in(status: &str) -> Value {
    let steps: &[(&str, &str)] = match status {
        "confirmed" => &[("confirmed_at", "2025-07-12T19:00:00.000Z")],
        "processing" => &[("confirmed_at", "2025-07-12T19:00:00.000Z"), ("processing_at", "2025-07-12T19:05:00.000Z")],
        "completed" => &[
            ("confirmed_at", "2025-07-12T19:00:00.000Z"),
            ("processing_at", "2025-07-12T19:05:00.000Z"),
            ("completed_at", "2025-07-12T19:10:00.000Z"),
        ],
        _ => &[("cancelled_at", "2025-07-12T19:00:00.000Z")],
    };
    let allowed = match status {
        "confirmed" => json!(["process", "cancel"]),
        "processing" => json!(["complete", "cancel"]),
        _ => json!([]),
    };
    let mut order = order();
    if let Some(members) = order.as_object_mut() {
        for (name, at) in steps {
            members.insert((*name).to_owned(), json!(at));
            members.insert("updated_at".to_owned(), json!(at));
        }
        if status == "cancelled" {
            members.insert("cancel".to_owned(), cancel());
        }
        members.insert("status".to_owned(), json!(status));
        members.insert("allowed_transitions".to_owned(), allowed);
        members.insert("version".to_owned(), json!(1 + steps.len()));
    }
    order
}

pub fn orders() -> Value {
    json!({"data": [order()], "next_cursor": null, "has_more": false})
}

pub fn replace_items() -> Value {
    json!({"items": [{"product_id": "sku-1", "quantity": 2, "unit_price": "19.99", "sku": "W-1", "name": "Widget"}]})
}

pub fn update_order() -> Value {
    json!({"external_reference": "web-78", "metadata": {"channel": null, "gift": true}})
}

pub fn cancel() -> Value {
    json!({"reason": "customer", "note": "Ordered twice."})
}

pub fn note() -> Value {
    json!({"text": "Leave it at the back door."})
}

pub fn event() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000e2",
        "type": "order.note_added",
        "timestamp": "2025-07-12T19:00:00.000Z",
        "api_version": "1",
        "tenant_id": "01980000-0000-7000-8000-000000000001",
        "aggregate": {"type": "order", "id": "01980000-0000-7000-8000-0000000000a1"},
        "sequence": 2,
        "actor": {"type": "api_key", "id": "01980000-0000-7000-8000-0000000000f1"},
        "request_id": "01980000-0000-7000-8000-000000000002",
        "data": {
            "changed": ["notes"],
            "currency": "USD",
            "customer_id": "01980000-0000-7000-8000-0000000000c1",
            "external_reference": "web-77",
            "id": "01980000-0000-7000-8000-0000000000a1",
            "item_count": 1,
            "number": 1001,
            "status": "pending",
            "total_amount": "59.97",
            "version": 2
        },
        "personal": {"note": "Leave it at the back door."}
    })
}

pub fn events() -> Value {
    json!({"data": [event()], "next_cursor": null, "has_more": false})
}

pub fn create_customer() -> Value {
    json!({
        "name": "Ada",
        "email": "ada@example.com",
        "external_reference": "crm-1",
        "metadata": {"tier": "gold"}
    })
}

pub fn update_customer() -> Value {
    json!({"name": "Ada Lovelace", "email": null, "metadata": {"tier": null}})
}

pub fn customer() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000c1",
        "name": "Ada",
        "email": "ada@example.com",
        "external_reference": "crm-1",
        "status": "active",
        "metadata": {"tier": "gold"},
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T18:57:36.768Z",
        "version": 1
    })
}

pub fn inactive_customer() -> Value {
    let mut customer = customer();
    if let Some(members) = customer.as_object_mut() {
        members.insert("status".to_owned(), json!("inactive"));
        members.insert("updated_at".to_owned(), json!("2025-07-12T19:00:00.000Z"));
        members.insert("version".to_owned(), json!(2));
    }
    customer
}

pub fn anonymised_customer() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000c1",
        "name": "Anonymised customer",
        "status": "inactive",
        "metadata": {},
        "anonymised_at": "2025-07-12T19:00:00.000Z",
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T19:00:00.000Z",
        "version": 2
    })
}

pub fn customers() -> Value {
    json!({"data": [customer()], "next_cursor": null, "has_more": false})
}

pub fn tenant() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-000000000001",
        "name": "Acme",
        "slug": "acme",
        "mode": "live",
        "status": "active",
        "plan": "pro",
        "rate_limit": {"requests_per_minute": 600, "burst": 100},
        "settings": {
            "time_zone": "Europe/Berlin",
            "default_currency": "EUR",
            "allowed_currencies": ["USD", "EUR"],
            "order_prefix": "AC-",
            "first_order_number": 1001
        },
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T18:57:36.768Z",
        "version": 1
    })
}

pub fn me() -> Value {
    json!({
        "actor": {"type": "api_key", "id": "01980000-0000-7000-8000-0000000000f1"},
        "credential": "api_key",
        "permissions": ["orders:read", "orders:write"],
        "tenant": {
            "id": "01980000-0000-7000-8000-000000000001",
            "name": "Acme",
            "slug": "acme",
            "mode": "live"
        }
    })
}
