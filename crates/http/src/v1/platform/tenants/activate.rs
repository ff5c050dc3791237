//! `POST /api/v1/platform/tenants/{id}/activate`: ends a trial or a suspension.

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
    Route::of::<__path_activate, _, _, _>(activate).once().if_match().refuses(&[Code::TenantInvalidTransition])
}

/// Activate a tenant
///
/// Ends the trial or the suspension. One that is active already stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/platform/tenants/{id}/activate",
    operation_id = "platform_tenants_activate",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = ReasonBody, example = json!(crate::dto::examples::operator_reason())),
    responses((
        status = 200,
        description = "The tenant, active.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::platform_tenant())
    ))
)]
pub async fn activate(call: OperatorCall<PlatformWrite, ReasonBody, TenantId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx: operator, body: reason, path, .. } = call.into_parts();

    let done = tenants::activate(&app, &operator, &Which::Id(path), reason, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn the_tenant_writes_again() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = |step: &str| format!("/api/v1/platform/tenants/{}/{step}", app.tenant.id());
        let wish = json!({"reason": "paid"});
        let post = |step: &str| app.post(&path(step)).as_bearer(&operator).from("127.0.0.1:4000").json(&wish);
        assert_eq!(post("suspend").send().await.header("etag"), "\"2\"");
        let answer = post("activate").if_match("\"2\"").send().await;
        let tenant = answer.json();
        assert_eq!((answer.status.as_u16(), &tenant["status"]), (200, &json!("active")));
        assert!(tenant.get("suspension").is_none());
        assert_eq!(app.post("/api/v1/customers").json(&json!({"name": "Ada"})).send().await.status, 201);
        assert_eq!(post("activate").send().await.bytes, answer.bytes, "again");
        post("close").send().await;
        let late = post("activate").send().await;
        assert_eq!((late.status.as_u16(), late.problem().as_str()), (409, "tenant_invalid_transition"));
        assert_eq!(late.json()["from"], "closed");
    }
}
