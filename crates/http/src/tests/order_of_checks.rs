//! The order of checks of api.md §1: of a request that is wrong in several ways, the first is told.

use orderbase_application::Conditions;
use orderbase_application::tenants::{self, Which};
use orderbase_application::testing::operator;
use orderbase_tenancy::{Permission, Reason, Slug};
use serde_json::json;

use super::sample::{self, ID, thing};
use crate::testing::{Sent, TestApp};

async fn code(request: Sent) -> String {
    let answer = request.send().await;
    if answer.status.is_success() { answer.status.to_string() } else { answer.problem() }
}

/// From the first check to the last: each request has one fault less than the one before, and all that come after.
#[actix_web::test]
async fn the_first_fault_is_told() {
    let app = sample::app().await;
    let reader = app.key_with(&[Permission::OrdersRead]).await;
    let target = format!("/api/v1/things/{ID}");
    let bad_id = "/api/v1/things/no-id";
    let long = format!("{bad_id}?{}", "x".repeat(9_000));
    let wide = "y".repeat(33_000);
    let big = vec![b'{'; 600_000];
    let bad = || json!({"name": "", "unknown": 1, "lines": []}).to_string();
    let invalid = || json!({"name": "", "lines": []}).to_string();
    let both = |path: &str| app.put(path).header("authorization", "Bearer x");

    let steps = [
        ("uri_too_long", both(&long).header("x-wide", &wide)),
        ("header_fields_too_large", both("/api/v1/nothing").header("x-wide", &wide)),
        ("route_not_found", both("/api/v9/nothing").header("accept", "text/csv").bytes(big.clone())),
        ("method_not_allowed", app.delete("/api/v9/things/no-id").header("accept", "text/csv")),
        ("unknown_version", both("/api/v9/things/no-id?api_key=x").header("accept", "text/csv")),
        ("method_not_allowed", app.delete(bad_id).header("authorization", "Bearer x").header("accept", "text/csv")),
        ("ambiguous_version", both(&format!("{bad_id}?api_key=x&api-version=2")).header("accept", "text/csv")),
        ("unknown_parameter", both(&format!("{bad_id}?api_key=x")).header("accept", "text/csv")),
        ("ambiguous_credentials", both(bad_id).header("accept", "text/csv").bytes(big.clone())),
        ("unauthenticated", app.put(bad_id).anonymous().header("accept", "text/csv").bytes(big.clone())),
        ("unauthenticated", app.put(bad_id).as_key("ob_live_x").header("accept", "text/csv").bytes(big.clone())),
        ("permission_denied", app.put(bad_id).as_key(&reader).header("accept", "text/csv").bytes(big.clone())),
        ("not_acceptable", app.put(bad_id).header("accept", "text/csv").bytes(big.clone())),
        ("unsupported_media_type", app.put(bad_id).header("content-type", "text/plain").bytes(big.clone())),
        ("body_too_large", app.put(bad_id).header("content-type", "application/json").bytes(big)),
        ("invalid_parameter", app.put(bad_id).if_match("bad").text("{")),
        ("unknown_parameter", app.put(&format!("{target}?x=1")).if_match("bad").text("{")),
        ("invalid_header", app.put(&target).if_match("bad").text("{")),
        ("malformed_request", app.put(&target).text("{")),
        ("malformed_request", app.put(&target).text(&format!("{},", bad()))),
        ("validation_failed", app.put(&target).text(&bad())),
        ("validation_failed", app.put(&target).text(&invalid())),
        ("precondition_required", app.put(&target).json(&thing())),
        ("version_conflict", app.put(&target).json(&thing()).if_match("\"1\"")),
        ("200 OK", app.put(&target).json(&thing()).if_match("\"2\"")),
    ];
    for (step, (expected, request)) in steps.into_iter().enumerate() {
        assert_eq!(code(request).await, expected, "step {step}");
    }
}

#[actix_web::test]
async fn a_wrong_shape_is_told_alone_and_rules_all_at_once() {
    let app = sample::app().await;
    let body = json!({"name": "", "lines": [{"product": "", "quantity": 0, "price": "1.999"}], "nick": "\u{7}"});
    let rules = app.post("/api/v1/things").json(&body).send().await;
    let expected = [
        "#/name too_short",
        "#/nick control_character",
        "#/lines/0/product too_short",
        "#/lines/0/quantity out_of_range",
        "#/lines/0/price amount_precision",
    ];
    assert_eq!(rules.faults(), expected);

    let body = json!({"name": "", "lines": [{"product": "", "quantity": "0", "price": "1.999"}]});
    let shape = app.post("/api/v1/things").json(&body).send().await;
    assert_eq!(shape.faults(), ["#/lines/0/quantity type"]);
}

async fn suspend(app: &TestApp) {
    let reason = Reason::parse("unpaid").unwrap();
    let slug = Slug::parse("acme").unwrap();
    tenants::suspend(&app.world.app, &operator(&app.world.app), &Which::from(&slug), reason, Conditions::default())
        .await
        .unwrap();
}

#[actix_web::test]
async fn a_read_only_tenant_reads_and_protects_itself() {
    let app = sample::app().await;
    let reader = app.key_with(&[Permission::OrdersRead]).await;
    suspend(&app).await;
    let path = format!("/api/v1/things/{ID}");
    // Permission before read-only, read-only before 406.
    assert_eq!(code(app.post("/api/v1/things").as_key(&reader)).await, "permission_denied");
    assert_eq!(code(app.post("/api/v1/things").header("accept", "text/csv")).await, "tenant_suspended");
    assert_eq!(code(app.get(&path)).await, "200 OK");
    assert_eq!(code(app.get("/api/v1/any")).await, "200 OK");
    assert_eq!(code(app.post(&format!("{path}/protect"))).await, "200 OK");
    assert_eq!(code(app.post(&format!("{path}/protect")).as_key(&reader)).await, "permission_denied");
}
