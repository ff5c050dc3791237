//! `POST /api/v1/platform/tenants/{id}/suspend`: lets a tenant read only.

use orderbase_application::Code;
use orderbase_application::tenants::{self, Which};
use orderbase_kernel::TenantId;

use super::answer;
use crate::dto::platform::{PlatformTenantBody, ReasonBody};
use crate::extract::permission::PlatformWrite;
use crate::extract::{OperatorCall, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_suspend, _, _, _>(suspend).once().if_match().refuses(&[Code::TenantInvalidTransition])
}

/// Suspend a tenant
///
/// From now on the tenant may only read. One that is suspended already stays as it is, with its first reason.
#[utoipa::path(
    post,
    path = "/api/v1/platform/tenants/{id}/suspend",
    operation_id = "platform_tenants_suspend",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = ReasonBody, example = json!(crate::dto::examples::operator_reason())),
    responses((
        status = 200,
        description = "The tenant, suspended.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::suspended_platform_tenant())
    ))
)]
pub async fn suspend(call: OperatorCall<PlatformWrite, ReasonBody, TenantId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx: operator, body: reason, path, .. } = call.into_parts();

    let done = tenants::suspend(&app, &operator, &Which::Id(path), reason, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_tenant_reads_and_writes_no_more() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = format!("/api/v1/platform/tenants/{}/suspend", app.tenant.id());
        let post = || app.post(&path).as_bearer(&operator).from("127.0.0.1:4000");
        let wish = json!({"reason": "unpaid"});
        assert_eq!(post().if_match("\"9\"").json(&wish).send().await.problem(), "version_conflict");
        let answer = post().key("k").json(&wish).send().await;
        let tenant = answer.json();
        assert_eq!((answer.status.as_u16(), &tenant["status"]), (200, &json!("suspended")), "{answer:?}");
        assert_eq!(tenant["suspension"], json!({"at": "2026-01-15T12:00:00.000Z", "reason": "unpaid"}));
        let write = app.post("/api/v1/customers").json(&json!({"name": "Ada"})).send().await;
        assert_eq!(write.problem(), "tenant_suspended");
        assert_eq!(app.get("/api/v1/customers").send().await.status, 200);
        let again = post().key("k").json(&wish).send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        assert_eq!(post().json(&json!({"reason": "other"})).send().await.json(), tenant, "the first reason stays");
        assert_eq!(post().json(&json!({})).send().await.faults(), ["#/reason required"]);
        assert_eq!(app.post(&path).json(&wish).send().await.problem(), "permission_denied", "a key");
    }
}
