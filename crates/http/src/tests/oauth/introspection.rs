//! `POST /oauth/introspect`

use orderbase_application::ports::Bucket;
use orderbase_application::testing::{ctx, key_as, wish_key};
use orderbase_tenancy::{Permission, Role};
use serde_json::json;

use super::{OAuthClient, post, refusal};
use crate::testing::TestApp;

const PATH: &str = "/oauth/introspect";
const NOT_ACTIVE: &[u8] = br#"{"active":false}"#;

#[actix_web::test]
async fn tokens_of_the_own_tenant_are_told() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    let person = app.sign_in(Role::Viewer).await;
    let answer = post(&app, PATH, Some(&client.basic()), &format!("token={}", person.access_token)).await;
    let told = answer.json();
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("Bearer")));
    assert_eq!(
        (&told["sub"], &told["tenant_id"]),
        (&json!(person.id.to_string()), &json!(app.tenant.id().to_string()))
    );
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 600);
    assert_eq!(told["iss"], "http://127.0.0.1:8080");

    let refresh = post(&app, PATH, Some(&client.basic()), &format!("token={}", person.refresh_token)).await.json();
    assert_eq!((&refresh["active"], &refresh["token_use"]), (&json!(true), &json!("refresh_token")));
    assert!(refresh.get("token_type").is_none());
}

#[actix_web::test]
async fn anything_else_is_exactly_not_active() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    let (other, _) = app.tenant("other").await;
    let world = &app.world.app;
    let foreign = key_as(world, &ctx(world, &other), wish_key(&[Permission::OrdersRead])).await;
    let foreign = OAuthClient { id: foreign.key.id.to_string(), secret: foreign.text.expose().to_owned() };
    let token = post(&app, "/oauth/token", Some(&foreign.basic()), "grant_type=client_credentials").await;
    let foreign_token = token.json()["access_token"].as_str().unwrap().to_owned();
    let own = post(&app, PATH, Some(&foreign.basic()), &format!("token={foreign_token}")).await;
    assert_eq!(own.json()["active"], true);

    let ended = app.sign_in(Role::Viewer).await;
    assert_eq!(app.post("/api/v1/auth/logout").as_bearer(&ended.access_token).send().await.status, 204);
    let operator = app.operator().await;
    for token in [
        &foreign_token,
        &ended.access_token,
        &ended.refresh_token,
        &operator,
        &client.secret,
        &"obr_".to_owned(),
        &"x".to_owned(),
    ] {
        let answer = post(&app, PATH, Some(&client.basic()), &format!("token={token}")).await;
        assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, NOT_ACTIVE), "{token}");
    }
}

#[actix_web::test]
async fn only_a_client_asks() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    let person = app.sign_in(Role::Owner).await;
    let form = format!("token={}", person.access_token);
    assert_eq!(refusal(&post(&app, PATH, None, &form).await), "invalid_client");
    let bearer = format!("Bearer {}", person.access_token);
    assert_eq!(refusal(&post(&app, PATH, Some(&bearer), &form).await), "invalid_client");
    assert_eq!(refusal(&post(&app, PATH, Some(&client.basic()), "").await), "invalid_request");
    app.world.throttles.refuse(Bucket::IntrospectClient);
    let throttled = post(&app, PATH, Some(&client.basic()), &form).await;
    assert_eq!((throttled.status.as_u16(), throttled.problem().as_str()), (429, "rate_limited"));
}
