//! `POST /api/v1/platform/tenants`: makes a tenant.

use orderbase_application::{Code, tenants};

use super::answer;
use crate::dto::platform::{CreateTenantBody, PlatformTenantBody};
use crate::extract::permission::PlatformWrite;
use crate::extract::{OperatorCall, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_create, _, _, _>(create).once().creates().refuses(&[Code::TenantSlugTaken])
}

/// Make a tenant
///
/// Makes a tenant and invites its first owner, with a token for seven days, which is shown once. No mail is sent: pass it on. An
/// idempotency key is kept in the tenant that it made.
#[utoipa::path(
    post,
    path = "/api/v1/platform/tenants",
    operation_id = "platform_tenants_create",
    tag = "Platform",
    request_body(content = CreateTenantBody, example = json!(crate::dto::examples::create_tenant())),
    responses((
        status = 201,
        description = "The tenant with its owner's invitation, which is shown once.",
        body = PlatformTenantBody<'_>,
        example = json!(crate::dto::examples::platform_tenant_with_invitation())
    ))
)]
pub async fn create(call: OperatorCall<PlatformWrite, CreateTenantBody>) -> Answer {
    let conditions = call.conditions(answer::created);
    let Parts { app, ctx: operator, body, .. } = call.into_parts();

    let done = tenants::create(&app, &operator, body, conditions).await?;

    respond::done(done, answer::created)
}

#[cfg(test)]
mod tests {
    use orderbase_application::auth::{self, AcceptInvitation};
    use orderbase_application::testing::{PASSWORD, client};
    use orderbase_kernel::Name;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::with;

    const PATH: &str = "/api/v1/platform/tenants";

    #[actix_web::test]
    async fn a_tenant_and_its_owner() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let wish = json!({
            "name": "Beta", "slug": "beta", "plan": "pro", "mode": "sandbox", "owner_email": "Eve@Example.com",
            "trial_ends_at": "2026-02-15T00:00:00Z", "reason": "contract 7"
        });
        let post = || app.post(PATH).as_bearer(&operator).from("127.0.0.1:4000");
        let answer = post().key("k").json(&wish).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{answer:?}");
        let made = answer.json();
        let id = made["id"].as_str().unwrap().to_owned();
        assert_eq!(
            (answer.header("cache-control"), answer.header("location")),
            ("no-store", format!("{PATH}/{id}").as_str())
        );
        assert_eq!(
            (&made["status"], &made["mode"], &made["plan"]),
            (&json!("trial"), &json!("sandbox"), &json!("pro"))
        );
        let invitation = &made["owner_invitation"];
        assert_eq!((&invitation["email"], &invitation["role"]), (&json!("eve@example.com"), &json!("owner")));

        let again = post().key("k").json(&wish).send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let twice = post().json(&wish).send().await;
        assert_eq!((twice.status.as_u16(), twice.problem().as_str()), (409, "tenant_slug_taken"));
        assert_eq!(twice.json()["existing_id"], id);

        let token = invitation["token"].as_str().unwrap().to_owned();
        let accept = AcceptInvitation { token, name: Name::parse("Eve").unwrap(), password: PASSWORD.to_owned() };
        assert!(auth::accept_invitation(&app.world.app, &client(), accept).await.is_ok());
        let log = app.get(&format!("/api/v1/platform/audit?tenant={id}&action=tenant.created_by_operator"));
        let log = log.as_bearer(&operator).from("127.0.0.1:4000").send().await.json();
        assert_eq!(log["data"][0]["detail"], "contract 7");
    }

    #[actix_web::test]
    async fn every_member_has_its_bounds() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let base = json!({
            "name": "Beta", "slug": "beta", "plan": "pro", "mode": "live", "owner_email": "eve@example.com", "reason": "contract 7"
        });
        for (pointer, value, code) in [
            ("/name", json!(""), "too_short"),
            ("/slug", json!("Beta"), "pattern"),
            ("/slug", json!("be"), "pattern"),
            ("/plan", json!("gold"), "not_one_of"),
            ("/mode", json!("test"), "not_one_of"),
            ("/owner_email", json!("eve"), "pattern"),
            ("/owner_email", json!(null), "null_not_allowed"),
            ("/trial_ends_at", json!("soon"), "pattern"),
            ("/reason", json!(" "), "too_short"),
            ("/reason", json!("x".repeat(501)), "too_long"),
            ("/settings", json!({}), "unknown_field"),
        ] {
            let wish = with(&base, pointer, value);
            let answer = app.post(PATH).as_bearer(&operator).from("127.0.0.1:4000").json(&wish).send().await;
            assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![format!("#{pointer} {code}")]), "{wish}");
        }
        let mut bare = base.clone();
        bare.as_object_mut().unwrap().remove("reason");
        let answer = app.post(PATH).as_bearer(&operator).from("127.0.0.1:4000").json(&bare).send().await;
        assert_eq!(answer.faults(), ["#/reason required"]);
        assert_eq!(app.post(PATH).json(&base).send().await.problem(), "permission_denied", "a key");
    }
}
