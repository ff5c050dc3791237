//! What the tests of endpoints begin with.

use orderbase_application::{Conditions, customers, testing};
use orderbase_kernel::CustomerId;
use serde_json::{Value, json};

use crate::testing::{Received, TestApp};

pub const RANDOM_ID: &str = "01980000-0000-7000-8000-00000000dead";

/// A customer named Ada; its id.
pub async fn customer(app: &TestApp) -> String {
    let answer = app.post("/api/v1/customers").json(&json!({"name": "Ada"})).send().await;
    assert_eq!(answer.status, 201, "{answer:?}");
    id(&answer)
}

/// The smallest wish for an order.
pub fn wish(customer_id: &str) -> Value {
    json!({
        "customer_id": customer_id,
        "currency": "USD",
        "items": [{"product_id": "sku-1", "quantity": 3, "unit_price": "19.99"}]
    })
}

/// A pending order of 59.97 dollars.
pub async fn order(app: &TestApp) -> Received {
    let customer = customer(app).await;
    let answer = app.post("/api/v1/orders").json(&wish(&customer)).send().await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer
}

/// The id of what was answered.
pub fn id(answer: &Received) -> String {
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// An order led through the steps; its id.
pub async fn order_after(app: &TestApp, steps: &[&str]) -> String {
    let id = id(&order(app).await);
    for step in steps {
        let path = format!("/api/v1/orders/{id}/{step}");
        let request = app.post(&path);
        let request = if *step == "cancel" { request.json(&json!({"reason": "other"})) } else { request };
        let answer = request.send().await;
        assert_eq!(answer.status, 200, "{step}: {answer:?}");
    }
    id
}

/// An anonymised customer; its id. Done behind the door, for no key may do it.
pub async fn anonymised(app: &TestApp) -> String {
    let id = customer(app).await;
    let (app, ctx) = (&app.world.app, testing::ctx(&app.world.app, &app.tenant));
    let id_read = CustomerId::parse(&id).unwrap();
    customers::anonymise(app, &ctx, id_read, Conditions::default()).await.unwrap();
    id
}

/// The body without what differs from request to request.
pub fn anonymous(answer: &Received) -> Value {
    let mut body = answer.json();
    for member in ["request_id", "instance"] {
        body.as_object_mut().unwrap().remove(member);
    }
    body
}

/// `body` with the value at a JSON pointer set to something else; members are made.
pub fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(member.to_owned(), value);
        }
        Value::Array(values) => values[member.parse::<usize>().unwrap()] = value,
        other => panic!("{other}"),
    }
    body
}

/// Sends each case and compares the faults: pointer of the changed member, value, and the fault's code or nothing.
pub async fn judge(app: &TestApp, path: &str, body: &Value, cases: Vec<(&str, Value, Option<&str>)>) {
    for (pointer, value, code) in cases {
        let sent = with(body, pointer, value);
        let answer = app.post(path).json(&sent).send().await;
        let shown = sent.to_string().chars().take(300).collect::<String>();
        match code {
            None => assert!(answer.status.is_success(), "{pointer} {shown}: {answer:?}"),
            Some(code) => {
                assert_eq!(answer.status, 422, "{pointer} {shown}: {answer:?}");
                assert_eq!(answer.problem(), "validation_failed");
                assert_eq!(answer.faults(), [format!("#{pointer} {code}")], "{shown}");
            }
        }
    }
}
