//! Idempotency keys and what they are bound to.

use serde_json::{Value, json};

use super::sample::{self, ID, thing};
use crate::testing::TestApp;

async fn mark(app: &TestApp, key: &str, body: &str) -> Value {
    let answer = app.post("/api/v1/things").key(key).text(body).send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["fingerprint"].clone()
}

#[actix_web::test]
async fn a_key_is_one_bare_or_quoted() {
    let app = sample::app().await;
    let post = |key: &str| app.post("/api/v1/things").key(key).json(&thing());
    for (sent, read) in [("abc", "abc"), ("\"abc\"", "abc"), ("a b", "a b"), ("\"a\\\"b\"", "a\"b")] {
        assert_eq!(post(sent).send().await.json()["key"], read, "{sent}");
    }
    for bad in ["", "\"", "\"abc", &"x".repeat(256)] {
        let answer = post(bad).send().await;
        assert_eq!(
            (answer.problem().as_str(), answer.faults()),
            ("invalid_header", vec!["Idempotency-Key pattern".into()]),
            "{bad}"
        );
    }
    assert_eq!(post(&"x".repeat(255)).send().await.status, 200);
    assert_eq!(post("a").key("a").send().await.problem(), "invalid_header");
    let raw = app.post("/api/v1/things").header("idempotency-key", [0xe9]).json(&thing());
    assert_eq!(raw.send().await.problem(), "invalid_header");
}

#[actix_web::test]
async fn spacing_and_order_of_members_do_not_count_and_all_else_does() {
    let app = sample::app().await;
    let one = r#"{"name":"Ada","lines":[{"product":"a","quantity":1,"price":"1"}]}"#;
    let same = " {\"lines\" : [ { \"price\":\"1\", \"quantity\":1, \"product\":\"\\u0061\" } ],\n \"name\":\"Ada\" }";
    let first = mark(&app, "k1", one).await;
    assert_eq!(first, mark(&app, "k1", same).await);
    assert_eq!(first, mark(&app, "k2", one).await, "the key is no part of what it is bound to");
    for other in [
        r#"{"name":"Ada","lines":[{"product":"a","quantity":2,"price":"1"}]}"#,
        r#"{"name":"Ada","lines":[{"product":"a","quantity":1,"price":"1.0"}]}"#,
        r#"{"name":"Ada","nick":null,"lines":[{"product":"a","quantity":1,"price":"1"}]}"#,
        r#"{"name":"Ada","lines":[]}"#,
    ] {
        assert_ne!(first, mark(&app, "k1", other).await, "{other}");
    }
}

#[actix_web::test]
async fn no_body_and_an_empty_object_are_the_same_where_none_is_needed() {
    let app = sample::app().await;
    let act = || app.post(&format!("/api/v1/things/{ID}/act")).key("k1");
    let mut marks = Vec::new();
    for request in [act(), act().text("{}"), act().text(" { } ")] {
        marks.push(request.send().await.json()["fingerprint"].clone());
    }
    assert!(marks[0].as_str().is_some_and(|mark| mark.len() == 64), "{marks:?}");
    assert!(marks.iter().all(|mark| *mark == marks[0]), "{marks:?}");
}

#[actix_web::test]
async fn only_operations_with_the_flag_heed_a_key() {
    let app = sample::app().await;
    let put = app.put(&format!("/api/v1/things/{ID}")).if_match("*").header("idempotency-key", "").json(&thing());
    assert_eq!(put.send().await.status, 200);
    let act = app.post(&format!("/api/v1/things/{ID}/act")).key("k9").json(&json!({}));
    assert_eq!(act.send().await.json()["key"], "k9");
}
