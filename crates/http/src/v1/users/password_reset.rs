//! `POST /api/v1/users/{id}/password-reset`: hands out a ticket for a new password.

use orderbase_application::changeset::KeptAnswer;
use orderbase_application::users::{self, TicketIssued};
use orderbase_kernel::UserId;

use crate::dto::user::PasswordTicketBody;
use crate::extract::permission::UsersWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_password_reset, _, _, _>(password_reset).once().appends()
}

/// Let a user set a new password
///
/// Answers with a token for one hour, once; earlier ones of the user are void. No mail is sent: pass it on. The present password
/// stays good until the token is used. Only for active users.
#[utoipa::path(
    post,
    path = "/api/v1/users/{id}/password-reset",
    operation_id = "users_password_reset",
    tag = "Users",
    params(("id" = String, Path, description = "The user's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d1")),
    responses((
        status = 201,
        description = "The token, which is shown once.",
        body = PasswordTicketBody<'_>,
        example = json!(crate::dto::examples::password_ticket())
    ))
)]
pub async fn password_reset(call: Call<UsersWrite, NoBody, UserId>) -> Answer {
    let conditions = call.conditions(issued);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = users::password_reset(&app, &ctx, path, conditions).await?;

    respond::done(done, issued)
}

/// Pure, so that the same ticket gives the same bytes.
fn issued(issued: &TicketIssued) -> KeptAnswer {
    let location = format!("/api/v1/users/{}", issued.user.id());
    respond::showing_credential(respond::created_untagged(location, &PasswordTicketBody::from(issued)))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn a_token_for_an_hour() {
        let app = TestApp::start().await;
        let (admin, viewer) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let path = format!("/api/v1/users/{}/password-reset", viewer.id);
        let post = || app.post(&path).as_bearer(&admin.access_token);
        let answer = post().key("k").send().await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
        assert_eq!(answer.header("location"), format!("/api/v1/users/{}", viewer.id));
        let ticket = answer.json();
        assert!(ticket["token"].as_str().unwrap().starts_with("obi_"));
        assert_eq!(ticket["expires_at"], "2026-01-15T13:00:00.000Z");
        let again = post().key("k").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        assert_eq!(again.header("cache-control"), "no-store");
        assert_ne!(post().send().await.bytes, answer.bytes);
    }

    #[actix_web::test]
    async fn not_of_who_stands_above_nor_of_who_is_out() {
        let app = TestApp::start().await;
        let (owner, admin, viewer) =
            (app.sign_in(Role::Owner).await, app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let post = |id| app.post(&format!("/api/v1/users/{id}/password-reset")).as_bearer(&admin.access_token);
        assert_eq!(post(owner.id).send().await.problem(), "permission_denied");
        app.post(&format!("/api/v1/users/{}/disable", viewer.id)).as_bearer(&admin.access_token).send().await;
        let answer = post(viewer.id).send().await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec!["id not_served".to_owned()]));
    }
}
