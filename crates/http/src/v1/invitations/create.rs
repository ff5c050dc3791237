//! `POST /api/v1/invitations`: invites somebody.

use orderbase_application::{Code, invitations};

use super::answer;
use crate::dto::user::{InvitationBody, InviteBody};
use crate::extract::permission::UsersWrite;
use crate::extract::{Call, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_create, _, _, _>(create).once().creates().refuses(&[Code::UserEmailTaken, Code::WriteConflict])
}

/// Invite somebody
///
/// Answers with a token for seven days, once. No mail is sent: pass it on. Who was invited already and has not joined is invited
/// again, with the role given, and earlier tokens are void. Nobody gives a role above the own.
#[utoipa::path(
    post,
    path = "/api/v1/invitations",
    operation_id = "invitations_create",
    tag = "Users",
    request_body(content = InviteBody, example = json!(crate::dto::examples::invite())),
    responses((
        status = 201,
        description = "The invitation with its token, which is shown once.",
        body = InvitationBody<'_>,
        example = json!(crate::dto::examples::invitation_with_token())
    ))
)]
pub async fn create(call: Call<UsersWrite, InviteBody>) -> Answer {
    let conditions = call.conditions(answer::created);
    let Parts { app, ctx, body, .. } = call.into_parts();

    let done = invitations::create(&app, &ctx, body, conditions).await?;

    respond::done(done, answer::created)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/invitations";

    #[actix_web::test]
    async fn a_token_for_seven_days() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"email": "Eve@Example.com", "role": "member"});
        let post = || app.post(PATH).as_bearer(&admin.access_token);
        let answer = post().key("k").json(&wish).send().await;
        let made = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("location"), format!("{PATH}/{}", made["id"].as_str().unwrap()));
        assert_eq!((&made["email"], &made["status"]), (&json!("eve@example.com"), &json!("pending")));
        assert!(made["token"].as_str().unwrap().starts_with("obi_"));
        assert_eq!(made["expires_at"], "2026-01-22T12:00:00.000Z");
        let again = post().key("k").json(&wish).send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        let renewed = post().json(&wish).send().await.json();
        assert_eq!(renewed["id"], made["id"]);
        assert_ne!(renewed["token"], made["token"]);
    }

    #[actix_web::test]
    async fn who_may_invite_whom() {
        let app = TestApp::start().await;
        let (admin, member) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Member).await);
        let post = |who: &str| app.post(PATH).as_bearer(who);
        let above = json!({"email": "eve@example.com", "role": "owner"});
        let answer = post(&admin.access_token).json(&above).send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "permission_denied"));
        let wish = json!({"email": "eve@example.com", "role": "viewer"});
        assert_eq!(post(&member.access_token).json(&wish).send().await.problem(), "permission_denied");
        let taken = post(&admin.access_token).json(&json!({"email": member.email, "role": "viewer"})).send().await;
        assert_eq!((taken.status.as_u16(), taken.problem().as_str()), (409, "user_email_taken"));
        assert_eq!(taken.json()["existing_id"], member.id.to_string());
        for (wish, faults) in [
            (json!({"email": "x", "role": "king"}), vec!["#/email too_short", "#/role not_one_of"]),
            (json!({"email": "x@example.com"}), vec!["#/role required"]),
        ] {
            assert_eq!(post(&admin.access_token).json(&wish).send().await.faults(), faults, "{wish}");
        }
    }
}
