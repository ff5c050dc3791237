//! `GET /api/v1/users/{id}`: one user.

use orderbase_application::{Code, users};
use orderbase_kernel::UserId;

use crate::dto::user::UserBody;
use crate::extract::permission::AnyCredential;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_get, _, _, _>(get).etag().refuses(&[Code::PermissionDenied])
}

/// One user
///
/// A user of the tenant, whatever its state. Needs the permission `users:read`, but to see oneself.
#[utoipa::path(
    get,
    path = "/api/v1/users/{id}",
    operation_id = "users_get",
    tag = "Users",
    params(("id" = String, Path, description = "The user's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d1")),
    responses((
        status = 200,
        description = "The user.",
        body = UserBody<'_>,
        example = json!(crate::dto::examples::user())
    ))
)]
pub async fn get(call: Call<AnyCredential, NoBody, UserId>) -> Answer {
    let user = users::get(call.app(), call.ctx(), call.path).await?;

    respond::resource(&call.if_none_match, user.version(), &UserBody::from(&user))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn oneself_always_and_others_by_permission() {
        let app = TestApp::start().await;
        let (admin, viewer) = (app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let path = format!("/api/v1/users/{}", viewer.id);
        let answer = app.get(&path).as_bearer(&admin.access_token).send().await;
        let expected = json!({
            "id": viewer.id.to_string(), "email": viewer.email, "name": "Ada", "role": "viewer", "status": "active",
            "joined_at": "2026-01-15T12:00:00.000Z", "created_at": "2026-01-15T12:00:00.000Z",
            "updated_at": "2026-01-15T12:00:00.000Z", "version": 2
        });
        assert_eq!((answer.status.as_u16(), answer.header("etag"), answer.json()), (200, "\"2\"", expected));
        assert_eq!(app.get(&path).as_bearer(&admin.access_token).if_none_match("\"2\"").send().await.status, 304);

        assert_eq!(app.get(&path).as_bearer(&viewer.access_token).send().await.bytes, answer.bytes, "oneself");
        let other = format!("/api/v1/users/{}", admin.id);
        let denied = app.get(&other).as_bearer(&viewer.access_token).send().await;
        assert_eq!(
            (denied.problem().as_str(), denied.json()["permission"].as_str()),
            ("permission_denied", Some("users:read"))
        );
        assert_eq!(app.get(&path).send().await.problem(), "permission_denied", "a key");
        let missing = app.get(&format!("/api/v1/users/{RANDOM_ID}")).as_bearer(&admin.access_token).send().await;
        assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (404, "user_not_found"));
    }
}
