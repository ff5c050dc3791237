//! Examples of what operators send and get.

use serde_json::{Value, json};

use super::identity::{invitation_with_token, with};

pub fn create_tenant() -> Value {
    json!({
        "name": "Acme",
        "slug": "acme",
        "plan": "pro",
        "mode": "live",
        "owner_email": "grace@example.com",
        "reason": "Contract 7."
    })
}

pub fn platform_tenant() -> Value {
    json!({
        "id": "01980000-0000-7000-8000-000000000001",
        "name": "Acme",
        "slug": "acme",
        "mode": "live",
        "status": "active",
        "plan": "pro",
        "created_at": "2025-07-12T18:57:36.768Z",
        "updated_at": "2025-07-12T18:57:36.768Z",
        "version": 1
    })
}

pub fn platform_tenant_with_invitation() -> Value {
    with(platform_tenant(), json!({"owner_invitation": owner_invitation()}))
}

pub fn suspended_platform_tenant() -> Value {
    let at = "2025-07-12T19:00:00.000Z";
    with(
        platform_tenant(),
        json!({"status": "suspended", "suspension": {"at": at, "reason": "Contract 7."}, "updated_at": at, "version": 2}),
    )
}

pub fn closed_platform_tenant() -> Value {
    let at = "2025-07-12T19:00:00.000Z";
    with(
        platform_tenant(),
        json!({
            "status": "closed",
            "closed_at": at,
            "purge_after": "2025-08-11T19:00:00.000Z",
            "updated_at": at,
            "version": 2
        }),
    )
}

pub fn purged_platform_tenant() -> Value {
    let at = "2025-08-12T09:00:00.000Z";
    with(
        closed_platform_tenant(),
        json!({
            "name": "Purged tenant",
            "slug": "purged-01980000000070008000000000000001",
            "purged_at": at,
            "updated_at": at,
            "version": 3
        }),
    )
}

pub fn platform_tenants() -> Value {
    json!({"data": [platform_tenant()], "next_cursor": null, "has_more": false})
}

pub fn update_platform_tenant() -> Value {
    json!({"plan": "pro", "trial_ends_at": null, "reason": "Contract 7."})
}

pub fn operator_reason() -> Value {
    json!({"reason": "Contract 7."})
}

pub fn invite_owner() -> Value {
    json!({"email": "grace@example.com", "reason": "Ticket 9."})
}

pub fn owner_invitation() -> Value {
    with(invitation_with_token(), json!({"email": "grace@example.com", "role": "owner"}))
}

fn pro() -> Value {
    json!({
        "requests_per_minute": 600,
        "burst": 100,
        "concurrency": 32,
        "orders_per_month": 100_000,
        "customers": 50_000,
        "users": 25,
        "api_keys": 20,
        "webhooks": 10,
        "live": 100,
        "exports": 2,
        "export_rows": 1_000_000,
        "items_per_order": 2_000
    })
}

pub fn plans() -> Value {
    json!({"data": [{"plan": "pro", "limits": pro()}]})
}

pub fn set_limits() -> Value {
    json!({"quotas": {"users": 50}, "expires_at": "2026-07-12T00:00:00.000Z", "reason": "Contract 7."})
}

pub fn tenant_limits() -> Value {
    json!({
        "plan": "pro",
        "of_plan": pro(),
        "overrides": set_limits(),
        "in_force": with(pro(), json!({"users": 50})),
        "version": 2
    })
}

pub fn limits() -> Value {
    let plan = json!({"level": "plan", "requests_per_minute": 600, "burst": 100});
    let policy = |name, remaining| {
        json!({"name": name, "quota": 600, "window_secs": 60, "burst": 100, "remaining": remaining, "source": "plan",
            "chain": [plan]})
    };
    json!({
        "mode": "shared",
        "policies": [policy("tenant", 87), policy("credential", 99)],
        "concurrency": 32,
        "quotas": [{"limit": "orders_per_month", "max": 100_000, "current": 412, "resets_at": "2026-02-01T00:00:00.000Z"}],
        "costs": {"expand": 1, "include_total": 2}
    })
}
