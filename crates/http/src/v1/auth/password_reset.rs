//! `POST /api/v1/auth/password-reset`: a new password with a token that an administrator handed out.

use orderbase_application::{Code, auth};

use super::body::{self, PasswordResetBody};
use crate::extract::Visit;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_reset, _, _, _>(reset).even_read_only().refuses(&[Code::InvalidCredentials, Code::RateLimited])
}

/// Set a new password with a token
///
/// Ends all sessions of the user. A password that is refused leaves the token good.
#[utoipa::path(
    post,
    path = "/api/v1/auth/password-reset",
    operation_id = "auth_password_reset",
    tag = "Auth",
    request_body(content = PasswordResetBody, example = json!(body::password_reset_example())),
    responses((status = 204, description = "The password is set."))
)]
pub async fn reset(visit: Visit<PasswordResetBody>) -> Answer {
    auth::reset_password(visit.app()?, visit.client(), visit.body.clone()).await?;
    respond::no_content()
}

#[cfg(test)]
mod tests {
    use orderbase_application::ports::Bucket;
    use serde_json::json;

    use crate::testing::TestApp;

    const PATH: &str = "/api/v1/auth/password-reset";

    #[actix_web::test]
    async fn a_token_that_is_not_good_and_a_throttle() {
        let app = TestApp::start().await;
        let mut seen = Vec::new();
        for token in ["", "obi_", &app.key, "obi_02PYkZm8QY1nGt7vR4sLcB0123456789ABCDEFGHIJKLMNOPQRSTUV000000"] {
            let request = app.post(PATH).anonymous().header("x-request-id", "same");
            let answer = request.json(&json!({"token": token, "new_password": "a long walk by the sea"})).send().await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (401, "invalid_credentials"), "{token}");
            seen.push(answer.bytes);
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
        app.world.throttles.refuse(Bucket::TicketIp);
        let body = json!({"token": "obi_", "new_password": "x"});
        let answer = app.post(PATH).anonymous().json(&body).send().await;
        assert_eq!((answer.status.as_u16(), &answer.json()["violated_policies"]), (429, &json!(["ticket.ip"])));
    }
}
