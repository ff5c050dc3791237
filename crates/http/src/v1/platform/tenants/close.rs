//! `POST /api/v1/platform/tenants/{id}/close`: closes a tenant for good.

use orderbase_application::tenants::{self, Which};
use orderbase_kernel::TenantId;

use super::answer;
use crate::dto::platform::{PlatformTenantBody, ReasonBody};
use crate::extract::permission::PlatformWrite;
use crate::extract::{OperatorCall, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_close, _, _, _>(close).once().if_match()
}

/// Close a tenant
///
/// From now on nobody gets in, and 30 days later the data may be erased. There is no way back. One that is closed already stays as it
/// is.
#[utoipa::path(
    post,
    path = "/api/v1/platform/tenants/{id}/close",
    operation_id = "platform_tenants_close",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = ReasonBody, example = json!(crate::dto::examples::operator_reason())),
    responses((
        status = 200,
        description = "The tenant, closed.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::closed_platform_tenant())
    ))
)]
pub async fn close(call: OperatorCall<PlatformWrite, ReasonBody, TenantId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx: operator, body: reason, path, .. } = call.into_parts();

    let done = tenants::close_by_operator(&app, &operator, &Which::Id(path), reason, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn nobody_gets_in_and_the_operator_still_sees_it() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = format!("/api/v1/platform/tenants/{}/close", app.tenant.id());
        let post = || app.post(&path).as_bearer(&operator).from("127.0.0.1:4000");
        let wish = json!({"reason": "left"});
        assert_eq!(app.post(&path).json(&wish).send().await.problem(), "permission_denied", "a key");
        let answer = post().key("k").json(&wish).send().await;
        let tenant = answer.json();
        assert_eq!((answer.status.as_u16(), &tenant["status"]), (200, &json!("closed")), "{answer:?}");
        assert_eq!(
            (&tenant["closed_at"], &tenant["purge_after"]),
            (&json!("2026-01-15T12:00:00.000Z"), &json!("2026-02-14T12:00:00.000Z"))
        );
        assert_eq!(app.get("/api/v1/orders").send().await.problem(), "tenant_closed");
        let again = post().key("k").json(&wish).send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let shown = app.get(path.trim_end_matches("/close")).as_bearer(&operator).from("127.0.0.1:4000").send().await;
        assert_eq!(shown.json(), tenant);
    }
}
