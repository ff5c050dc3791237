//! `POST /api/v1/platform/tenants/{id}/purge`: erases a tenant that was closed 30 days ago.

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
    Route::of::<__path_purge, _, _, _>(purge).once().if_match().refuses(&[Code::TenantInvalidTransition])
}

/// Purge a closed tenant
///
/// From 30 days after it was closed. Its orders, customers, people, keys and audit log are erased within minutes; its name is gone at
/// once, and its slug is free again. What stays is the tenant's id, its dates and its own events. One that is purged already stays as
/// it is.
#[utoipa::path(
    post,
    path = "/api/v1/platform/tenants/{id}/purge",
    operation_id = "platform_tenants_purge",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = ReasonBody, example = json!(crate::dto::examples::operator_reason())),
    responses((
        status = 202,
        description = "The tenant, of which everything else is being erased.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::purged_platform_tenant())
    ))
)]
pub async fn purge(call: OperatorCall<PlatformWrite, ReasonBody, TenantId>) -> Answer {
    let conditions = call.conditions(answer::purging);
    let Parts { app, ctx: operator, body: reason, path, .. } = call.into_parts();

    let done = tenants::purge(&app, &operator, &Which::Id(path), reason, conditions).await?;

    respond::done(done, answer::purging)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn it_waits_for_its_day_and_leaves_a_nameless_tenant() {
        let app = TestApp::start().await;
        let (operator, id) = (app.operator().await, app.tenant.id());
        let post = |command: &str, token: &str| {
            let path = format!("/api/v1/platform/tenants/{id}/{command}");
            app.post(&path).as_bearer(token).from("127.0.0.1:4000").json(&json!({"reason": "left"}))
        };
        let open = post("purge", &operator).send().await;
        assert_eq!(
            (open.json()["from"].clone(), open.problem()),
            (json!("active"), "tenant_invalid_transition".to_owned())
        );
        post("close", &operator).send().await;
        let early = post("purge", &operator).send().await;
        let detail = "A closed tenant may be purged 30 days later: this one from 2026-02-14T12:00:00.000Z on.";
        assert_eq!(early.json()["detail"], detail);
        assert_eq!(early.problem(), "tenant_invalid_transition");

        app.world.clock.advance_millis(30 * 24 * 60 * 60 * 1_000);
        let operator = app.operator().await;
        let purged = post("purge", &operator).send().await;

        let tenant = purged.json();
        assert_eq!(
            (purged.status.as_u16(), &tenant["purged_at"]),
            (202, &json!("2026-02-14T12:00:00.000Z")),
            "{purged:?}"
        );
        assert_eq!((&tenant["name"], &tenant["status"]), (&json!("Purged tenant"), &json!("closed")));
        assert_eq!(tenant["slug"], format!("purged-{}", id.uuid().simple()));
        let again = post("purge", &operator).send().await;
        assert_eq!((again.status.as_u16(), again.json()), (202, tenant));
        assert_eq!(post("activate", &operator).send().await.problem(), "tenant_invalid_transition");
    }
}
