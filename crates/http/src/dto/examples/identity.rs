//! Examples of users, invitations, keys, settings and the audit log.

use serde_json::{Value, json};

/// `base` with other members.
pub(super) fn with(mut base: Value, others: Value) -> Value {
    if let (Some(members), Value::Object(others)) = (base.as_object_mut(), others) {
        members.extend(others);
    }
    base
}

pub fn user() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000d1",
        "email": "grace@example.com",
        "name": "Grace Hopper",
        "role": "member",
        "status": "active",
        "joined_at": "2025-07-12T19:00:00.000Z",
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T19:00:00.000Z",
        "version": 2
    })
}

pub fn disabled_user() -> Value {
    with(user(), json!({"status": "disabled", "updated_at": "2025-07-12T19:05:00.000Z", "version": 3}))
}

pub fn users() -> Value {
    json!({"data": [user()], "next_cursor": null, "has_more": false})
}

pub fn update_user() -> Value {
    json!({"name": "Grace Hopper", "role": "member"})
}

pub fn password_ticket() -> Value {
    json!({
        "user_id": "01980000-0000-7000-8000-0000000000d1",
        "token": "obi_0000000000000000000000000000000000000000000000000000example0",
        "expires_at": "2025-07-12T20:00:00.000Z"
    })
}

pub fn invite() -> Value {
    json!({"email": "linus@example.com", "role": "viewer"})
}

pub fn invitation() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000d2",
        "email": "linus@example.com",
        "role": "viewer",
        "status": "pending",
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T18:57:36.768Z",
        "version": 1
    })
}

pub fn invitation_with_token() -> Value {
    with(
        invitation(),
        json!({
            "token": "obi_0000000000000000000000000000000000000000000000000000example0",
            "expires_at": "2025-07-19T18:57:36.768Z"
        }),
    )
}

pub fn revoked_invitation() -> Value {
    with(invitation(), json!({"status": "revoked", "updated_at": "2025-07-12T19:00:00.000Z", "version": 2}))
}

pub fn invitations() -> Value {
    json!({"data": [invitation()], "next_cursor": null, "has_more": false})
}

pub fn create_api_key() -> Value {
    json!({
        "name": "ci",
        "scopes": ["orders:read", "orders:write"],
        "rate_limit": {"requests_per_minute": 60},
        "ip_allowlist": ["192.0.2.0/24"]
    })
}

pub fn api_key() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000f1",
        "name": "ci",
        "hint": "ob_live_3fA9",
        "scopes": ["orders:read", "orders:write"],
        "status": "active",
        "rate_limit": {"requests_per_minute": 60},
        "ip_allowlist": ["192.0.2.0/24"],
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T18:57:36.768Z",
        "version": 1
    })
}

pub fn api_key_with_text() -> Value {
    with(api_key(), json!({"key": "ob_live_3fA9000000000000000000000000000example"}))
}

pub fn revoked_api_key() -> Value {
    let at = "2025-07-12T19:00:00.000Z";
    with(api_key(), json!({"status": "revoked", "revoked_at": at, "updated_at": at, "version": 2}))
}

pub fn api_keys() -> Value {
    json!({"data": [api_key()], "next_cursor": null, "has_more": false})
}

pub fn update_api_key() -> Value {
    json!({"name": "ci", "rate_limit": {"requests_per_minute": 60}, "ip_allowlist": ["192.0.2.0/24"]})
}

pub fn rotate_api_key() -> Value {
    json!({"overlap_secs": 3600})
}

pub fn update_tenant() -> Value {
    json!({"name": "Acme", "settings": {"time_zone": "Europe/Berlin", "order_prefix": "AC-"}})
}

pub fn close_tenant() -> Value {
    json!({"confirm_slug": "acme", "reason": "We moved elsewhere."})
}

pub fn closed_tenant() -> Value {
    with(super::tenant(), json!({"status": "closed", "updated_at": "2025-07-12T19:00:00.000Z", "version": 2}))
}

pub fn audit_entry() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-0000000000e3",
        "tenant_id": "01980000-0000-7000-8000-000000000001",
        "occurred_at": "2025-07-12T19:00:00.000Z",
        "actor": {"type": "user", "id": "01980000-0000-7000-8000-0000000000d1"},
        "action": "auth.signed_in",
        "target": {"type": "session", "id": "01980000-0000-7000-8000-0000000000d3"},
        "outcome": "succeeded",
        "request_id": "01980000-0000-7000-8000-000000000002",
        "network": "192.0.2.7"
    })
}

pub fn audit_entries() -> Value {
    json!({"data": [audit_entry()], "next_cursor": null, "has_more": false})
}
