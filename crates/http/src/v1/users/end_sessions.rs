//! `DELETE /api/v1/users/{id}/sessions`: ends all sessions of a user.

use orderbase_application::users;
use orderbase_kernel::UserId;

use crate::extract::permission::UsersWrite;
use crate::extract::{Call, NoBody};
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_end_sessions, _, _, _>(end_sessions).even_read_only()
}

/// End all sessions of a user
///
/// The user has to sign in again everywhere: refresh tokens end at once, access tokens within 5 s. Works in a read-only tenant too.
#[utoipa::path(
    delete,
    path = "/api/v1/users/{id}/sessions",
    operation_id = "users_end_sessions",
    tag = "Users",
    params(("id" = String, Path, description = "The user's id.", format = Uuid, min_length = 36, max_length = 36,
        example = "01980000-0000-7000-8000-0000000000d1")),
    responses((status = 204, description = "There are no more sessions."))
)]
pub async fn end_sessions(call: Call<UsersWrite, NoBody, UserId>) -> Answer {
    users::end_sessions(call.app(), call.ctx(), call.path).await?;

    respond::no_content()
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;

    use crate::testing::TestApp;
    use crate::v1::fixtures::RANDOM_ID;

    #[actix_web::test]
    async fn all_end_and_those_of_others_stay() {
        let app = TestApp::start().await;
        let (owner, admin, viewer) =
            (app.sign_in(Role::Owner).await, app.sign_in(Role::Admin).await, app.sign_in(Role::Viewer).await);
        let second = app.sign_in_again(viewer.id, &viewer.email).await;
        let delete = |id: &str| app.delete(&format!("/api/v1/users/{id}/sessions")).as_bearer(&admin.access_token);
        let answer = delete(&viewer.id.to_string()).send().await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (204, 0));
        for token in [&viewer.access_token, &second.access_token] {
            assert_eq!(app.get("/api/v1/me").as_bearer(token).send().await.problem(), "unauthenticated");
        }
        assert_eq!(app.get("/api/v1/me").as_bearer(&admin.access_token).send().await.status, 200);
        assert_eq!(delete(&viewer.id.to_string()).send().await.status, 204, "again");
        assert_eq!(delete(&owner.id.to_string()).send().await.problem(), "permission_denied");
        assert_eq!(delete(RANDOM_ID).send().await.problem(), "user_not_found");
    }
}
