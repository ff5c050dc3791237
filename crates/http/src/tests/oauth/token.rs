//! `POST /oauth/token`

use orderbase_application::ports::Bucket;
use orderbase_application::testing::PASSWORD;
use orderbase_tenancy::{Permission, Role};
use serde_json::json;

use super::{OAuthClient, post, refusal, with_password_grant};
use crate::testing::TestApp;

const PATH: &str = "/oauth/token";
const CLIENT_CREDENTIALS: &str = "grant_type=client_credentials";

#[actix_web::test]
async fn a_key_as_client_by_basic_and_in_the_body() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead, Permission::CustomersRead]).await;
    let body = format!("{CLIENT_CREDENTIALS}&client_id={}&client_secret={}", client.id, client.secret);
    for answer in [
        post(&app, PATH, Some(&client.basic()), CLIENT_CREDENTIALS).await,
        post(&app, PATH, None, &body).await,
        post(&app, PATH, Some(&client.basic()), "grant_type=client_credentials&scope=&unknown=1").await,
    ] {
        let tokens = answer.json();
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{answer:?}");
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert!(tokens.get("refresh_token").is_none() && tokens.get("scope").is_none(), "{tokens}");
        let token = tokens["access_token"].as_str().unwrap();
        let me = app.get("/api/v1/me").as_bearer(token).send().await.json();
        assert_eq!((&me["credential"], &me["actor"]["id"]), (&json!("api_key"), &json!(client.id)));
        assert_eq!(me["permissions"], json!(["orders:read", "customers:read"]));
    }
}

#[actix_web::test]
async fn a_scope_narrows_is_told_and_never_widens() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead, Permission::CustomersRead]).await;
    let narrowed = post(&app, PATH, Some(&client.basic()), "grant_type=client_credentials&scope=orders%3Aread").await;
    assert_eq!(narrowed.json()["scope"], "orders:read");
    let token = narrowed.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(app.get("/api/v1/orders").as_bearer(&token).send().await.status, 200);
    let denied = app.get("/api/v1/customers").as_bearer(&token).send().await;
    assert_eq!(
        (denied.problem().as_str(), &denied.json()["permission"]),
        ("permission_denied", &json!("customers:read"))
    );
    assert_eq!(
        denied.header("www-authenticate"),
        "Bearer realm=\"orderbase\", error=\"insufficient_scope\", scope=\"customers:read\", \
         resource_metadata=\"http://127.0.0.1:8080/.well-known/oauth-protected-resource\""
    );
    for scope in ["orders:write", "orders:read+orders:write", "nothing", "orders:read++customers:read", "users:write"] {
        let answer = post(&app, PATH, Some(&client.basic()), &format!("{CLIENT_CREDENTIALS}&scope={scope}")).await;
        assert_eq!(refusal(&answer), "invalid_scope", "{scope}");
    }
}

#[actix_web::test]
async fn every_client_that_is_not_good_is_answered_alike() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    let other = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    let mut seen = Vec::new();
    for wrong in [
        OAuthClient { id: client.id.clone(), secret: other.secret.clone() },
        OAuthClient { id: other.id.clone(), secret: client.secret.clone() },
        OAuthClient { id: "nobody".to_owned(), secret: client.secret.clone() },
        OAuthClient { id: String::new(), secret: client.secret.clone() },
        OAuthClient { id: client.id.clone(), secret: String::new() },
        OAuthClient { id: client.id.clone(), secret: "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99".to_owned() },
    ] {
        let answer = post(&app, PATH, Some(&wrong.basic()), CLIENT_CREDENTIALS).await;
        assert_eq!(refusal(&answer), "invalid_client");
        seen.push(answer.bytes);
    }
    for wrong in ["Basic", "Basic !", "Bearer x", "Basic Og=="] {
        let answer = post(&app, PATH, Some(wrong), CLIENT_CREDENTIALS).await;
        assert_eq!(refusal(&answer), "invalid_client", "{wrong}");
        seen.push(answer.bytes);
    }
    let none = post(&app, PATH, None, CLIENT_CREDENTIALS).await;
    assert_eq!(refusal(&none), "invalid_client");
    assert!(seen.iter().all(|bytes| *bytes == none.bytes));
}

#[actix_web::test]
async fn requests_that_are_none() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    let basic = client.basic();
    let both = format!("{CLIENT_CREDENTIALS}&client_id={}&client_secret={}", client.id, client.secret);
    for (form, word) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ("grant_type=client_credentials&scope=a&scope=b", "invalid_request"),
        ("grant_type=%zz", "invalid_request"),
        (both.as_str(), "invalid_request"),
        ("grant_type=refresh_token&refresh_token=obr_", "invalid_request"),
        ("grant_type=authorization_code&code=x", "unsupported_grant_type"),
        ("grant_type=password&username=acme%2Fa@b&password=x", "unsupported_grant_type"),
    ] {
        assert_eq!(refusal(&post(&app, PATH, Some(&basic), form).await), word, "{form}");
    }
    assert_eq!(refusal(&post(&app, PATH, None, "grant_type=refresh_token").await), "invalid_request");
    let in_url = post(&app, "/oauth/token?client_secret=x", Some(&basic), CLIENT_CREDENTIALS).await;
    assert_eq!(refusal(&in_url), "invalid_request");
    let json = app.post(PATH).anonymous().json(&json!({"grant_type": "client_credentials"})).send().await;
    assert_eq!((json.status.as_u16(), json.problem().as_str()), (415, "unsupported_media_type"));
    let html = app.post(PATH).anonymous().header("accept", "text/html").form("").send().await;
    assert_eq!(html.problem(), "not_acceptable");
}

#[actix_web::test]
async fn a_session_refreshes_without_a_client() {
    let app = TestApp::start().await;
    let person = app.sign_in(Role::Member).await;
    let form = format!("grant_type=refresh_token&refresh_token={}&scope=orders%3Aread", person.refresh_token);
    let answer = post(&app, PATH, None, &form).await;
    let tokens = answer.json();
    assert_eq!((answer.status.as_u16(), &tokens["scope"]), (200, &json!("orders:read")));
    assert!(tokens["refresh_token"].as_str().unwrap().starts_with("obr_"));
    for wrong in ["obr_", "x", &person.access_token] {
        let answer = post(&app, PATH, None, &format!("grant_type=refresh_token&refresh_token={wrong}")).await;
        assert_eq!(refusal(&answer), "invalid_grant", "{wrong}");
    }
}

#[actix_web::test]
async fn a_password_where_it_is_switched_on() {
    let app = with_password_grant().await;
    let person = app.sign_in(Role::Viewer).await;
    let form = |user: &str, password: &str| {
        format!("grant_type=password&username={}&password={}", user.replace('/', "%2F"), password.replace(' ', "+"))
    };
    let user = format!("acme/{}", person.email);
    // As Swagger UI sends it without a client.
    let answer = post(&app, PATH, Some("Basic Og=="), &form(&user, PASSWORD)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json()["refresh_token"].is_string() && answer.json()["scope"].is_string());
    let mut seen = Vec::new();
    for (user, password) in [
        (user.as_str(), "wrong"),
        (&person.email, PASSWORD),
        ("nowhere/a@b.c", PASSWORD),
        ("acme/nobody@b.c", PASSWORD),
    ] {
        let answer = post(&app, PATH, None, &form(user, password)).await;
        assert_eq!(refusal(&answer), "invalid_grant", "{user}");
        seen.push(answer.bytes);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(refusal(&post(&app, PATH, None, "grant_type=password&username=a").await), "invalid_request");
}

#[actix_web::test]
async fn a_throttle_is_a_problem_and_alike_for_all_clients() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    app.world.throttles.refuse(Bucket::TokenClient);
    let known = post(&app, PATH, Some(&client.basic()), CLIENT_CREDENTIALS).await;
    let unknown = OAuthClient { id: "nobody".to_owned(), secret: "x".to_owned() };
    let unknown = post(&app, PATH, Some(&unknown.basic()), CLIENT_CREDENTIALS).await;
    assert_eq!((known.status.as_u16(), known.problem().as_str()), (429, "rate_limited"));
    assert_eq!((known.header("retry-after"), &known.json()["violated_policies"]), ("7", &json!(["token.client"])));
    assert_eq!(known.bytes, unknown.bytes);
}
