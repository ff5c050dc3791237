//! `POST /api/v1/auth/logout`: ends the session of the access token.

use orderbase_application::auth;

use crate::extract::Call;
use crate::extract::permission::Session;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_logout, _, _, _>(logout).even_read_only()
}

/// Sign out
///
/// Ends the session: its refresh token is dead at once, its access tokens within seconds.
#[utoipa::path(
    post,
    path = "/api/v1/auth/logout",
    operation_id = "auth_logout",
    tag = "Auth",
    responses((status = 204, description = "Signed out."))
)]
pub async fn logout(call: Call<Session>) -> Answer {
    auth::logout(call.app(), call.ctx()).await?;
    respond::no_content()
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/auth/logout";

    #[actix_web::test]
    async fn the_session_and_all_its_tokens_die() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Viewer).await;
        let other = app.sign_in_again(person.id, &person.email).await;
        let answer = app.post(PATH).as_bearer(&person.access_token).send().await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len(), answer.header("cache-control")), (204, 0, "no-store"));
        assert_eq!(app.post(PATH).as_bearer(&person.access_token).send().await.problem(), "unauthenticated");
        assert_eq!(app.get("/api/v1/me").as_bearer(&other.access_token).send().await.status, 200);
    }

    #[actix_web::test]
    async fn a_key_and_an_operator_have_no_session() {
        let app = TestApp::start().await;
        let operator = app.operator().await;
        for request in [app.post(PATH), app.post(PATH).as_bearer(&operator).from("127.0.0.1:4000")] {
            let answer = request.send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "permission_denied"));
            assert_eq!(answer.json()["detail"], "Only a signed-in user has sessions and a password.");
            assert!(answer.header("www-authenticate").contains("error=\"insufficient_scope\""));
        }
    }
}
