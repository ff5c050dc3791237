//! One truth about the bounds of users, keys, settings and limits: domain and API description agree.

use serde_json::{Value, json};

use super::schema::Document;
use crate::dto::api_key::{CreateApiKeyBody, RotateApiKeyBody, UpdateApiKeyBody};
use crate::dto::examples;
use crate::dto::platform::{CreateTenantBody, InviteOwnerBody, ReasonBody, SetLimitsBody, UpdatePlatformTenantBody};
use crate::dto::settings::UpdateTenantBody;
use crate::dto::user::{InviteBody, UpdateUserBody};
use crate::extract::{Faults, FromJson, json as read};
use crate::v1::fixtures::with;

fn admits<T: FromJson>(body: &Value) -> bool {
    let Ok(read) = read::read::<T>(body.to_string().as_bytes()) else { return false };
    let mut faults = Faults::default();
    read.validate(&mut faults).is_some() && faults.is_empty()
}

/// The last of a case says whether it is admitted.
fn agree<T: FromJson>(document: &Document, schema: &str, base: &Value, cases: &[(&str, Value, bool)]) {
    for (pointer, value, admitted) in cases {
        let body = with(base, pointer, value.clone());
        let shown = format!("{schema} {pointer} {}", value.to_string().chars().take(80).collect::<String>());
        assert_eq!(admits::<T>(&body), *admitted, "domain: {shown}");
        let refusals = document.refusals(document.schema(schema), &body);
        assert_eq!(refusals.is_empty(), *admitted, "schema: {shown}: {refusals:?}");
    }
}

fn line(pointer: &'static str, max: usize) -> Vec<(&'static str, Value, bool)> {
    vec![
        (pointer, json!("x"), true),
        (pointer, json!("ä".repeat(max)), true),
        (pointer, json!(""), false),
        (pointer, json!("x".repeat(max + 1)), false),
        (pointer, json!("a\nb"), false),
        (pointer, json!(null), false),
        (pointer, json!(7), false),
    ]
}

fn words(pointer: &'static str, words: &[&str]) -> Vec<(&'static str, Value, bool)> {
    let mut cases: Vec<_> = words.iter().map(|word| (pointer, json!(word), true)).collect();
    cases.extend([(pointer, json!("other"), false), (pointer, json!(null), false)]);
    cases
}

fn numbers(pointer: &'static str, min: i64, max: i64) -> Vec<(&'static str, Value, bool)> {
    vec![
        (pointer, json!(min), true),
        (pointer, json!(max), true),
        (pointer, json!(min - 1), false),
        (pointer, json!(max + 1), false),
        // A whole number is one however it is written, and no less of one for being huge.
        (pointer, json!(max as f64), true),
        (pointer, json!(1e300), false),
        (pointer, json!("1"), false),
        (pointer, json!(1.5), false),
    ]
}

fn times(pointer: &'static str) -> Vec<(&'static str, Value, bool)> {
    vec![
        (pointer, json!("2027-01-01T00:00:00+02:00"), true),
        (pointer, json!("2027-01-01"), false),
        (pointer, json!("soon"), false),
        (pointer, json!(null), true),
    ]
}

fn networks() -> Vec<(&'static str, Value, bool)> {
    let one = |text: &str, admitted| ("/ip_allowlist", json!([text]), admitted);
    let mut cases = vec![
        ("/ip_allowlist", json!(null), true),
        ("/ip_allowlist", json!([]), true),
        ("/ip_allowlist", json!(vec!["10.0.0.0/8"; 100]), true),
        ("/ip_allowlist", json!(vec!["10.0.0.0/8"; 101]), false),
        ("/ip_allowlist", json!("10.0.0.0/8"), false),
    ];
    for good in [
        "192.0.2.7",
        "0.0.0.0/0",
        "255.255.255.255/32",
        "10.1.2.3/8",
        "::",
        "::/0",
        "::1",
        "2001:db8::/32",
        "2001:DB8::1",
        "1:2:3:4:5:6:7:8/128",
        "1::8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1:2:3::7:8/64",
    ] {
        cases.push(one(good, true));
    }
    for bad in [
        "",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/",
        "010.0.0.0/8",
        "256.0.0.1",
        "10.0.0.0/+8",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        ":::",
        "::/129",
        "12345::",
        "g::",
        "example.com",
        " ::1",
        "fe80::1%eth0",
    ] {
        cases.push(one(bad, false));
    }
    cases
}

#[test]
fn people() {
    let document = Document::read();
    let roles = ["viewer", "member", "admin", "owner"];
    let mut cases = words("/role", &roles);
    cases.extend([("/email", json!("a@b"), true), ("/email", json!("a@ b"), false), ("/email", json!(null), false)]);
    agree::<InviteBody>(&document, "Invite", &examples::invite(), &cases);
    let cases = [line("/name", 200), words("/role", &roles)].concat();
    agree::<UpdateUserBody>(&document, "UpdateUser", &json!({}), &cases);
}

#[test]
fn keys() {
    let document = Document::read();
    let rate = || {
        let mut cases = numbers("/rate_limit/requests_per_minute", 1, 600_000);
        cases.extend([
            ("/rate_limit", json!(null), true),
            ("/rate_limit", json!({}), false),
            ("/rate_limit", json!([60]), false),
            ("/rate_limit/burst", json!(1), false),
        ]);
        cases
    };
    let mut cases = [line("/name", 200), rate(), networks(), times("/expires_at")].concat();
    for permission in orderbase_tenancy::Permission::ALL {
        // That a scope can be granted at all is the schema's to say; the domain looks at who grants it.
        if permission.grantable_to_key() {
            cases.push(("/scopes", json!([permission.as_str()]), true));
        }
    }
    cases.extend([
        ("/scopes", json!([]), false),
        ("/scopes", json!(["orders:eat"]), false),
        ("/scopes", json!(vec!["orders:read"; 64]), true),
        ("/scopes", json!(vec!["orders:read"; 65]), false),
        ("/scopes", json!(null), false),
    ]);
    agree::<CreateApiKeyBody>(&document, "CreateApiKey", &examples::create_api_key(), &cases);
    let cases = [line("/name", 200), rate(), networks()].concat();
    agree::<UpdateApiKeyBody>(&document, "UpdateApiKey", &examples::update_api_key(), &cases);
    let mut cases = numbers("/overlap_secs", 0, 2_592_000);
    cases.push(("/overlap_secs", json!(null), true));
    agree::<RotateApiKeyBody>(&document, "RotateApiKey", &json!({}), &cases);
}

#[test]
fn settings() {
    let document = Document::read();
    let mut cases = [line("/name", 200), numbers("/settings/first_order_number", 1, 9_007_199_254_740_991)].concat();
    cases.extend([
        ("/settings", json!(null), false),
        ("/settings", json!([]), false),
        ("/settings", json!({}), true),
        ("/settings/time_zone", json!("America/Argentina/Buenos_Aires"), true),
        ("/settings/time_zone", json!("/etc/passwd"), false),
        ("/settings/time_zone", json!(""), false),
        ("/settings/default_currency", json!("eur"), true),
        ("/settings/default_currency", json!("JPY"), false),
        ("/settings/allowed_currencies", json!(["EUR", "usd", "EUR", "GBP"]), true),
        ("/settings/allowed_currencies", json!(["EUR", "USD", "GBP", "AED", "EUR"]), false),
        ("/settings/allowed_currencies", json!([]), false),
        ("/settings/allowed_currencies", json!(["JPY"]), false),
        ("/settings/order_prefix", json!(""), true),
        ("/settings/order_prefix", json!("ABCDEFGH"), true),
        ("/settings/order_prefix", json!("ABCDEFGHI"), false),
        ("/settings/order_prefix", json!("ab"), false),
        ("/settings/extra", json!(1), false),
    ]);
    agree::<UpdateTenantBody>(&document, "UpdateTenant", &json!({"settings": {}}), &cases);
}

#[test]
fn what_operators_send() {
    let document = Document::read();
    let plans = ["free", "pro", "enterprise"];
    let mut cases = [
        line("/name", 200),
        line("/reason", 500),
        words("/plan", &plans),
        words("/mode", &["live", "sandbox"]),
        times("/trial_ends_at"),
    ]
    .concat();
    for (slug, admitted) in
        [("abc", true), ("a-1", true), ("ab", false), ("1ab", false), ("ab-", false), ("Abc", false)]
    {
        cases.push(("/slug", json!(slug), admitted));
    }
    cases.extend([("/owner_email", json!("a@b"), true), ("/owner_email", json!("ab"), false)]);
    agree::<CreateTenantBody>(&document, "CreateTenant", &examples::create_tenant(), &cases);
    let cases = [line("/name", 200), line("/reason", 500), words("/plan", &plans), times("/trial_ends_at")].concat();
    agree::<UpdatePlatformTenantBody>(&document, "UpdatePlatformTenant", &json!({"reason": "r"}), &cases);
    agree::<ReasonBody>(&document, "OperatorReason", &json!({}), &line("/reason", 500));
    let mut cases = line("/reason", 500);
    cases.extend([("/email", json!(null), true), ("/email", json!("a@b"), true), ("/email", json!("ab@"), false)]);
    agree::<InviteOwnerBody>(&document, "InviteOwner", &json!({"reason": "r"}), &cases);
}

#[test]
fn limits() {
    let document = Document::read();
    let mut cases = [
        line("/reason", 500),
        times("/expires_at"),
        numbers("/quotas/concurrency", 1, 12_800),
        numbers("/quotas/orders_per_month", 0, 1_000_000_000),
        numbers("/quotas/customers", 0, 500_000_000),
        numbers("/quotas/users", 1, 50_000),
        numbers("/quotas/api_keys", 0, 20_000),
        numbers("/quotas/webhooks", 0, 10_000),
        numbers("/quotas/live", 0, 100_000),
        numbers("/quotas/exports", 0, 400),
        numbers("/quotas/export_rows", 0, 1_000_000_000),
        numbers("/quotas/items_per_order", 1, 2_000),
    ]
    .concat();
    cases.extend([
        ("/quotas/users", json!(null), true),
        ("/quotas/orders", json!(1), false),
        ("/quotas", json!(null), true),
        ("/quotas", json!([]), false),
        ("/rate_limit", json!(null), true),
        ("/rate_limit", json!({"burst": 1}), false),
        ("/rate_limit/requests_per_minute", json!(1), true),
        ("/rate_limit/requests_per_minute", json!(600_000), true),
        ("/rate_limit/requests_per_minute", json!(600_001), false),
    ]);
    let base = json!({"rate_limit": {"requests_per_minute": 600, "burst": 1}, "quotas": {}, "reason": "r"});
    agree::<SetLimitsBody>(&document, "SetLimits", &base, &cases);
    let base = json!({"rate_limit": {"requests_per_minute": 600_000, "burst": 1}, "reason": "r"});
    let bursts = [1, 100_000, 100_001].map(|burst| ("/rate_limit/burst", json!(burst), burst <= 100_000));
    agree::<SetLimitsBody>(&document, "SetLimits", &base, &bursts);
    // A rate of 0 has a burst of 0, and no other rate has.
    let base = json!({"rate_limit": {"requests_per_minute": 0, "burst": 0}, "reason": "r"});
    let below = ["/rate_limit/requests_per_minute", "/rate_limit/burst"].map(|member| (member, json!(-1), false));
    agree::<SetLimitsBody>(&document, "SetLimits", &base, &below);
}
