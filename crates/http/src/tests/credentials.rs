//! Who is let in: what each refusal says, and what it costs to guess.

use orderbase_application::changeset::AuditOutcome;
use orderbase_application::ports::Bucket;
use orderbase_application::testing::{ctx, key_as, wish_key};
use orderbase_application::views::{AuditFilter, AuditQuery};
use orderbase_application::{Conditions, Scope, keys};
use orderbase_kernel::{Network, PageLimit, Timestamp};
use orderbase_tenancy::{Permission, Role};
use serde_json::json;

use crate::testing::{Received, Sent, TestApp};

const RESOURCE: &str = "resource_metadata=\"http://127.0.0.1:8080/.well-known/oauth-protected-resource\"";

async fn refused(request: Sent) -> Received {
    let answer = request.header("x-request-id", "same").send().await;
    assert_eq!(answer.status, 401, "{answer:?}");
    answer
}

fn me(app: &TestApp) -> Sent {
    app.get("/api/v1/me").anonymous()
}

#[actix_web::test]
async fn every_cause_has_the_same_bytes() {
    let app = TestApp::start().await;
    let world = &app.world.app;
    let owner = ctx(world, &app.tenant);
    let revoked = key_as(world, &owner, wish_key(&[Permission::OrdersRead])).await;
    keys::revoke(world, &owner, revoked.key.id, Conditions::default()).await.unwrap();
    let until = Timestamp::parse("2026-01-15T12:00:01Z").unwrap();
    let wish = keys::CreateKey { expires_at: Some(until), ..wish_key(&[Permission::OrdersRead]) };
    let expired = key_as(world, &owner, wish).await;
    app.world.clock.advance_millis(2_000);
    let ended = app.sign_in(Role::Viewer).await;
    assert_eq!(app.post("/api/v1/auth/logout").as_bearer(&ended.access_token).send().await.status, 204);

    let none = refused(me(&app)).await;
    assert_eq!(none.header("www-authenticate"), format!("Bearer realm=\"orderbase\", {RESOURCE}"));
    let mut bad = Vec::new();
    for key in [revoked.text.expose(), expired.text.expose(), "ob_live_0123456789ABCDEFGHIJKLMNOPQRSTUV2IfI99", "x", ""]
    {
        bad.push(refused(app.get("/api/v1/me").as_key(key)).await);
    }
    for authorization in [
        format!("Bearer {}", ended.access_token),
        "Bearer x".into(),
        "Bearer".into(),
        "Bearer  x".into(),
        "Basic eDp5".into(),
    ] {
        bad.push(refused(me(&app).header("authorization", authorization)).await);
    }
    for answer in &bad {
        assert_eq!(answer.bytes, none.bytes);
        let challenge = format!("Bearer realm=\"orderbase\", error=\"invalid_token\", {RESOURCE}");
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
}

#[actix_web::test]
async fn a_token_whose_time_is_over_says_so() {
    let app = TestApp::start().await;
    let person = app.sign_in(Role::Viewer).await;
    app.world.clock.advance_millis(601_000);
    let answer = refused(me(&app).header("authorization", format!("bearer {}", person.access_token))).await;
    assert_eq!(answer.problem(), "token_expired");
    let challenge = format!("Bearer realm=\"orderbase\", error=\"invalid_token\", {RESOURCE}");
    assert_eq!(answer.header("www-authenticate"), challenge);
}

#[actix_web::test]
async fn two_credentials_are_one_too_many() {
    let app = TestApp::start().await;
    let token = app.sign_in(Role::Viewer).await.access_token;
    let both = app.get("/api/v1/me").header("authorization", format!("Bearer {token}")).send().await;
    assert_eq!((both.status.as_u16(), both.problem().as_str()), (400, "ambiguous_credentials"));
}

#[actix_web::test]
async fn failures_are_counted_by_address_and_nothing_else_is() {
    let app = TestApp::start().await;
    app.world.throttles.taken();
    assert_eq!(app.get("/api/v1/me").send().await.status, 200);
    assert_eq!(app.world.throttles.taken(), []);
    for request in [me(&app), me(&app).as_key("x"), me(&app).header("authorization", "Bearer x")] {
        refused(request).await;
        assert_eq!(app.world.throttles.taken(), [Bucket::CredentialIp]);
    }
}

#[actix_web::test]
async fn who_guessed_too_often_is_refused_before_a_look_up_and_who_is_known_is_not() {
    let app = TestApp::start().await;
    let fresh = app.key_with(&[Permission::OrdersRead]).await;
    assert_eq!(app.get("/api/v1/me").send().await.status, 200);
    app.world.throttles.refuse(Bucket::CredentialIp);
    assert_eq!(app.get("/api/v1/me").send().await.status, 200, "known by this process");
    let mut seen = Vec::new();
    for request in [me(&app), me(&app).as_key("x"), me(&app).as_key(&fresh)] {
        let answer = request.header("x-request-id", "same").send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (429, "rate_limited"));
        assert_eq!((answer.header("retry-after"), &answer.json()["violated_policies"]), ("7", &json!(["ip"])));
        assert_eq!(answer.header("www-authenticate"), "");
        seen.push(answer.bytes);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

#[actix_web::test]
async fn a_key_is_good_within_its_networks() {
    let app = TestApp::start().await;
    let world = &app.world.app;
    let wish = keys::CreateKey {
        ip_allowlist: vec![Network::parse("203.0.113.0/24").unwrap()],
        ..wish_key(&[Permission::OrdersRead])
    };
    let key = key_as(world, &ctx(world, &app.tenant), wish).await;
    let outside = app.get("/api/v1/me").as_key(key.text.expose()).send().await;
    assert_eq!((outside.status.as_u16(), outside.problem().as_str()), (403, "address_not_allowed"));
    let inside = app.get("/api/v1/me").as_key(key.text.expose()).from("203.0.113.9:1").send().await;
    assert_eq!(inside.status, 200);
}

#[actix_web::test]
async fn an_operator_has_no_tenant() {
    let app = TestApp::start().await;
    let operator = app.operator().await;
    for path in ["/api/v1/orders", "/api/v1/me", "/api/v1/me/sessions"] {
        let answer = app.get(path).as_bearer(&operator).from("127.0.0.1:4000").send().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "permission_denied"), "{path}");
        assert!(answer.header("www-authenticate").contains("error=\"insufficient_scope\""));
    }
}

#[actix_web::test]
async fn a_role_opens_what_its_permissions_say() {
    let app = TestApp::start().await;
    for (role, status) in [(Role::Viewer, 403), (Role::Member, 201)] {
        let token = app.sign_in(role).await.access_token;
        let answer = app.post("/api/v1/customers").as_bearer(&token).json(&json!({"name": "Eve"})).send().await;
        assert_eq!(answer.status, status, "{role}");
        assert_eq!(app.get("/api/v1/orders").as_bearer(&token).send().await.status, 200);
    }
}

/// The refusals that the audit log of `acme` holds, the oldest first: operation, actor, request.
async fn denials(app: &TestApp) -> Vec<(String, String, String)> {
    let filter = AuditFilter { action: Some("access.denied".to_owned()), ..AuditFilter::default() };
    let query = AuditQuery { filter, limit: PageLimit::try_new(100).unwrap(), after: None };
    let page = app.world.app.audit.page(Scope { tenant_id: app.tenant.id() }, &query).await.unwrap();
    let rows = page.rows.into_iter().rev().map(|row| {
        assert_eq!(row.outcome, AuditOutcome::Denied);
        let target = row.target.unwrap();
        assert_eq!(target.id, "", "it may be anything that was sent");
        (target.kind.into_owned(), row.actor.unwrap().id(), row.request_id.as_str().to_owned())
    });
    rows.collect()
}

#[actix_web::test]
async fn who_is_refused_stands_in_the_audit_log() {
    let app = TestApp::start().await;
    let (world, owner) = (&app.world.app, ctx(&app.world.app, &app.tenant));
    let reader = key_as(world, &owner, wish_key(&[Permission::OrdersRead])).await;
    let wish = keys::CreateKey {
        ip_allowlist: vec![Network::parse("203.0.113.0/24").unwrap()],
        ..wish_key(&[Permission::OrdersRead])
    };
    let near = key_as(world, &owner, wish).await;
    let person = app.sign_in(Role::Viewer).await;

    // Allowed, unknown, or of no tenant: nothing to tell.
    assert_eq!(app.get("/api/v1/orders").as_key(reader.text.expose()).send().await.status, 200);
    assert_eq!(me(&app).as_key("x").send().await.status, 401);
    let operator = app.operator().await;
    assert_eq!(app.get("/api/v1/orders").as_bearer(&operator).from("127.0.0.1:4000").send().await.status, 403);
    assert_eq!(denials(&app).await, []);

    let customer = json!({"name": "Eve"});
    let write = |id: &str| app.post("/api/v1/customers").json(&customer).header("x-request-id", id);
    assert_eq!(write("one").as_key(reader.text.expose()).send().await.status, 403);
    assert_eq!(write("two").as_bearer(&person.access_token).send().await.status, 403);
    let outside = app.get("/api/v1/orders").as_key(near.text.expose()).header("x-request-id", "three").send().await;
    assert_eq!(outside.problem(), "address_not_allowed");
    let session = app.get("/api/v1/me/sessions").as_key(reader.text.expose()).header("x-request-id", "four");
    assert_eq!(session.send().await.problem(), "permission_denied");
    let platform = app.get("/api/v1/platform/tenants").as_bearer(&person.access_token).header("x-request-id", "five");
    assert_eq!(platform.send().await.problem(), "permission_denied");
    let told = [
        ("customers_create", reader.key.id.to_string(), "one"),
        ("customers_create", person.id.to_string(), "two"),
        ("orders_list", near.key.id.to_string(), "three"),
        ("me_sessions", reader.key.id.to_string(), "four"),
        ("platform_tenants_list", person.id.to_string(), "five"),
    ];
    let told = told.map(|(operation, actor, request)| (operation.to_owned(), actor, request.to_owned()));
    assert_eq!(denials(&app).await, told);
}
