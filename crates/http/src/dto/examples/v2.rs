//! The examples of orders in version 2, made of those of version 1.

use serde_json::{Map, Value, json};

/// An order, a list of orders, or the body of a request about one, in version 2. Other examples stay as they are.
pub fn in_v2(example: Value) -> Value {
    match example {
        Value::Array(rows) => rows.into_iter().map(in_v2).collect(),
        Value::Object(members) => Value::Object(retold(members)),
        other => other,
    }
}

fn retold(mut members: Map<String, Value>) -> Map<String, Value> {
    let currency = members.remove("currency").unwrap_or_else(|| json!("USD"));
    if let Some(total) = members.remove("total_amount") {
        members.insert("total".to_owned(), money(&total, &currency));
        let id = members.remove("customer_id");
        let customer = json!({"id": id, "name": "Ada", "email": "ada@example.com", "status": "active"});
        members.insert("customer".to_owned(), customer);
    }
    if let Some(Value::Array(items)) = members.get_mut("items") {
        for item in items {
            for name in ["unit_price", "line_total"] {
                if let Some(amount) = item.get_mut(name) {
                    *amount = money(amount, &currency);
                }
            }
        }
    }
    if let Some(data) = members.get_mut("data") {
        *data = in_v2(data.take());
    }
    members
}

fn money(amount: &Value, currency: &Value) -> Value {
    json!({"amount": amount, "currency": currency})
}
