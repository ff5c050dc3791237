//! `POST /api/v1/platform/tenants/{id}/owner-invitation`: lets an owner in.

use orderbase_application::Code;
use orderbase_application::tenants::{self, Which};
use orderbase_kernel::TenantId;

use super::answer;
use crate::dto::platform::InviteOwnerBody;
use crate::dto::user::InvitationBody;
use crate::extract::permission::PlatformWrite;
use crate::extract::{OperatorCall, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_owner_invitation, _, _, _>(owner_invitation).once().appends().refuses(&[
        Code::TenantClosed,
        Code::InvitationNotFound,
        Code::UserEmailTaken,
        Code::PlanLimitReached,
    ])
}

/// Invite an owner
///
/// Answers with a token for seven days, once. Without `email` the first owner is invited again, as long as nobody joined. Works in a
/// suspended tenant too.
#[utoipa::path(
    post,
    path = "/api/v1/platform/tenants/{id}/owner-invitation",
    operation_id = "platform_tenants_owner_invitation",
    tag = "Platform",
    params(("id" = String, Path, description = "The tenant's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-000000000001")),
    request_body(content = InviteOwnerBody, example = json!(crate::dto::examples::invite_owner())),
    responses((
        status = 201,
        description = "The invitation with its token, which is shown once.",
        body = InvitationBody<'_>,
        example = json!(crate::dto::examples::owner_invitation())
    ))
)]
pub async fn owner_invitation(call: OperatorCall<PlatformWrite, InviteOwnerBody, TenantId>) -> Answer {
    let conditions = call.conditions(answer::invited);
    let Parts { app, ctx: operator, body, path, .. } = call.into_parts();

    let done = tenants::owner_invitation(&app, &operator, &Which::Id(path), body, conditions).await?;

    respond::done(done, answer::invited)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn a_new_owner_or_the_first_again() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        let path = |id: &str| format!("/api/v1/platform/tenants/{id}/owner-invitation");
        let id = app.tenant.id().to_string();
        let post = || app.post(&path(&id)).as_bearer(&operator).from("127.0.0.1:4000");
        let none = post().json(&json!({"reason": "ticket 9"})).send().await;
        assert_eq!((none.status.as_u16(), none.problem().as_str()), (404, "invitation_not_found"));
        let wish = json!({"email": "eve@example.com", "reason": "ticket 9"});
        let answer = post().key("k").json(&wish).send().await;
        let made = answer.json();
        assert_eq!((answer.status.as_u16(), &made["role"]), (201, &json!("owner")), "{answer:?}");
        assert_eq!((answer.header("cache-control"), answer.header("etag")), ("no-store", ""));
        assert_eq!(answer.header("location"), format!("/api/v1/platform/tenants/{id}"));
        let again = post().key("k").json(&wish).send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let renewed = post().json(&json!({"reason": "ticket 9"})).send().await.json();
        assert_eq!(renewed["id"], made["id"]);
        assert_ne!(renewed["token"], made["token"]);

        assert_eq!(post().json(&json!({"email": "eve@example.com"})).send().await.faults(), ["#/reason required"]);
        let missing = app.post(&path(RANDOM_ID)).as_bearer(&operator).from("127.0.0.1:4000").json(&wish).send().await;
        assert_eq!(missing.problem(), "tenant_not_found");
        assert_eq!(app.post(&path(&id)).json(&wish).send().await.problem(), "permission_denied", "a key");
    }
}
