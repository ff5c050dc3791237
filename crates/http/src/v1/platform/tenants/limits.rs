//! `GET /api/v1/platform/tenants/{id}/limits`: what a tenant may use.

use actix_web::http::header::HeaderValue;
use orderbase_application::tenants::{self, TenantLimits, Which};
use orderbase_kernel::{TenantId, Timestamp};

use crate::dto::platform::TenantLimitsBody;
use crate::etag;
use crate::extract::permission::PlatformRead;
use crate::extract::{NoBody, OperatorCall};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_limits, _, _, _>(limits).etag()
}

/// A tenant's limits
///
/// What its plan says, what an operator granted in its place, and what is in force now.
#[utoipa::path(
    get,
    path = "/api/v1/platform/tenants/{id}/limits",
    operation_id = "platform_tenants_limits",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    responses((
        status = 200,
        description = "The limits.",
        body = TenantLimitsBody<'_>,
        example = json!(crate::dto::examples::tenant_limits())
    ))
)]
pub async fn limits(call: OperatorCall<PlatformRead, NoBody, TenantId>) -> Answer {
    let limits = tenants::limits(call.app(), call.operator(), &Which::Id(call.path)).await?;

    let tag = tag(&limits, call.operator().at);
    respond::tagged(&call.if_none_match, tag, &TenantLimitsBody::from(&limits))
}

/// The clock alone ends an override, without a new version: the tag says when one has ended.
fn tag(limits: &TenantLimits, now: Timestamp) -> HeaderValue {
    if limits.overrides.in_force(now) {
        etag::of_version(limits.version)
    } else {
        etag::of_variant(limits.version, "ended")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn a_tag_ends_with_the_override() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
        let get = || app.get(&path).as_bearer(&operator).from("127.0.0.1:4000");
        let bare = get().send().await;
        assert_eq!((bare.header("etag"), &bare.json()["overrides"]), ("\"1\"", &json!({})), "{bare:?}");
        let grant = json!({"quotas": {"users": 7}, "expires_at": "2026-01-15T12:00:01Z", "reason": "trial"});
        let put =
            app.put(&path).as_bearer(&operator).from("127.0.0.1:4000").if_match("\"1\"").json(&grant).send().await;
        assert_eq!((put.status.as_u16(), put.header("etag")), (200, "\"2\""), "{put:?}");
        let granted = get().send().await;
        assert_eq!((granted.header("etag"), granted.json()), ("\"2\"", put.json()));
        assert_eq!(granted.json()["in_force"]["users"], 7);
        assert_eq!(get().if_none_match("\"2\"").send().await.status, 304);
        app.world.clock.advance_millis(1_000);
        let ended = get().if_none_match("\"2\"").send().await;
        assert_eq!((ended.status.as_u16(), ended.header("etag")), (200, "\"2-ended\""));
        assert_eq!(ended.json()["in_force"]["users"], 500);
        let missing = app.get(&path.replace(&app.tenant.id().to_string(), RANDOM_ID)).as_bearer(&operator);
        assert_eq!(missing.from("127.0.0.1:4000").send().await.problem(), "tenant_not_found");
        assert_eq!(app.get(&path).send().await.problem(), "permission_denied", "a key");
    }
}
