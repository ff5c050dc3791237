//! Two instances of the real binary on one PostgreSQL behave as one.
#![allow(clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::time::{Duration, Instant};

use orderbase_tests::client::Client;
use orderbase_tests::house::{House, Mode, Served};
use orderbase_tests::journeys::people::{heard, is_out, join, refresh, sign_in};
use orderbase_tests::journeys::rivals::twins_make_one_order;
use orderbase_tests::journeys::steps::{customer, order, text};
use orderbase_tests::redis::Redis;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_instance_grants_the_other_honours_and_what_one_revokes_both_forget() {
    let house = House::build(Mode::Server);
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let (one, other) = (house.serve(), house.serve());

    // Keys of tokens are shared, and so are sessions.
    let keys = one.client.get("/.well-known/jwks.json").await.expect(200).json();
    assert_eq!(keys, other.client.get("/.well-known/jwks.json").await.expect(200).json());
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1), "{keys}");
    let session = sign_in(&one.client, Some("acme"), "owner@acme.example", &password).await;
    let there = other.client.with_token(&session.access_token);
    there.get("/api/v1/me").await.expect(200);
    let next = refresh(&other.client, &session.refresh_token).await.expect(200).json();
    let here = one.client.with_token(&text(&next["access_token"]));
    here.get("/api/v1/me").await.expect(200);

    // A key made here opens there, and closes there when it is revoked here.
    let wish = json!({"name": "ci", "scopes": ["orders:read", "customers:write", "orders:write"]});
    let key = here.post("/api/v1/api-keys", &wish).await.expect(201).json();
    let caller = other.client.with_key(&text(&key["key"]));
    let ada = customer(&caller, "Ada").await;
    order(&caller, &ada).await;
    let revoke = format!("/api/v1/api-keys/{}/revoke", text(&key["id"]));
    here.call(Method::POST, &revoke).send().await.expect(200);
    is_out(&caller).await;

    // So does a session.
    here.call(Method::POST, "/api/v1/auth/logout").send().await.expect(204);
    is_out(&there).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_that_is_used_on_both_at_once_makes_no_two_families() {
    let house = House::build(Mode::Server);
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let (one, other) = (house.serve(), house.serve());
    let session = sign_in(&one.client, Some("acme"), "owner@acme.example", &password).await;
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..8 {
        let client = if at % 2 == 0 { one.client.clone() } else { other.client.clone() };
        let token = session.refresh_token.clone();
        tasks.spawn(async move { refresh(&client, &token).await });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.status < 500), "{answers:?}");
    let good: Vec<_> = answers.into_iter().filter(|answer| answer.status == 200).collect();
    assert!(good.len() <= 2, "{}", good.len());
    let begun = Instant::now();
    let mut usable = 0;
    for answer in &good {
        usable += usize::from(refresh(&other.client, &text(&answer.json()["refresh_token"])).await.status == 200);
    }
    assert!(usable <= 1 && begun.elapsed() < Duration::from_secs(5));
}

/// What is told to `here` takes hold on `there`, which has what was before in its caches. The journeys go on side by side, each with people
/// and keys of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_to_one_instance_takes_hold_on_the_other() {
    let house = House::build(Mode::Server);
    let (owners, operators) =
        (house.person(Some("acme"), "owner@acme.example", "owner"), house.person(None, "operator@example.com", ""));
    let (here, there) = (house.serve(), house.serve());
    let owner = sign_in(&here.client, Some("acme"), "owner@acme.example", &owners).await.client;
    let operator = sign_in(&here.client, None, "operator@example.com", &operators).await.client;
    let callers = [&here.acme, &there.acme];
    tokio::join!(
        who_is_disabled_is_out(&here, &there, &owner),
        who_is_lowered_may_less(&here, &there, &owner),
        who_is_suspended_only_reads(&there, &operator),
        a_key_opens_from_its_networks_alone(&there, &owner),
        twins_make_one_order(&callers),
    );
}

const PASSWORD: &str = "a long walk by the river";

async fn who_is_disabled_is_out(here: &Served, there: &Served, owner: &Client) {
    let id = join(here, owner, "grace@acme.example", "member", PASSWORD).await;
    let grace = sign_in(&there.client, Some("acme"), "grace@acme.example", PASSWORD).await;
    grace.client.get("/api/v1/me").await.expect(200);
    owner.call(Method::POST, &format!("/api/v1/users/{id}/disable")).send().await.expect(200);
    is_out(&grace.client).await;
    assert_eq!(refresh(&there.client, &grace.refresh_token).await.expect(401).problem(), "invalid_credentials");
}

async fn who_is_lowered_may_less(here: &Served, there: &Served, owner: &Client) {
    let id = join(here, owner, "ada@acme.example", "admin", PASSWORD).await;
    let ada = sign_in(&there.client, Some("acme"), "ada@acme.example", PASSWORD).await.client;
    let users = async || ada.get("/api/v1/users").await;
    users().await.expect(200);
    let user = owner.get(&format!("/api/v1/users/{id}")).await.expect(200);
    let lowered = json!({"role": "viewer"});
    owner.patch(&format!("/api/v1/users/{id}"), user.header("etag"), &lowered).await.expect(200);
    assert_eq!(heard(403, users).await.problem(), "permission_denied");
    ada.get("/api/v1/orders").await.expect(200);
    assert_eq!(ada.post("/api/v1/customers", &json!({"name": "Bo"})).await.expect(403).problem(), "permission_denied");
}

async fn who_is_suspended_only_reads(there: &Served, operator: &Client) {
    let write = async || there.borealis.post("/api/v1/customers", &json!({"name": "Bo"})).await;
    write().await.expect(201);
    let id = text(&there.borealis.get("/api/v1/tenant").await.expect(200).json()["id"]);
    let path = |act: &str| format!("/api/v1/platform/tenants/{id}/{act}");
    operator.post(&path("suspend"), &json!({"reason": "unpaid"})).await.expect(200);
    assert_eq!(heard(403, &write).await.problem(), "tenant_suspended");
    there.borealis.get("/api/v1/customers").await.expect(200);
    operator.post(&path("activate"), &json!({"reason": "paid"})).await.expect(200);
    heard(201, &write).await;
}

async fn a_key_opens_from_its_networks_alone(there: &Served, owner: &Client) {
    let wish = json!({"name": "narrow", "scopes": ["orders:read"], "ip_allowlist": ["127.0.0.0/8"]});
    let key = owner.post("/api/v1/api-keys", &wish).await.expect(201);
    let caller = there.client.with_key(&text(&key.json()["key"]));
    let read = async || caller.get("/api/v1/orders").await;
    read().await.expect(200);
    let path = format!("/api/v1/api-keys/{}", text(&key.json()["id"]));
    let narrowed = json!({"ip_allowlist": ["192.0.2.0/24"]});
    let narrow = owner.patch(&path, key.header("etag"), &narrowed).await.expect(200);
    assert_eq!(heard(403, &read).await.problem(), "address_not_allowed");
    owner.patch(&path, narrow.header("etag"), &json!({"ip_allowlist": null})).await.expect(200);
    heard(200, &read).await;
}

/// Makes a key that was used on `there` a moment ago, and the path that revokes it.
async fn used_key(owner: &Client, there: &Served) -> (Client, String) {
    let key =
        owner.post("/api/v1/api-keys", &json!({"name": "ci", "scopes": ["orders:read"]})).await.expect(201).json();
    let caller = there.client.with_key(&text(&key["key"]));
    caller.get("/api/v1/orders").await.expect(200);
    (caller, format!("/api/v1/api-keys/{}/revoke", text(&key["id"])))
}

/// What the other remembers of a key lives for 5 s, and for one where it cannot hear: who is refused sooner was refused by a hint.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_is_heard_before_what_is_remembered_is_old() {
    const SOONER: Duration = Duration::from_millis(900);
    let house = House::build(Mode::Server);
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let (here, there) = (house.serve(), house.serve());
    let owner = sign_in(&here.client, Some("acme"), "owner@acme.example", &password).await.client;
    for _ in 0..20 {
        let used = Instant::now();
        let (caller, revoke) = used_key(&owner, &there).await;
        owner.call(Method::POST, &revoke).send().await.expect(200);
        while caller.get("/api/v1/orders").await.status != 401 {
            assert!(used.elapsed() < Duration::from_secs(5), "it is not even forgotten by itself");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if used.elapsed() < SOONER {
            return;
        }
    }
    panic!("of twenty revocations none was heard within {SOONER:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_redis_dies_nothing_fails_and_revocations_take_their_five_seconds() {
    let mut redis = Redis::start();
    let house = House::build(Mode::Server).with("ORDERBASE_REDIS_URL", redis.url());
    let password = house.person(Some("acme"), "owner@acme.example", "owner");
    let (here, there) = (house.serve(), house.serve());
    let owner = sign_in(&here.client, Some("acme"), "owner@acme.example", &password).await.client;
    let (caller, revoke) = used_key(&owner, &there).await;
    redis.kill();

    let ada = customer(&there.acme, "Ada").await;
    order(&there.acme, &ada).await;
    there.client.get("/health/ready").await.expect(200);
    owner.call(Method::POST, &revoke).send().await.expect(200);
    heard(401, async || caller.get("/api/v1/orders").await).await;
    // Throttles fail closed, and neither shut nor with an error: sign-ins go on, and guesses come to an end.
    sign_in(&there.client, Some("acme"), "owner@acme.example", &password)
        .await
        .client
        .get("/api/v1/me")
        .await
        .expect(200);
    let guess = json!({"tenant": "acme", "email": "nobody@acme.example", "password": PASSWORD});
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(there.client.post("/api/v1/auth/login", &guess).await.status);
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");

    // And one that finds no Redis at its start serves as well.
    let late = house.serve();
    let start = late.running.transcript();
    assert!(start.contains("limiter.degraded") && !start.contains(&redis.url()), "{start}");
    order(&late.acme, &customer(&late.acme, "Bo").await).await;
}
