//! Steps that many journeys take.

use serde_json::{Value, json};

use crate::client::{Answer, Client};

/// Makes a customer and answers its id.
pub async fn customer(client: &Client, name: &str) -> String {
    let answer = client.post("/api/v1/customers", &json!({ "name": name })).await.expect(201);
    text(&answer.json()["id"])
}

/// The body of an order of 59.97 USD.
pub fn order_body(customer: &str) -> Value {
    json!({
        "customer_id": customer,
        "currency": "USD",
        "items": [{"product_id": "sku-1", "quantity": 3, "unit_price": "19.99", "name": "Widget"}],
    })
}

/// Places an order and answers it.
pub async fn order(client: &Client, customer: &str) -> Value {
    client.post("/api/v1/orders", &order_body(customer)).await.expect(201).json()
}

/// Places an order under an idempotency key.
pub async fn order_once(client: &Client, key: &str, body: &Value) -> Answer {
    client.call(reqwest::Method::POST, "/api/v1/orders").header("idempotency-key", key).json(body).send().await
}

/// A transition without a body.
pub async fn transition(client: &Client, order: &str, verb: &str) -> Answer {
    client.call(reqwest::Method::POST, &format!("/api/v1/orders/{order}/{verb}")).send().await
}

/// Every row of a list, page by page. `path` has a query already.
pub async fn walk(client: &Client, path: &str) -> Vec<Value> {
    let (mut rows, mut next) = (Vec::new(), path.to_owned());
    loop {
        let page = client.get(&next).await.expect(200).json();
        rows.extend(page["data"].as_array().expect("a list has data").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}&cursor={cursor}"),
            None => {
                assert_eq!(page["has_more"], json!(false));
                return rows;
            }
        }
    }
}

/// Every order of the tenant.
pub async fn all_orders(client: &Client) -> Vec<Value> {
    walk(client, "/api/v1/orders?limit=100").await
}

/// The types of an order's events, in order of sequence, which has no gap.
pub async fn timeline(client: &Client, order: &str) -> Vec<String> {
    let events = walk(client, &format!("/api/v1/orders/{order}/events?limit=100")).await;
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event["sequence"], json!(at + 1), "{event}");
    }
    events.iter().map(|event| text(&event["type"])).collect()
}

/// A member that has to be a text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
