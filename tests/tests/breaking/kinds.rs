//! Each kind of break is seen, and what is no break is not.

use serde_json::{Value, json};

use crate::{Pair, operations};

/// An operation with one of everything.
fn document() -> Value {
    let problem = json!({"description": "no", "content": {"application/problem+json": {"schema": {"type": "object"}}}});
    json!({
        "paths": {"/orders": {
            "post": {
                "operationId": "orders_place",
                "security": [{"Key": []}, {"Token": []}],
                "parameters": [
                    {"$ref": "#/components/parameters/Once"},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
                ],
                "requestBody": {"content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Wish"}},
                    "text/plain": {"schema": {"type": "string"}},
                }},
                "responses": {
                    "201": {
                        "headers": {"ETag": {}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    },
                    "404": problem,
                },
            },
            "get": {"operationId": "orders_list", "security": [], "responses": {"200": {}}},
        }},
        "components": {
            "parameters": {"Once": {"name": "Idempotency-Key", "in": "header", "required": false, "schema": {"type": "string"}}},
            "schemas": {
                "Wish": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": ["string", "null"], "maxLength": 9, "minLength": 1, "pattern": "^a"},
                        "currency": {"type": "string", "enum": ["USD", "EUR"]},
                        "price": {"type": "number"},
                        "parts": {"type": "array", "maxItems": 5, "items": {"$ref": "#/components/schemas/Wish"}},
                        "mark": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                    },
                },
                "Order": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string"},
                        "status": {"type": "string", "enum": ["open", "done"]},
                        "mark": {"oneOf": [{"type": "string"}]},
                    },
                },
            },
        },
    })
}

/// What is said of the document after members of it were replaced; null removes one.
fn breaks(changes: &[(&str, Value)]) -> String {
    let (old, mut new) = (document(), document());
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let (parent, name) = (new.pointer_mut(parent).unwrap(), name.replace("~1", "/"));
        match (parent, value) {
            (Value::Object(members), Value::Null) => assert!(members.remove(&name).is_some(), "{pointer}"),
            (Value::Object(members), value) => {
                assert_ne!(members.insert(name, value.clone()).as_ref(), Some(value), "{pointer}")
            }
            (Value::Array(values), value) => values.push(value.clone()),
            _ => panic!("{pointer} leads nowhere"),
        }
    }
    operations::breaks(Pair { old: &old, new: &new }).join("\n")
}

#[test]
fn each_kind_of_break_is_seen() {
    let place = "/paths/~1orders/post";
    let wish = "/components/schemas/Wish";
    let order = "/components/schemas/Order";
    for (pointer, value, expected) in [
        ("/paths/~1orders".to_owned(), Value::Null, "GET /orders is gone"),
        (place.to_owned(), Value::Null, "POST /orders is gone"),
        (format!("{place}/operationId"), json!("orders_make"), "operationId"),
        (format!("{place}/security"), json!([{"Key": []}]), "lets nobody in"),
        ("/paths/~1orders/get/security".to_owned(), json!([{"Key": []}]), "no longer public"),
        (format!("{place}/parameters"), json!([{"$ref": "#/components/parameters/Once"}]), "\"limit\" is gone"),
        (format!("{place}/parameters/-"), json!({"name": "x", "in": "query", "required": true}), "new and required"),
        ("/components/parameters/Once/required".to_owned(), json!(true), "now required"),
        (format!("{place}/parameters/1/schema/maximum"), json!(50), "maximum 50 was 100"),
        (format!("{place}/parameters/1/schema/minimum"), json!(2), "minimum 2 was 1"),
        (format!("{place}/requestBody/required"), json!(true), "a body is now required"),
        (format!("{place}/requestBody/content/text~1plain"), Value::Null, "text/plain is gone"),
        (format!("{place}/responses/404"), Value::Null, "404 is gone"),
        (format!("{place}/responses/201/headers/ETag"), Value::Null, "header ETag is gone"),
        (format!("{place}/responses/201/content/application~1json"), Value::Null, "application/json is gone"),
        (format!("{wish}/required"), json!(["name", "price"]), "\"price\" is now required"),
        (format!("{wish}/properties/price"), Value::Null, "price is gone"),
        (format!("{wish}/properties/price/type"), json!("integer"), "type \"integer\" was \"number\""),
        (format!("{wish}/properties/name/type"), json!("string"), "type \"string\" was"),
        (format!("{wish}/properties/name/maxLength"), json!(8), "maxLength 8 was 9"),
        (format!("{wish}/properties/name/pattern"), json!("^b"), "pattern"),
        (format!("{wish}/properties/name/format"), json!("email"), "format"),
        (format!("{wish}/properties/price/maximum"), json!(9), "maximum 9 was null"),
        (format!("{wish}/properties/price/enum"), json!([1]), "enum [1] was null"),
        (format!("{wish}/properties/currency/enum"), json!(["USD"]), "enum"),
        (format!("{wish}/properties/parts/maxItems"), json!(4), "maxItems 4 was 5"),
        (format!("{wish}/properties/parts/items"), json!({"type": "string"}), "items: type"),
        (format!("{wish}/properties/mark/anyOf"), json!([{"type": "string"}]), "1 choices were 2"),
        (format!("{wish}/additionalProperties"), json!(false), "other members are refused"),
        (format!("{order}/properties/id"), Value::Null, "id is gone"),
        (format!("{order}/properties/id/type"), json!(["string", "null"]), "type [\"string\",\"null\"] was"),
        (format!("{order}/properties/status/enum"), json!(["open", "done", "lost"]), "enum"),
        (format!("{order}/properties/status/enum"), Value::Null, "enum null was"),
        (format!("{order}/properties/mark/oneOf/-"), json!({"type": "integer"}), "2 choices were 1"),
        (format!("{order}/required"), json!([]), "no longer always there"),
    ] {
        let said = breaks(&[(&pointer, value)]);
        assert!(said.contains(expected), "{pointer}: {said:?}, expected {expected:?}");
    }
}

#[test]
fn what_only_adds_breaks_nothing() {
    let place = "/paths/~1orders/post";
    let wish = "/components/schemas/Wish";
    let order = "/components/schemas/Order";
    for (pointer, value) in [
        ("/paths/~1customers".to_owned(), json!({"get": {"operationId": "customers_list"}})),
        (format!("{place}/parameters/-"), json!({"name": "x", "in": "query", "required": false})),
        (format!("{place}/parameters/1/schema/maximum"), json!(200)),
        (format!("{place}/parameters/1/schema/type"), json!("number")),
        (format!("{place}/responses/409"), json!({})),
        (format!("{wish}/required"), json!([])),
        (format!("{wish}/properties/note"), json!({"type": "string"})),
        (format!("{wish}/properties/name/pattern"), Value::Null),
        (format!("{wish}/properties/currency/enum"), json!(["USD", "EUR", "GBP"])),
        (format!("{order}/required"), json!(["id", "status"])),
        (format!("{order}/properties/status/enum"), json!(["open"])),
        (format!("{order}/properties/id/maxLength"), json!(36)),
        (format!("{order}/properties/note"), json!({"type": "string"})),
    ] {
        assert_eq!(breaks(&[(&pointer, value)]), "", "{pointer}");
    }
    assert_eq!(breaks(&[]), "");
}
