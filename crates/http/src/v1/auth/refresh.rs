//! `POST /api/v1/auth/refresh`: a refresh token for new tokens.

use orderbase_application::{Code, auth};

use super::body::{self, RefreshBody, TokensBody};
use crate::extract::Visit;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_refresh, _, _, _>(refresh)
        .even_read_only()
        .refuses(&[Code::InvalidCredentials, Code::RateLimited])
}

/// Refresh the tokens of a session
///
/// The token that was sent is used up; the answer brings the next one. Should the answer be lost, the same token is taken once more
/// within a minute. A token that is used again after that ends the session.
#[utoipa::path(
    post,
    path = "/api/v1/auth/refresh",
    operation_id = "auth_refresh",
    tag = "Auth",
    request_body(content = RefreshBody, example = json!(body::refresh_example())),
    responses((status = 200, description = "Refreshed.", body = TokensBody, example = json!(body::tokens_example())))
)]
pub async fn refresh(visit: Visit<RefreshBody>) -> Answer {
    let signed_in = auth::refresh(visit.app()?, visit.client(), &visit.body, None).await?;
    respond::plain(&TokensBody::from(signed_in))
}

#[cfg(test)]
mod tests {
    use orderbase_tenancy::Role;
    use serde_json::json;

    use crate::testing::{Received, TestApp};

    async fn refreshed(app: &TestApp, token: &str) -> Received {
        let request = app.post("/api/v1/auth/refresh").anonymous().header("x-request-id", "same");
        request.json(&json!({"refresh_token": token})).send().await
    }

    #[actix_web::test]
    async fn a_token_is_good_once_and_its_reuse_ends_the_session() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Member).await;
        let first = refreshed(&app, &person.refresh_token).await;
        assert_eq!((first.status.as_u16(), first.header("cache-control")), (200, "no-store"));
        let token = first.json()["access_token"].as_str().unwrap().to_owned();
        let next = first.json()["refresh_token"].as_str().unwrap().to_owned();
        let lost = refreshed(&app, &person.refresh_token).await;
        assert_eq!(lost.status, 200, "the reply may have been lost");
        assert_eq!(refreshed(&app, &next).await.problem(), "invalid_credentials");
        assert_eq!(app.get("/api/v1/me").as_bearer(&token).send().await.problem(), "unauthenticated");
    }

    #[actix_web::test]
    async fn every_refusal_has_the_same_bytes() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Member).await;
        let ended = app.sign_in(Role::Member).await;
        assert_eq!(app.post("/api/v1/auth/logout").as_bearer(&ended.access_token).send().await.status, 204);
        let mut wrong_crc = person.refresh_token.clone();
        let last = if wrong_crc.pop() == Some('0') { '1' } else { '0' };
        wrong_crc.push(last);
        let mut seen = Vec::new();
        for token in ["", "obr_", "no token", &wrong_crc, &ended.refresh_token, &person.access_token, &app.key] {
            let answer = refreshed(&app, token).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (401, "invalid_credentials"), "{token}");
            seen.push(answer.bytes);
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(refreshed(&app, &person.refresh_token).await.status, 200);
    }
}
