//! `POST /api/v1/users/{id}/disable`: keeps a user out.

use orderbase_application::{Code, users};
use orderbase_kernel::UserId;

use super::answer;
use crate::dto::user::UserBody;
use crate::extract::permission::UsersWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_disable, _, _, _>(disable).once().if_match().even_read_only().refuses(&[Code::LastOwner])
}

/// Disable a user
///
/// The user signs in no more; its sessions end and its tickets are void. Keys that it made live on. One active owner has to remain.
/// Works in a read-only tenant too. Repeating it changes nothing and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/users/{id}/disable",
    operation_id = "users_disable",
    tag = "Users",
    params(("id" = String, Path, description = "The user's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d1")),
    responses((
        status = 200,
        description = "The user, disabled.",
        body = UserBody<'_>,
        example = json!(crate::dto::examples::disabled_user())
    ))
)]
pub async fn disable(call: Call<UsersWrite, NoBody, UserId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = users::disable(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;

    use crate::testing::TestApp;

    #[actix_web::test]
    async fn who_is_disabled_is_out_at_once() {
        let app = TestApp::start().await;
        let (admin, viewer) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let path = format!("/api/v1/users/{}/disable", viewer.id);
        let post = || app.post(&path).as_bearer(&admin.access_token);
        assert_eq!(post().if_match("\"9\"").send().await.problem(), "version_conflict");
        let answer = post().key("k").send().await;
        assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (200, Some("disabled")));
        assert_eq!(app.get("/api/v1/me").as_bearer(&viewer.access_token).send().await.problem(), "unauthenticated");
        let again = post().key("k").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
        assert_eq!(app.post(&path).as_bearer(&viewer.access_token).send().await.problem(), "unauthenticated");
    }

    #[actix_web::test]
    async fn nobody_above_and_never_the_last_owner() {
        let app = TestApp::start().await;
        let (owner, admin) = (app.sign_in(Role::Owner).await, app.sign_in(Role::Admin).await);
        let path = format!("/api/v1/users/{}/disable", owner.id);
        assert_eq!(app.post(&path).as_bearer(&admin.access_token).send().await.problem(), "permission_denied");
        let last = app.post(&path).as_bearer(&owner.access_token).send().await;
        assert_eq!((last.status.as_u16(), last.problem().as_str()), (409, "last_owner"));
        app.sign_in(Role::Owner).await;
        assert_eq!(app.post(&path).as_bearer(&owner.access_token).send().await.status, 200);
    }
}
