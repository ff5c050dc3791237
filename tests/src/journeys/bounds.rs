//! The bounds of domain.md §2, at the edge that a caller meets.

use serde_json::{Value, json};

use super::steps::{customer, order_body};
use crate::house::House;

/// Every number and length at its bound, one below and one above.
pub async fn no_bound_is_off_by_one(house: &House) {
    let served = house.serve();
    let ada = customer(&served.acme, "Ada").await;
    let post = async |body: &Value| served.acme.post("/api/v1/orders", body).await.status;
    let items =
        |count: usize| Value::from(vec![json!({"product_id": "s", "quantity": 1, "unit_price": "0.01"}); count]);
    let letters = |count: usize| json!("é".repeat(count));
    let keys = |count: usize| Value::from_iter((0..count).map(|at| (format!("k{at}"), json!(at))));

    let of_items: [(&str, Vec<Value>, Vec<Value>); 5] = [
        (
            "quantity",
            vec![json!(1), json!(1_000_000)],
            vec![json!(0), json!(-1), json!(1_000_001), json!(1.5), Value::Null],
        ),
        (
            "unit_price",
            vec![json!("0.01"), json!("5")],
            vec![json!("0.00"), json!("-1.00"), json!("100000000.00"), json!(""), json!("1e2")],
        ),
        ("product_id", vec![letters(1), letters(64)], vec![letters(0), letters(65), json!(" ")]),
        ("sku", vec![letters(1), letters(64)], vec![letters(0), letters(65)]),
        ("name", vec![letters(1), letters(200)], vec![letters(0), letters(201)]),
    ];
    for (member, good, bad) in of_items {
        for (value, status) in good.iter().map(|value| (value, 201)).chain(bad.iter().map(|value| (value, 422))) {
            let mut body = order_body(&ada);
            body["items"][0]["unit_price"] = json!("0.01");
            body["items"][0][member] = value.clone();
            assert_eq!(post(&body).await, status, "{member} {value}");
        }
    }
    let of_orders = [
        ("items", vec![items(1), items(2_000)], vec![items(0), items(2_001)]),
        (
            "metadata",
            vec![json!({}), keys(50)],
            vec![keys(51), json!({"a": {"b": {"c": {"d": 1}}}}), json!({"a": "x".repeat(8_200)})],
        ),
        (
            "external_reference",
            vec![json!("x"), json!("x".repeat(128))],
            vec![json!(""), json!("x".repeat(129)), json!(" x"), letters(1)],
        ),
    ];
    for (member, good, bad) in of_orders {
        for (value, status) in good.iter().map(|value| (value, 201)).chain(bad.iter().map(|value| (value, 422))) {
            let mut body = order_body(&ada);
            body[member] = value.clone();
            assert_eq!(
                post(&body).await,
                status,
                "{member} {}",
                value.to_string().chars().take(100).collect::<String>()
            );
        }
    }
    for (price, quantity, status) in [("99999999.99", 1, 201), ("99999999.99", 2, 422), ("0.01", 1_000_000, 201)] {
        let mut body = order_body(&ada);
        (body["items"][0]["unit_price"], body["items"][0]["quantity"]) = (json!(price), json!(quantity));
        assert_eq!(post(&body).await, status, "{quantity} × {price}");
    }
}
