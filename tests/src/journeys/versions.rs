//! One order in two versions of the API.

use reqwest::Method;
use serde_json::{Value, json};

use super::steps::{text, timeline, walk};
use crate::client::{Answer, Client};
use crate::house::House;

/// Placed, read, listed and confirmed in version 2, by path, header and parameter; version 1 tells of the same order.
pub async fn an_order_of_the_second_version_is_the_same_order(house: &House) {
    let served = house.serve();
    let acme = &served.acme;
    let person = json!({"name": "Ada", "email": "ada@example.com"});
    let ada = text(&acme.post("/api/v2/customers", &person).await.expect(201).json()["id"]);

    let wish = json!({"customer_id": ada, "items": [
        {"product_id": "sku-1", "quantity": 3, "unit_price": {"amount": "19.99", "currency": "USD"}},
    ]});
    let placed = acme.call(Method::POST, "/api/v2/orders").header("idempotency-key", "k").json(&wish).send().await;
    let placed = placed.expect(201);
    let order = placed.json();
    let path = format!("/orders/{}", text(&order["id"]));
    assert_eq!(placed.header("location"), format!("/api/v2{path}"));
    assert_eq!((placed.header("etag"), placed.header("api-version")), ("\"1-2c1\"", "2"));
    assert_eq!(order["total"], json!({"amount": "59.97", "currency": "USD"}));
    assert_eq!(order["customer"], json!({"id": ada, "name": "Ada", "email": "ada@example.com", "status": "active"}));

    let ways = three_ways(acme, &path).await;
    assert!(ways.iter().all(|way| way.body == placed.body && way.header("etag") == "\"1-2c1\""), "{ways:?}");
    let lists = three_ways(acme, "/orders?limit=1").await;
    assert!(lists.iter().all(|list| list.body == lists[0].body && list.header("link").contains("/api/v2/orders?")));
    assert_eq!(walk(acme, "/api/v2/orders?limit=1").await, std::slice::from_ref(&order));

    let confirm = |root: &str| acme.call(Method::POST, &format!("{root}{path}/confirm")).header("idempotency-key", "c");
    let confirmed = confirm("/api/v2").header("if-match", "\"1-2c1\"").send().await.expect(200);
    assert_eq!((confirmed.header("etag"), &confirmed.json()["status"]), ("\"2-2c1\"", &json!("confirmed")));
    let again = confirm("/api").header("api-version", "2").send().await.expect(200);
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&confirmed.body, "true"));
    assert_eq!(confirm("/api/v1").send().await.expect(422).problem(), "idempotency_key_reused");

    let first = acme.get(&format!("/api/v1{path}")).await.expect(200);
    assert_eq!((first.header("etag"), &first.json()["total_amount"]), ("\"2\"", &json!("59.97")));
    assert_eq!(first.json()["customer_id"], json!(ada));
    assert_eq!(timeline(acme, &text(&order["id"])).await, ["order.created", "order.confirmed"]);
    refusals(acme, &path).await;
}

async fn three_ways(client: &Client, path: &str) -> [Answer; 3] {
    let and = if path.contains('?') { '&' } else { '?' };
    [
        client.get(&format!("/api/v2{path}")).await.expect(200),
        client.call(Method::GET, &format!("/api{path}")).header("api-version", "2").send().await.expect(200),
        client.get(&format!("/api{path}{and}api-version=2")).await.expect(200),
    ]
}

async fn refusals(client: &Client, path: &str) {
    let unknown = client.get(&format!("/api{path}?api-version=3")).await.expect(400);
    assert_eq!(
        (unknown.problem().as_str(), &unknown.json()["supported_versions"]),
        ("unknown_version", &json!(["1", "2"]))
    );
    let two = client.call(Method::GET, &format!("/api/v2{path}")).header("api-version", "1").send().await;
    assert_eq!(two.expect(400).problem(), "ambiguous_version");
    let mixed = json!({"items": [price("USD"), price("EUR")]});
    let refused = client.put(&format!("/api/v2{path}/items"), "*", &mixed).await;
    assert_eq!(refused.expect(422).problem(), "currency_mismatch");
}

fn price(currency: &str) -> Value {
    json!({"product_id": "sku-2", "quantity": 1, "unit_price": {"amount": "1.00", "currency": currency}})
}
