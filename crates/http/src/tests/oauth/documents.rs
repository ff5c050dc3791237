//! What clients find by themselves (RFC 8414, 9728, 7517).

use serde_json::{Value, json};

use super::with_password_grant;
use crate::options::HttpOptions;
use crate::testing::{Received, TestApp};

async fn known(app: &TestApp, name: &str) -> Received {
    let path = format!("/.well-known/{name}");
    let answer = app.get(&path).anonymous().send().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let again = app.get(&path).anonymous().if_none_match(answer.header("etag")).send().await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    answer
}

#[actix_web::test]
async fn the_issuer_is_the_configured_one_and_its_endpoints_answer() {
    let public_url = "https://api.example.com".to_owned();
    let app = TestApp::with(HttpOptions { public_url: public_url.clone(), ..HttpOptions::default() }).await;
    let metadata = known(&app, "oauth-authorization-server").await.json();
    assert_eq!(metadata["issuer"], public_url);
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials", "refresh_token"]));
    assert_eq!(metadata["response_types_supported"], json!([]));
    for name in ["token_endpoint", "revocation_endpoint", "introspection_endpoint"] {
        let path = metadata[name].as_str().unwrap().strip_prefix(&public_url).unwrap();
        assert_eq!(
            app.post(path).anonymous().form("").send().await.json()["error"],
            Value::from(match name {
                "introspection_endpoint" => "invalid_client",
                _ => "invalid_request",
            }),
            "{name}"
        );
    }
    let jwks = metadata["jwks_uri"].as_str().unwrap().strip_prefix(&public_url).unwrap();
    assert_eq!(app.get(jwks).anonymous().send().await.status, 200);

    let resource = known(&app, "oauth-protected-resource").await.json();
    assert_eq!((&resource["resource"], &resource["authorization_servers"]), (&json!(public_url), &json!([public_url])));
    assert_eq!(resource["bearer_methods_supported"], json!(["header"]));
    let challenge = app.get("/api/v1/me").anonymous().send().await;
    assert_eq!(
        challenge.header("www-authenticate"),
        "Bearer realm=\"orderbase\", resource_metadata=\"https://api.example.com/.well-known/oauth-protected-resource\""
    );
}

#[actix_web::test]
async fn a_grant_is_listed_and_described_only_where_it_is_on() {
    let off = TestApp::start().await;
    let on = with_password_grant().await;
    let metadata = known(&on, "oauth-authorization-server").await.json();
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials", "refresh_token", "password"]));
    for (app, described) in [(off, false), (on, true)] {
        let document = app.get("/openapi/v1.json").anonymous().send().await.json();
        let flows = &document["components"]["securitySchemes"]["OAuth2"]["flows"];
        assert!(flows["clientCredentials"].is_object());
        assert_eq!(flows["password"].is_object(), described);
    }
}

#[actix_web::test]
async fn keys_are_those_of_the_tokens() {
    let app = TestApp::start().await;
    let keys = known(&app, "jwks.json").await;
    assert_eq!(keys.bytes, app.world.app.tokens.jwks());
}
