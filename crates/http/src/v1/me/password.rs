//! `POST /api/v1/me/password`: changes the caller's own password.

use orderbase_application::{Code, me};

use super::body::{self, ChangePasswordBody};
use crate::extract::Call;
use crate::extract::permission::Session;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_change, _, _, _>(change).even_read_only().refuses(&[Code::InvalidCredentials])
}

/// Change my password
///
/// All other sessions end, and so does every access token: refresh the session afterwards. `Idempotency-Key` does not count here.
#[utoipa::path(
    post,
    path = "/api/v1/me/password",
    operation_id = "me_password",
    tag = "Me",
    request_body(content = ChangePasswordBody, example = json!(body::password_example())),
    responses((status = 204, description = "The password is changed."))
)]
pub async fn change(call: Call<Session, ChangePasswordBody>) -> Answer {
    me::change_password(call.app(), call.ctx(), call.body.clone()).await?;
    respond::no_content()
}

#[cfg(test)]
mod tests {
    use orderbase_application::ports::Bucket;
    use orderbase_application::testing::PASSWORD;
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::{Received, TestApp};

    const NEW: &str = "a longer walk by the sea";

    async fn changed(app: &TestApp, token: &str, current: &str, new: &str) -> Received {
        let body = json!({"current_password": current, "new_password": new});
        app.post("/api/v1/me/password").as_bearer(token).json(&body).send().await
    }

    #[actix_web::test]
    async fn every_other_session_ends_and_the_new_password_counts() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Viewer).await;
        let other = app.sign_in_again(person.id, &person.email).await;
        assert_eq!(changed(&app, &person.access_token, "wrong", NEW).await.problem(), "invalid_credentials");
        let answer = changed(&app, &person.access_token, PASSWORD, NEW).await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (204, "no-store"));

        let refresh =
            |token: String| app.post("/api/v1/auth/refresh").anonymous().json(&json!({"refresh_token": token}));
        assert_eq!(refresh(other.refresh_token).send().await.problem(), "invalid_credentials");
        assert_eq!(refresh(person.refresh_token).send().await.status, 200);
        for (password, status) in [(PASSWORD, 401), (NEW, 200)] {
            let body = json!({"tenant": "acme", "email": person.email, "password": password});
            assert_eq!(app.post("/api/v1/auth/login").anonymous().json(&body).send().await.status, status);
        }
    }

    #[actix_web::test]
    async fn rules_of_passwords_have_their_place_in_the_body() {
        let app = TestApp::start().await;
        let token = app.sign_in(Role::Viewer).await.access_token;
        for (new, fault) in [
            ("14 characters!", "#/new_password too_short"),
            (&*"x".repeat(129), "#/new_password too_long"),
            ("correct horse battery staple", "#/new_password password_common"),
        ] {
            let answer = changed(&app, &token, PASSWORD, new).await;
            assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]));
            assert!(!String::from_utf8_lossy(&answer.bytes).contains(new));
        }
        app.world.throttles.refuse(Bucket::PasswordUser);
        let throttled = changed(&app, &token, PASSWORD, NEW).await;
        assert_eq!(
            (throttled.status.as_u16(), &throttled.json()["violated_policies"]),
            (429, &json!(["password.user"]))
        );
    }
}
