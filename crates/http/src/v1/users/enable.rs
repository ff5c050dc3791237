//! `POST /api/v1/users/{id}/enable`: lets a disabled user in again.

use orderbase_application::{Code, users};
use orderbase_kernel::UserId;

use super::answer;
use crate::dto::user::UserBody;
use crate::extract::permission::UsersWrite;
use crate::extract::{Call, NoBody, Parts};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_enable, _, _, _>(enable).once().if_match().refuses(&[Code::PlanLimitReached])
}

/// Enable a user
///
/// The user signs in again, with the password of before. One who never joined has to be invited again. Repeating it changes nothing
/// and is 200.
#[utoipa::path(
    post,
    path = "/api/v1/users/{id}/enable",
    operation_id = "users_enable",
    tag = "Users",
    params(("id" = String, Path, description = "The user's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d1")),
    responses((
        status = 200,
        description = "The user, active.",
        body = UserBody<'_>,
        example = json!(crate::dto::examples::user())
    ))
)]
pub async fn enable(call: Call<UsersWrite, NoBody, UserId>) -> Answer {
    let conditions = call.conditions(answer::changed);
    let Parts { app, ctx, path, .. } = call.into_parts();

    let done = users::enable(&app, &ctx, path, conditions).await?;

    respond::done(done, answer::changed)
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::id;

    #[actix_web::test]
    async fn takes_effect_once() {
        let app = TestApp::start().await;
        let (admin, viewer) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let path = |step: &str| format!("/api/v1/users/{}/{step}", viewer.id);
        let post = |step: &str| app.post(&path(step)).as_bearer(&admin.access_token);
        assert_eq!(post("disable").send().await.header("etag"), "\"3\"");
        assert_eq!(post("enable").if_match("\"2\"").send().await.problem(), "version_conflict");
        let answer = post("enable").key("k").if_match("\"3\"").send().await;
        assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (200, Some("active")));
        assert_eq!(post("enable").send().await.bytes, answer.bytes);
        let again = post("enable").key("k").if_match("\"3\"").send().await;
        assert_eq!((&again.bytes, again.header("idempotent-replayed")), (&answer.bytes, "true"));
    }

    #[actix_web::test]
    async fn who_never_joined_is_invited_again() {
        let app = TestApp::start().await;
        let admin = app.sign_in(Role::Admin).await;
        let wish = json!({"email": "eve@example.com", "role": "viewer"});
        let invited = id(&app.post("/api/v1/invitations").as_bearer(&admin.access_token).json(&wish).send().await);
        let answer = app.post(&format!("/api/v1/users/{invited}/enable")).as_bearer(&admin.access_token).send().await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec!["id not_served".to_owned()]));
    }
}
