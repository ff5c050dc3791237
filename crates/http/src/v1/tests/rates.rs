//! Rates of tenants and credentials (api.md §8). The world's clock stands still, so nothing comes back unless it is told to.

use orderbase_application::keys;
use orderbase_application::testing::{ctx, key_as, wish_key};
use orderbase_kernel::Timestamp;
use orderbase_tenancy::{KeyRate, Permission, Reason};
use serde_json::json;

use crate::testing::{Received, TestApp};
use crate::v1::fixtures::{self, RANDOM_ID};

/// An app whose limiter counts, and whose tenant has a bucket of `burst` units, of which `quota` come back in a minute.
async fn app(quota: u32, burst: u32) -> TestApp {
    let app = TestApp::start().await;
    set(&app, quota, burst).await;
    app.world.rates.count();
    app
}

async fn set(app: &TestApp, quota: u32, burst: u32) {
    let operator = app.operator().await;
    let path = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
    let rate = json!({"rate_limit": {"requests_per_minute": quota, "burst": burst}, "reason": "in a test"});
    let put = app.put(&path).as_bearer(&operator).from("127.0.0.1:4000").if_match("*").json(&rate).send().await;
    assert_eq!(put.status, 200, "{put:?}");
}

fn told(answer: &Received) -> (&str, &str) {
    (answer.header("ratelimit-policy"), answer.header("ratelimit"))
}

const POLICY: &str = r#""tenant";q=60;w=60, "credential";q=60;w=60"#;

#[actix_web::test]
async fn every_answer_that_was_counted_says_what_is_left() {
    let app = app(60, 10).await;
    let left = |units: u32| format!(r#""tenant";r={units};t=1, "credential";r={units};t=1"#);
    let placed = fixtures::order(&app).await;
    // Of its customer and itself.
    assert_eq!(told(&placed), (POLICY, left(8).as_str()));
    let path = placed.header("location");
    for (answer, status, units) in [
        (app.get(path).send().await, 200, 7),
        (app.get(path).if_none_match("*").send().await, 304, 6),
        (app.get(&format!("/api/v1/orders/{RANDOM_ID}")).send().await, 404, 5),
        (app.get("/api/v1/orders?limit=0").send().await, 422, 4),
        (app.get("/api/v1/orders?nothing=0").send().await, 400, 3),
        (app.get("/api/v1/users").send().await, 403, 2),
    ] {
        assert_eq!((answer.status.as_u16(), told(&answer)), (status, (POLICY, left(units).as_str())), "{answer:?}");
    }
    for uncounted in [
        app.get("/api/v1/orders").as_key("x").send().await,
        app.get("/api/v1/orders").anonymous().send().await,
        app.get("/api").anonymous().send().await,
        app.get("/api/v1/nothing").send().await,
    ] {
        assert_eq!(told(&uncounted), ("", ""), "{uncounted:?}");
    }
}

#[actix_web::test]
async fn over_the_rate_is_429_and_obeying_it_succeeds() {
    let app = app(20, 2).await;
    for _ in 0..2 {
        assert_eq!(app.get("/api/v1/orders").send().await.status, 200);
    }
    // The permission would be asked for later, what is wrong with the request later still.
    for path in ["/api/v1/orders", "/api/v1/users", "/api/v1/orders?nothing=0"] {
        let refused = app.get(path).header("x-request-id", "r-1").send().await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3"), "{refused:?}");
        assert_eq!(
            refused.json(),
            json!({
                "type": "http://127.0.0.1:8080/errors/rate_limited", "title": "Rate limited", "status": 429,
                "detail": "Policy tenant allows 20 units in 60 s.", "instance": path.split('?').next(),
                "code": "rate_limited", "request_id": "r-1", "retry_after": 3,
                "violated_policies": ["tenant", "credential"], "explain": "/api/v1/limits"
            })
        );
        assert_eq!(told(&refused).1, r#""tenant";r=0;t=3, "credential";r=0;t=3"#);
    }
    app.world.clock.advance_millis(2_999);
    assert_eq!(app.get("/api/v1/orders").send().await.status, 429);
    app.world.clock.advance_millis(1);
    assert_eq!(app.get("/api/v1/orders").send().await.status, 200);
}

#[actix_web::test]
async fn a_key_may_have_a_lower_rate_and_never_a_higher_one() {
    let app = app(60, 10).await;
    let world = &app.world.app;
    let wish = |rate| keys::CreateKey {
        rate_limit: Some(KeyRate::try_new(rate).unwrap()),
        ..wish_key(&[Permission::OrdersRead])
    };
    let slow = key_as(world, &ctx(world, &app.tenant), wish(3)).await;
    let get = || app.get("/api/v1/orders").as_key(slow.text.expose()).send();
    for _ in 0..3 {
        assert_eq!(get().await.header("ratelimit-policy"), r#""tenant";q=60;w=60, "credential";q=3;w=60"#);
    }
    for _ in 0..20 {
        let refused = get().await;
        assert_eq!((refused.status.as_u16(), &refused.json()["violated_policies"]), (429, &json!(["credential"])));
        assert_eq!(refused.json()["detail"], "Policy credential allows 3 units in 60 s.");
    }
    let others = app.get("/api/v1/orders").send().await;
    assert_eq!((others.status.as_u16(), told(&others).1), (200, r#""tenant";r=6;t=1, "credential";r=9;t=1"#));
    let wide = key_as(world, &ctx(world, &app.tenant), wish(600_000)).await;
    assert_eq!(told(&app.get("/api/v1/orders").as_key(wide.text.expose()).send().await).0, POLICY);
}

#[actix_web::test]
async fn a_tenants_flood_leaves_others_alone() {
    let app = app(20, 2).await;
    let (_, other) = app.tenant("borealis").await;
    for _ in 0..9 {
        app.get("/api/v1/orders").send().await;
    }
    assert_eq!(app.get("/api/v1/orders").send().await.status, 429);
    let answer = app.get("/api/v1/orders").as_key(&other).send().await;
    assert_eq!((answer.status.as_u16(), told(&answer).1), (200, r#""tenant";r=999;t=1, "credential";r=999;t=1"#));
}

#[actix_web::test]
async fn what_is_asked_for_beside_costs_beside() {
    let app = app(600, 100).await;
    let path = fixtures::order(&app).await.header("location").to_owned();
    let left = |answer: Received| answer.header("ratelimit").split([';', '=']).nth(2).unwrap().parse::<i64>().unwrap();
    let mut before = left(app.get(&path).send().await);
    for (path, cost) in [
        (path.to_string(), 1),
        (format!("{path}?expand=customer"), 2),
        ("/api/v1/orders?limit=1".to_owned(), 1),
        ("/api/v1/orders?expand=customer&include_total=true".to_owned(), 4),
        ("/api/v1/orders?%65xpand=customer&include_total=false".to_owned(), 2),
        ("/api/v1/customers?include_total=true".to_owned(), 3),
    ] {
        let now = left(app.get(&path).send().await);
        assert_eq!(before - now, cost, "{path}");
        before = now;
    }
}

#[actix_web::test]
async fn a_rate_changes_at_once() {
    let app = app(20, 2).await;
    for _ in 0..3 {
        app.get("/api/v1/orders").send().await;
    }
    set(&app, 6_000, 1_000).await;
    app.world.clock.advance_millis(10);
    let wider = app.get("/api/v1/orders").send().await;
    assert_eq!((wider.status.as_u16(), told(&wider).0), (200, r#""tenant";q=6000;w=60, "credential";q=6000;w=60"#));
}

#[actix_web::test]
async fn who_has_no_business_with_the_platform_is_counted_too() {
    let app = app(60, 3).await;
    let platform = || app.get("/api/v1/platform/tenants").send();
    for left in ["2", "1", "0"] {
        let denied = platform().await;
        assert_eq!((denied.status.as_u16(), denied.problem().as_str()), (403, "permission_denied"));
        assert!(told(&denied).1.starts_with(&format!(r#""tenant";r={left};"#)), "{denied:?}");
    }
    assert_eq!(platform().await.problem(), "rate_limited");
}

#[actix_web::test]
async fn a_rate_of_nothing_blocks() {
    let app = app(0, 0).await;
    let refused = app.get("/api/v1/orders").send().await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3600"));
    assert_eq!(told(&refused).1, r#""tenant";r=0, "credential";r=0"#, "nothing comes back");
    assert_eq!(app.get("/api/v1/limits").send().await.json()["policies"][0]["remaining"], 0);
}

#[actix_web::test]
async fn a_refusal_is_kept_under_no_key() {
    let app = app(60, 2).await;
    let customer = json!({"name": "Ada"});
    let post = || app.post("/api/v1/customers").key("k").json(&customer).send();
    while app.get("/api/v1/orders").send().await.status == 200 {}
    assert_eq!(post().await.status, 429);
    app.world.clock.advance_millis(2_000);
    let created = post().await;
    assert_eq!((created.status.as_u16(), created.header("idempotent-replayed")), (201, ""));
    let again = post().await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_ne!(told(&again).1, told(&created).1, "a repeat is counted");
}

#[actix_web::test]
async fn so_many_requests_at_a_time_and_no_more() {
    let app = TestApp::start().await;
    let mut held = Vec::new();
    let max = app.tenant.limits(Timestamp::from_millis(0).unwrap()).concurrency;
    for _ in 0..max {
        let mut permit = app.shared.admission.enter_probe().await.ok();
        match &mut permit {
            Some(permit) => assert!(app.shared.admission.count(permit, app.tenant.id(), max)),
            None => break,
        }
        held.push(permit);
    }
    let operator = app.operator().await;
    let path = format!("/api/v1/platform/tenants/{}/limits", app.tenant.id());
    let limits = json!({"quotas": {"concurrency": held.len()}, "reason": Reason::parse("in a test").unwrap().as_str()});
    let put = app.put(&path).as_bearer(&operator).from("127.0.0.1:4000").if_match("*").json(&limits).send().await;
    assert_eq!(put.status, 200, "{put:?}");
    let refused = app.get("/api/v1/orders").send().await;
    assert_eq!((refused.status.as_u16(), &refused.json()["violated_policies"]), (429, &json!(["concurrency"])));
    assert_eq!((refused.header("retry-after"), told(&refused)), ("1", ("", "")));
    held.pop();
    assert_eq!(app.get("/api/v1/orders").send().await.status, 200);
}
