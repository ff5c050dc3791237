//! Two instances of the real binary on one PostgreSQL behave as one.

use std::time::{Duration, Instant};

use orderbase_tests::house::{House, Mode};
use orderbase_tests::journeys::people::{is_out, refresh, sign_in};
use orderbase_tests::journeys::steps::{customer, order, text};
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
