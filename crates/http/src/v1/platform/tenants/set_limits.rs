//! `PUT /api/v1/platform/tenants/{id}/limits`: grants a tenant other limits than its plan's.

use orderbase_application::Code;
use orderbase_application::tenants::{self, TenantLimits, Which};
use orderbase_kernel::TenantId;
use orderbase_tenancy::Tenant;

use crate::dto::platform::{SetLimitsBody, TenantLimitsBody};
use crate::extract::permission::PlatformWrite;
use crate::extract::{OperatorCall, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_set_limits, _, _, _>(set_limits).if_match_required().refuses(&[Code::TenantInvalidTransition])
}

/// Grant a tenant other limits
///
/// Replaces the whole set of overrides: what is absent leaves the plan's limit, so a reason alone clears all. Live everywhere within
/// 5 s. A rate stands as it is written, in a sandbox too.
#[utoipa::path(
    put,
    path = "/api/v1/platform/tenants/{id}/limits",
    operation_id = "platform_tenants_set_limits",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = SetLimitsBody, example = json!(crate::dto::examples::set_limits())),
    responses((
        status = 200,
        description = "The limits after the change.",
        body = TenantLimitsBody<'_>,
        example = json!(crate::dto::examples::tenant_limits())
    ))
)]
pub async fn set_limits(call: OperatorCall<PlatformWrite, SetLimitsBody, TenantId>) -> Answer {
    let now = call.operator().at;
    let changed =
        move |tenant: &Tenant| respond::ok(tenant.version(), &TenantLimitsBody::from(&TenantLimits::of(tenant, now)));
    let conditions = call.conditions(changed);
    let Parts { app, ctx: operator, body: (overrides, reason), path, .. } = call.into_parts();

    let done = tenants::set_limits(&app, &operator, &Which::Id(path), overrides, reason, conditions).await?;

    respond::done(done, changed)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_whole_set_is_replaced() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
        let put = |tag: &str| app.put(&path).as_bearer(&operator).from("127.0.0.1:4000").if_match(tag);
        let grant = json!({
            "rate_limit": {"requests_per_minute": 50, "burst": 50}, "quotas": {"users": 7, "customers": 0}, "reason": "contract 7"
        });
        let answer = put("\"1\"").json(&grant).send().await;
        let limits = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{answer:?}");
        assert_eq!(limits["overrides"], grant);
        assert_eq!((&limits["plan"], &limits["of_plan"]["users"]), (&json!("enterprise"), &json!(500)));
        let in_force = &limits["in_force"];
        assert_eq!(
            (&in_force["requests_per_minute"], &in_force["customers"], &in_force["api_keys"]),
            (&json!(50), &json!(0), &json!(200))
        );
        let cleared = put("\"2\"").json(&json!({"reason": "over"})).send().await.json();
        assert_eq!((&cleared["overrides"], &cleared["in_force"]), (&json!({"reason": "over"}), &cleared["of_plan"]));
        let unset =
            put("*").json(&json!({"rate_limit": null, "quotas": null, "expires_at": null, "reason": "r"})).send().await;
        assert_eq!(unset.json()["overrides"], json!({"reason": "r"}));
        assert_eq!(put("\"1\"").json(&grant).send().await.problem(), "version_conflict");
        let bare = app.put(&path).as_bearer(&operator).from("127.0.0.1:4000").json(&grant).send().await;
        assert_eq!(bare.problem(), "precondition_required");
        assert_eq!(app.put(&path).if_match("*").json(&grant).send().await.problem(), "permission_denied", "a key");
    }

    /// The same bounds as the domain's, at the place where the client sent them.
    #[actix_web::test]
    async fn every_limit_has_its_bounds() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
        let ask =
            |body: Value| app.put(&path).as_bearer(&operator).from("127.0.0.1:4000").if_match("*").json(&body).send();
        for (name, min, max) in [
            ("concurrency", 1, 12_800_i64),
            ("orders_per_month", 0, 1_000_000_000),
            ("customers", 0, 500_000_000),
            ("users", 1, 50_000),
            ("api_keys", 0, 20_000),
            ("webhooks", 0, 10_000),
            ("live", 0, 100_000),
            ("exports", 0, 400),
            ("export_rows", 0, 1_000_000_000),
            ("items_per_order", 1, 2_000),
        ] {
            for (value, admitted) in [(min, true), (max, true), (min - 1, false), (max + 1, false)] {
                let answer = ask(json!({"quotas": {name: value}, "reason": "r"})).await;
                let expected = if admitted { vec![] } else { vec![format!("#/quotas/{name} out_of_range")] };
                assert_eq!((answer.status == 200, answer.faults()), (admitted, expected), "{name} {value}");
            }
        }
        for (rate, burst, faults) in [
            (600_000, 100_000, vec![]),
            (1, 1, vec![]),
            (0, 0, vec![]),
            (0, 1, vec!["#/rate_limit/burst out_of_range"]),
            (1, 0, vec!["#/rate_limit/burst out_of_range"]),
            (-1, 1, vec!["#/rate_limit/requests_per_minute out_of_range"]),
            (600_001, 1, vec!["#/rate_limit/requests_per_minute out_of_range"]),
            (600_000, 100_001, vec!["#/rate_limit/burst out_of_range"]),
            (10, 11, vec!["#/rate_limit/burst out_of_range"]),
        ] {
            let answer = ask(json!({"rate_limit": {"requests_per_minute": rate, "burst": burst}, "reason": "r"})).await;
            assert_eq!(
                (answer.status == 200, answer.faults()),
                (faults.is_empty(), faults.iter().map(ToString::to_string).collect()),
                "{rate} {burst}"
            );
        }
        assert_eq!(
            ask(json!({"rate_limit": {"burst": 1}, "reason": "r"})).await.faults(),
            ["#/rate_limit/requests_per_minute required"]
        );
        assert_eq!(
            ask(json!({"quotas": {"orders": 1}, "reason": "r"})).await.faults(),
            ["#/quotas/orders unknown_field"]
        );
        assert_eq!(ask(json!({"quotas": {}})).await.faults(), ["#/reason required"]);
    }
}
