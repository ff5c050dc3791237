//! `PATCH /api/v1/platform/tenants/{id}`: changes name, plan and trial.

use orderbase_application::Code;
use orderbase_application::tenants::{self, Which};
use orderbase_kernel::TenantId;

use super::answer;
use crate::dto::platform::{PlatformTenantBody, UpdatePlatformTenantBody};
use crate::extract::permission::PlatformWrite;
use crate::extract::{OperatorCall, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_update, _, _, _>(update).if_match_required().refuses(&[Code::TenantInvalidTransition])
}

/// Change a tenant
///
/// A merge patch (RFC 7396): absent members stay; `reason` has to be sent. A smaller plan takes nothing away.
#[utoipa::path(
    patch,
    path = "/api/v1/platform/tenants/{id}",
    operation_id = "platform_tenants_update",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = UpdatePlatformTenantBody, example = json!(crate::dto::examples::update_platform_tenant())),
    responses((
        status = 200,
        description = "The tenant after the change.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::platform_tenant())
    ))
)]
pub async fn update(call: OperatorCall<PlatformWrite, UpdatePlatformTenantBody, TenantId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx: operator, body: (update, reason), path, .. } = call.into_parts();

    let done = tenants::update(&app, &operator, &Which::Id(path), update, reason, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn name_plan_and_trial() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = format!("/api/v1/platform/tenants/{}", app.tenant.id());
        let patch = |tag: &str| app.patch(&path).as_bearer(&operator).from("127.0.0.1:4000").if_match(tag);
        let wish = json!({"name": "Acme", "plan": "pro", "reason": "contract 7"});
        let answer = patch("\"1\"").json(&wish).send().await;
        let tenant = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        assert_eq!((&tenant["name"], &tenant["plan"]), (&json!("Acme"), &json!("pro")));
        assert_eq!(patch("\"1\"").json(&wish).send().await.problem(), "version_conflict");
        let bare = app.patch(&path).as_bearer(&operator).from("127.0.0.1:4000").json(&wish).send().await;
        assert_eq!(bare.problem(), "precondition_required");
        for (wish, fault) in [
            (json!({"name": "x"}), "#/reason required"),
            (json!({"plan": null, "reason": "r"}), "#/plan null_not_allowed"),
            (json!({"plan": "gold", "reason": "r"}), "#/plan not_one_of"),
            (json!({"trial_ends_at": "soon", "reason": "r"}), "#/trial_ends_at pattern"),
            (json!({"slug": "other", "reason": "r"}), "#/slug unknown_field"),
        ] {
            assert_eq!(patch("*").json(&wish).send().await.faults(), [fault], "{wish}");
        }
        let close = format!("{path}/close");
        let closed =
            app.post(&close).as_bearer(&operator).from("127.0.0.1:4000").json(&json!({"reason": "r"})).send().await;
        assert_eq!(closed.status, 200);
        let late = patch("*").json(&wish).send().await;
        assert_eq!((late.status.as_u16(), late.problem().as_str()), (409, "tenant_invalid_transition"));
        assert_eq!(app.patch(&path).if_match("*").json(&wish).send().await.problem(), "tenant_closed", "a key");
    }
}
