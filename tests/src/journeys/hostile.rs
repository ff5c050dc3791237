//! Callers who send what they should not, see what is not theirs, or are gone before the answer.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};

use reqwest::Method;
use serde_json::{Value, json};

use super::steps::{all_orders, customer, order, order_body, order_once, text, timeline, transition};
use crate::client::{Answer, Client};
use crate::house::{House, Served};

/// What is wrong with a body, its status, the code of the problem, and pointer and code of the first fault where there is one.
type Fault = (&'static str, Vec<u8>, u16, &'static str, Option<(&'static str, &'static str)>);

/// An order that nobody has.
const NOBODYS: &str = "/api/v1/orders/01980000-0000-7000-8000-000000000001";

/// Each fault of a request gets its status and code; none makes anything, none is a 5xx.
pub async fn bad_input_gets_a_clear_problem(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;

    for (what, body, status, code, fault) in bad_bodies(&ada) {
        let call = served.acme.call(Method::POST, "/api/v1/orders").header("content-type", "application/json");
        let answer = call.body(body).send().await;
        is_problem(what, &answer, status, code);
        if let Some((pointer, code)) = fault {
            let first = &answer.json()["errors"][0];
            assert_eq!(
                (&first["pointer"], &first["code"]),
                (&json!(pointer), &json!(code)),
                "{what}: {}",
                answer.text()
            );
        }
    }
    bad_heads(&served, &ada).await;
    bad_targets(&served.acme).await;

    assert!(all_orders(&served.acme).await.is_empty(), "something was made of it");
    order(&served.acme, &ada).await;
}

fn bad_bodies(ada: &str) -> Vec<Fault> {
    let good = order_body(ada);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body.to_string().into_bytes()
    };
    let item = |member: &str, value: Value| with(&|body| body["items"][0][member] = value.clone());
    let plain = good.to_string();
    let twice = plain.replacen('{', "{\"currency\":\"USD\",", 1).into_bytes();
    let deep =
        plain.replacen('{', &format!("{{\"metadata\":{}1{},", "{\"a\":".repeat(200), "}".repeat(200)), 1).into_bytes();
    let huge =
        plain.replacen('{', &format!("{{\"external_reference\":\"{}\",", "x".repeat(10_000_000)), 1).into_bytes();
    let mut broken_text = plain.clone().into_bytes();
    broken_text.splice(2..2, [0xff, 0xfe]);
    let invalid = "validation_failed";
    vec![
        ("half a body", plain.as_bytes()[..plain.len() / 2].to_vec(), 400, "malformed_request", None),
        ("no body", Vec::new(), 400, "malformed_request", None),
        ("not UTF-8", broken_text, 400, "malformed_request", None),
        ("metadata nested too deeply", deep, 422, invalid, Some(("#/metadata/a/a/a", "too_deep"))),
        ("a depth that would eat the stack", "[".repeat(200_000).into_bytes(), 400, "malformed_request", None),
        ("10 MB", huge, 413, "body_too_large", None),
        (
            "an unknown member",
            with(&|body| body["nonsense"] = json!(1)),
            422,
            invalid,
            Some(("#/nonsense", "unknown_field")),
        ),
        ("a member twice", twice, 422, invalid, Some(("#/currency", "duplicate_field"))),
        (
            "no customer",
            with(&|body| drop(body.as_object_mut().unwrap().remove("customer_id"))),
            422,
            invalid,
            Some(("#/customer_id", "required")),
        ),
        (
            "a number for a price",
            item("unit_price", json!(19.99)),
            422,
            invalid,
            Some(("#/items/0/unit_price", "type")),
        ),
        ("a text for a quantity", item("quantity", json!("3")), 422, invalid, Some(("#/items/0/quantity", "type"))),
        ("NUL in a name", item("name", json!("a\u{0}b")), 422, invalid, Some(("#/items/0/name", "control_character"))),
        ("three decimals", item("unit_price", json!("1.999")), 422, invalid, None),
        (
            "another currency",
            with(&|body| body["currency"] = json!("XBT")),
            422,
            invalid,
            Some(("#/currency", "currency_not_supported")),
        ),
        ("no UUID", with(&|body| body["customer_id"] = json!("42")), 422, invalid, Some(("#/customer_id", "pattern"))),
        (
            "nobody's id",
            with(&|body| body["customer_id"] = json!("01980000-0000-7000-8000-0000000000ff")),
            404,
            "customer_not_found",
            None,
        ),
    ]
}

async fn bad_heads(served: &Served, ada: &str) {
    let (acme, body) = (&served.acme, order_body(ada).to_string());
    let post = |client: &Client| client.call(Method::POST, "/api/v1/orders");
    let with = |name: &str, value: &str| {
        post(acme).header("content-type", "application/json").header(name, value).body(body.clone())
    };
    let text = post(acme).header("content-type", "text/plain").body(body.clone());
    let wrong = served.client.with_key("ob_live_00000000000000000000000000000000000000");
    let unseen = acme.call(Method::PATCH, NOBODYS).header("if-match", "1").json(&json!({}));

    let calls = [
        ("no key", post(&served.client).json(&json!({})), 401, "unauthenticated"),
        ("a wrong key", post(&wrong), 401, "unauthenticated"),
        ("two credentials", post(acme).header("authorization", "Bearer x"), 400, "ambiguous_credentials"),
        ("plain text", text, 415, "unsupported_media_type"),
        ("compressed", with("content-encoding", "gzip"), 415, "unsupported_media_type"),
        ("a long key", with("idempotency-key", &"k".repeat(256)), 400, "invalid_header"),
        ("a bad tag", unseen, 400, "invalid_header"),
    ];
    for (what, call, status, code) in calls {
        is_problem(what, &call.send().await, status, code);
    }
    let answer = acme.call(Method::DELETE, "/api/v1/orders").send().await;
    is_problem("wrong method", &answer, 405, "method_not_allowed");
    is_allowed(&answer, &["GET", "HEAD", "OPTIONS", "POST"]);
}

async fn bad_targets(acme: &Client) {
    let get = |path: &str| acme.call(Method::GET, path);
    let list = |query: &str| get(&format!("/api/v1/orders?{query}"));
    let csv = get("/api/v1/orders").header("accept", "text/csv");
    let long = get("/api/v1/orders").header("x-anything", &"h".repeat(33_000));

    let calls = [
        ("no such path", get("/api/v1/nowhere"), 404, "route_not_found"),
        ("no such version", get("/api/v9/orders"), 400, "unknown_version"),
        ("wants CSV", csv, 406, "not_acceptable"),
        ("unknown parameter", list("statu=pending"), 400, "unknown_parameter"),
        ("a parameter twice", list("limit=1&limit=2"), 400, "invalid_parameter"),
        ("an unreadable parameter", list("limit=x"), 400, "invalid_parameter"),
        ("a limit too low", list("limit=0"), 422, "validation_failed"),
        ("a limit too high", list("limit=101"), 422, "validation_failed"),
        ("a made-up cursor", list("cursor=AAAA"), 400, "invalid_cursor"),
        ("a long target", list(&format!("number={}", "1".repeat(9_000))), 414, "uri_too_long"),
        ("long headers", long, 431, "header_fields_too_large"),
        ("no id", get("/api/v1/orders/42"), 400, "invalid_parameter"),
        ("nobody's id", get(NOBODYS), 404, "order_not_found"),
    ];
    for (what, call, status, code) in calls {
        is_problem(what, &call.send().await, status, code);
    }
}

/// `Allow` is a set: its order says nothing.
fn is_allowed(answer: &Answer, methods: &[&str]) {
    let allowed: BTreeSet<_> = answer.header("allow").split(", ").collect();
    assert_eq!(allowed, methods.iter().copied().collect());
}

/// What belongs to another tenant is not there.
pub async fn strangers_see_nothing(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let id = text(&order(&served.acme, &ada).await["id"]);
    let (path, them) = (format!("/api/v1/orders/{id}"), &served.borealis);
    for _ in 0..2 {
        order(&served.acme, &ada).await;
    }
    let cursor = text(&served.acme.get("/api/v1/orders?limit=1").await.expect(200).json()["next_cursor"]);

    let mut seen = vec![
        them.get(&path).await,
        them.get(&format!("{path}/events/1")).await,
        them.get(&format!("{path}/events")).await,
        them.patch(&path, "\"1\"", &json!({"external_reference": "mine"})).await,
        them.put(&format!("{path}/items"), "\"1\"", &json!({"items": order_body(&ada)["items"]})).await,
        them.post(&format!("{path}/notes"), &json!({"text": "mine"})).await,
        them.post(&format!("{path}/cancel"), &json!({"reason": "other"})).await,
    ];
    for verb in ["confirm", "process", "complete"] {
        seen.push(transition(them, &id, verb).await);
    }
    for answer in &seen {
        is_problem("another's order", answer, 404, "order_not_found");
    }
    is_problem("another's customer", &them.get(&format!("/api/v1/customers/{ada}")).await, 404, "customer_not_found");
    is_problem(
        "for another's customer",
        &them.post("/api/v1/orders", &order_body(&ada)).await,
        404,
        "customer_not_found",
    );
    is_problem(
        "another's cursor",
        &them.get(&format!("/api/v1/orders?limit=1&cursor={cursor}")).await,
        400,
        "invalid_cursor",
    );
    assert!(all_orders(them).await.is_empty());
    assert_eq!(timeline(&served.acme, &id).await, ["order.created"]);
}

/// A caller is gone before the answer: the order is made once or not at all, and the server is as good as before.
pub async fn a_caller_hangs_up(house: &House) {
    let served = house.serve();
    let body = order_body(&customer(&served.acme, "Ada").await);
    let bytes = body.to_string();
    for at in 0..10 {
        let head = format!(
            "POST /api/v1/orders HTTP/1.1\r\nHost: {}\r\nX-API-Key: {}\r\nIdempotency-Key: gone-{at}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            served.address,
            house.acme,
            bytes.len()
        );
        let mut whole = TcpStream::connect(&served.address).expect("the server listens");
        whole.write_all(format!("{head}{bytes}").as_bytes()).expect("a request fits into the socket");
        drop(whole);
        let mut half = TcpStream::connect(&served.address).expect("the server listens");
        half.write_all(format!("{}{}", head.replace("gone", "half"), &bytes[..bytes.len() / 2]).as_bytes())
            .expect("so does half of one");
        half.shutdown(Shutdown::Both).expect("an open socket can be shut");
    }

    for at in 0..10 {
        let again = order_once(&served.acme, &format!("gone-{at}"), &body).await;
        if again.status == 409 {
            // The first attempt is at work this very moment; after its second it is finished.
            assert_eq!(again.problem(), "idempotency_in_progress");
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        order_once(&served.acme, &format!("gone-{at}"), &body).await.expect(201);
    }
    assert_eq!(all_orders(&served.acme).await.len(), 10, "one for each whole request, none for the halves");
    for _ in 0..20 {
        order(&served.acme, &text(&body["customer_id"])).await;
    }
}

/// A problem as RFC 9457 and api.md §9 want it.
fn is_problem(what: &str, answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(answer.problem(), code, "{what}: {}", answer.text());
    let body = answer.json();
    assert_eq!(body["status"], json!(status), "{what}");
    assert!(text(&body["type"]).ends_with(&format!("/errors/{code}")), "{what}: {}", body["type"]);
    assert_eq!(text(&body["request_id"]), answer.header("x-request-id"), "{what}");
    assert!(!text(&body["title"]).is_empty() && !text(&body["detail"]).is_empty(), "{what}");
}
