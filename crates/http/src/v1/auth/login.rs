//! `POST /api/v1/auth/login`: a password for tokens.

use orderbase_application::{Code, auth};

use super::body::{self, LoginBody, TokensBody};
use crate::extract::Visit;
use crate::respond::{self, Answer};
use crate::route::Route;

pub fn route() -> Route {
    Route::of::<__path_login, _, _, _>(login).even_read_only().refuses(&[Code::InvalidCredentials, Code::RateLimited])
}

/// Sign in
///
/// Begins a session. Whatever is wrong, the answer is the same, so that it teaches nobody who exists. An operator of the platform
/// leaves the tenant out, and gets no refresh token.
#[utoipa::path(
    post,
    path = "/api/v1/auth/login",
    operation_id = "auth_login",
    tag = "Auth",
    request_body(content = LoginBody, example = json!(body::login_example())),
    responses((status = 200, description = "Signed in.", body = TokensBody, example = json!(body::tokens_example())))
)]
pub async fn login(visit: Visit<LoginBody>) -> Answer {
    let signed_in = auth::login(visit.app()?, visit.client(), visit.body.clone()).await?;
    respond::plain(&TokensBody::from(signed_in))
}

#[cfg(test)]
mod tests {
    use orderbase_application::ports::Bucket;
    use orderbase_application::testing::PASSWORD;
    use orderbase_tenancy::Role;
    use serde_json::{Value, json};

    use crate::testing::{Received, TestApp};

    const PATH: &str = "/api/v1/auth/login";

    async fn sent(app: &TestApp, body: &Value) -> Received {
        app.post(PATH).anonymous().header("x-request-id", "same").json(body).send().await
    }

    fn wish(tenant: &str, email: &str, password: &str) -> Value {
        json!({"tenant": tenant, "email": email, "password": password})
    }

    #[actix_web::test]
    async fn a_password_gives_tokens_that_are_kept_by_nobody() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Member).await;
        let answer = sent(&app, &wish("acme", &person.email, PASSWORD)).await;
        let tokens = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert!(tokens["scope"].as_str().unwrap().contains("orders:write"));
        assert!(tokens["refresh_token"].as_str().unwrap().starts_with("obr_"));

        let token = tokens["access_token"].as_str().unwrap();
        let me = app.get("/api/v1/me").as_bearer(token).send().await.json();
        assert_eq!((&me["credential"], &me["role"]), (&json!("user"), &json!("member")));
        assert!(me["session_id"].is_string() && me["tenant"]["slug"] == "acme");
    }

    #[actix_web::test]
    async fn every_refusal_has_the_same_bytes() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Member).await;
        let mut seen = Vec::new();
        for body in [
            wish("acme", &person.email, "not the password"),
            wish("acme", "nobody@example.com", PASSWORD),
            wish("nowhere", &person.email, PASSWORD),
            wish("Not A Slug", &person.email, PASSWORD),
            wish("acme", "not an e-mail", PASSWORD),
            wish("acme", &person.email, ""),
            wish("acme", &person.email, &"x".repeat(4_096)),
            json!({"email": person.email, "password": PASSWORD}),
            json!({"tenant": null, "email": person.email, "password": PASSWORD}),
        ] {
            let answer = sent(&app, &body).await;
            assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (401, "invalid_credentials"), "{body}");
            seen.push((answer.bytes.clone(), answer.header("www-authenticate").to_owned()));
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
        assert!(!String::from_utf8_lossy(&seen[0].0).contains("example.com"));
    }

    #[actix_web::test]
    async fn a_throttle_answers_before_anything_is_looked_up_and_alike_for_who_exists() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Member).await;
        let runs = app.world.passwords.runs();
        app.world.throttles.refuse(Bucket::LoginIp);
        let known = sent(&app, &wish("acme", &person.email, PASSWORD)).await;
        let unknown = sent(&app, &wish("nowhere", "nobody@example.com", PASSWORD)).await;
        assert_eq!((known.status.as_u16(), known.problem().as_str()), (429, "rate_limited"));
        assert_eq!(known.header("retry-after"), "7");
        let problem = known.json();
        assert_eq!((&problem["retry_after"], &problem["violated_policies"]), (&json!(7), &json!(["login.ip"])));
        assert_eq!((known.bytes, app.world.passwords.runs()), (unknown.bytes, runs));
    }

    #[actix_web::test]
    async fn a_credential_and_an_idempotency_key_beside_it_do_not_count() {
        let app = TestApp::start().await;
        let person = app.sign_in(Role::Viewer).await;
        let body = wish("acme", &person.email, PASSWORD);
        let first = app.post(PATH).key("k").json(&body).send().await;
        let second = app.post(PATH).as_key("no key at all").key("k").json(&body).send().await;
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
        assert_ne!(first.json()["refresh_token"], second.json()["refresh_token"]);
        assert_eq!(second.header("idempotent-replayed"), "");
    }

    #[actix_web::test]
    async fn shapes_are_strict() {
        let app = TestApp::start().await;
        let wrong =
            sent(&app, &json!({"tenant": "acme", "email": "a@b", "password": "x", "scope": "orders:read"})).await;
        assert_eq!(
            (wrong.problem().as_str(), wrong.faults()),
            ("validation_failed", vec!["#/scope unknown_field".to_owned()])
        );
        let missing = sent(&app, &json!({"email": "a@b"})).await;
        assert_eq!(missing.problem(), "validation_failed");
        let form = app.post(PATH).anonymous().form("email=a&password=b").send().await;
        assert_eq!(form.problem(), "unsupported_media_type");
    }
}
