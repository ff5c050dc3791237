//! `POST /oauth/revoke`

use orderbase_tenancy::{Permission, Role};

use super::{OAuthClient, post, refusal};
use crate::testing::TestApp;

const PATH: &str = "/oauth/revoke";

#[actix_web::test]
async fn a_token_of_a_session_ends_it_without_a_client() {
    let app = TestApp::start().await;
    let by_refresh = app.sign_in(Role::Viewer).await;
    let by_access = app.sign_in(Role::Viewer).await;
    for (token, person) in [(&by_refresh.refresh_token, &by_refresh), (&by_access.access_token, &by_access)] {
        let answer = post(&app, PATH, None, &format!("token={token}&token_type_hint=nonsense")).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len(), answer.header("cache-control")), (200, 0, "no-store"));
        let me = app.get("/api/v1/me").as_bearer(&person.access_token).send().await;
        assert_eq!(me.problem(), "unauthenticated");
    }
}

#[actix_web::test]
async fn a_token_that_nobody_knows_is_answered_alike_and_a_bad_client_is_not() {
    let app = TestApp::start().await;
    let client = OAuthClient::of(&app, &[Permission::OrdersRead]).await;
    for token in ["x", "obr_", "a.b.c", &app.key] {
        for authorization in [None, Some(client.basic())] {
            let answer = post(&app, PATH, authorization.as_deref(), &format!("token={token}")).await;
            assert_eq!((answer.status.as_u16(), answer.bytes.len()), (200, 0), "{token}");
        }
    }
    assert_eq!(app.get("/api/v1/me").send().await.status, 200, "a key is revoked elsewhere");
    let wrong = OAuthClient { id: client.id, secret: "x".to_owned() };
    assert_eq!(refusal(&post(&app, PATH, Some(&wrong.basic()), "token=x").await), "invalid_client");
    assert_eq!(refusal(&post(&app, PATH, None, "").await), "invalid_request");
}
