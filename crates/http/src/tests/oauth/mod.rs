//! The endpoints of OAuth 2 and its documents, as clients of other makers meet them.

mod documents;
mod introspection;
mod revocation;
mod token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orderbase_application::testing::{ctx, key_as, wish_key};
use orderbase_tenancy::Permission;

use crate::options::HttpOptions;
use crate::shared::Shared;
use crate::testing::{Received, TestApp};

/// A key as a client: its id and its text.
pub struct OAuthClient {
    pub id: String,
    pub secret: String,
}

impl OAuthClient {
    pub async fn of(app: &TestApp, scopes: &[Permission]) -> Self {
        let world = &app.world.app;
        let made = key_as(world, &ctx(world, &app.tenant), wish_key(scopes)).await;
        Self { id: made.key.id.to_string(), secret: made.text.expose().to_owned() }
    }

    pub fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret)))
    }
}

pub async fn post(app: &TestApp, path: &str, authorization: Option<&str>, form: &str) -> Received {
    let request = app.post(path).anonymous().header("x-request-id", "same").form(form);
    match authorization {
        Some(value) => request.header("authorization", value).send().await,
        None => request.send().await,
    }
}

/// The word of a refusal that is whole: 400, or 401 with a challenge; kept by nobody.
pub fn refusal(answer: &Received) -> String {
    let body = answer.json();
    let word = body["error"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let expected = if word == "invalid_client" { 401 } else { 400 };
    assert_eq!(answer.status, expected, "{body}");
    assert_eq!(answer.header("www-authenticate").starts_with("Basic "), expected == 401, "{body}");
    let description = body["error_description"].as_str().unwrap();
    // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
    assert!(description.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{description}");
    assert!(body["error_uri"].as_str().unwrap().contains("/errors/"), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 3, "{body}");
    word
}

/// An app with the password grant.
pub async fn with_password_grant() -> TestApp {
    let app = TestApp::starting(HttpOptions::default()).await;
    let mut world = app.world.app.clone();
    world.auth_rules.password_grant = true;
    Shared::start(&app.shared, world);
    app
}

#[actix_web::test]
async fn no_parameter_may_be_longer_than_the_document_says() {
    let app = TestApp::start().await;
    let document = crate::openapi::document(crate::version::ApiVersion::V1);
    let mut seen = 0;
    for (path, schema) in
        [("token", "TokenRequest"), ("revoke", "RevocationRequest"), ("introspect", "IntrospectionRequest")]
    {
        for (name, member) in document["components"]["schemas"][schema]["properties"].as_object().unwrap() {
            let max = usize::try_from(member["maxLength"].as_u64().unwrap()).unwrap();
            let is_too_long = async |length: usize| {
                let form = format!("{name}={}", "%C3%A9".repeat(length));
                let answer = post(&app, &format!("/oauth/{path}"), None, &form).await;
                String::from_utf8_lossy(&answer.bytes).contains("A parameter is too long.")
            };
            assert!(is_too_long(max + 1).await, "{name}");
            assert!(!is_too_long(max).await, "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 15);
}
