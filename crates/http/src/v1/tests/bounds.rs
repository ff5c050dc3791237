//! One truth about bounds: validator, domain and API description agree on the values at, below and above each.

use orderbase_application::Place;
use serde_json::{Value, json};
use validator::Validate;

use super::schema::Document;
use crate::dto::customer::{CreateCustomerBody, UpdateCustomerBody};
use crate::dto::order::{AddNoteBody, CancelOrderBody, PlaceOrderBody, ReplaceItemsBody, UpdateOrderBody, v2};
use crate::dto::{bounds, examples, pattern};
use crate::extract::{Faults, FromJson, json as read};
use crate::v1::fixtures::with;
use crate::version::ApiVersion;

/// Whether the server admits the body, by its whole reading; whether validator does, where it can be read at all.
fn judged<T: FromJson + Validate>(body: &Value) -> (bool, Option<bool>) {
    let Ok(read) = read::read::<T>(body.to_string().as_bytes()) else { return (false, None) };
    let within = bounds::of(&read).is_empty();
    let mut faults = Faults::default();
    let valid = read.validate(&mut faults).is_some() && faults.is_empty();
    (valid, Some(within))
}

/// The last of a case says whether it is admitted.
fn agree<T: FromJson + Validate>(document: &Document, schema: &str, base: &Value, cases: &[(&str, Value, bool)]) {
    for (pointer, value, admitted) in cases {
        let body = with(base, pointer, value.clone());
        let shown = format!("{schema} {pointer} {}", value.to_string().chars().take(80).collect::<String>());
        let (valid, within) = judged::<T>(&body);
        assert_eq!(valid, *admitted, "domain: {shown}");
        // validator holds lengths, counts and ranges alone, so it may admit what a pattern refuses; never the other way round.
        assert!(within.is_none_or(|within| within || !admitted), "validator: {shown}");
        let refusals = document.refusals(document.schema(schema), &body);
        assert_eq!(refusals.is_empty(), *admitted, "schema: {shown}: {refusals:?}");
        let of_size =
            refusals.iter().any(|one| ["Length", "Items", "minimum", "maximum"].iter().any(|word| one.contains(word)));
        let is_metadata = pointer.starts_with("/metadata");
        let is_price = pointer.contains("/unit_price");
        if let (Some(within), false, false, false) =
            (within, is_metadata, is_price, pointer.ends_with("_id") || *pointer == "/currency")
        {
            assert_eq!(within, !of_size, "validator and schema: {shown}: {refusals:?}");
        }
    }
}

fn text(pointer: &'static str, min: usize, max: usize) -> Vec<(&'static str, Value, bool)> {
    let x = |count: usize| json!("x".repeat(count));
    vec![
        (pointer, x(min), true),
        (pointer, x(max), true),
        (pointer, json!("ä".repeat(max)), true),
        (pointer, x(max + 1), false),
        (pointer, x(min - 1), false),
        (pointer, json!("\u{0}"), false),
        (pointer, json!("a\u{1b}b"), false),
        (pointer, json!(7), false),
    ]
}

fn reference(pointer: &'static str) -> Vec<(&'static str, Value, bool)> {
    let mut cases = text(pointer, 1, 128);
    cases.retain(|(_, value, _)| value.as_str().is_none_or(|text| !text.starts_with('ä')));
    cases.extend([
        (pointer, json!("é"), false),
        (pointer, json!("a "), false),
        (pointer, json!("a b~!"), true),
        (pointer, json!(null), true),
    ]);
    cases
}

fn email() -> Vec<(&'static str, Value, bool)> {
    let local = "a".repeat(64);
    vec![
        ("/email", json!("a@b"), true),
        ("/email", json!("@b"), false),
        ("/email", json!("a@"), false),
        ("/email", json!("a@b@c"), false),
        ("/email", json!("a@ b"), false),
        ("/email", json!("a\u{0}@b"), false),
        ("/email", json!(format!("{local}@{}", "b".repeat(189))), true),
        ("/email", json!(format!("{local}@{}", "b".repeat(190))), false),
        ("/email", json!(null), true),
    ]
}

fn metadata() -> Vec<(&'static str, Value, bool)> {
    let keys = |count: usize| json!((0..count).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>());
    vec![
        ("/metadata", json!(null), true),
        ("/metadata", json!([]), false),
        ("/metadata", keys(50), true),
        ("/metadata", json!({"x".repeat(64): 1}), true),
        ("/metadata", json!({"a": {"b": {"c": 7}}}), true),
        ("/metadata", json!({"a": [1, [2], {"b": null}]}), true),
        ("/metadata", json!({"a": [[[]]]}), false),
        ("/metadata", json!({"a": {"b": {"c": {}}}}), false),
        ("/metadata", json!({"a": "\u{0}"}), false),
        ("/metadata", json!({"a": {"b\u{0}": 1}}), false),
    ]
}

/// What a patch may say, because its limits hold on the result.
fn metadata_of_a_new_thing() -> Vec<(&'static str, Value, bool)> {
    let mut cases = metadata();
    let keys = (0..51).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>();
    cases.extend([
        ("/metadata", json!(keys), false),
        ("/metadata", json!({"x".repeat(65): 1}), false),
        ("/metadata", json!({"_a": 1}), false),
        ("/metadata", json!({"": 1}), false),
        ("/metadata", json!({"a b": 1}), false),
    ]);
    cases
}

fn items(price: &'static str, one: &Value) -> Vec<(&'static str, Value, bool)> {
    let lines = |count: usize| json!(vec![json!({"product_id": "p", "quantity": 1, "unit_price": one}); count]);
    let mut cases = vec![
        ("/items", lines(0), false),
        ("/items", lines(1), true),
        ("/items", lines(2_000), true),
        ("/items", lines(2_001), false),
        ("/items", json!({}), false),
        ("/items/0/extra", json!(1), false),
    ];
    cases.extend(text("/items/0/product_id", 1, 64));
    for (pointer, max) in [("/items/0/sku", 64), ("/items/0/name", 200)] {
        cases.extend(text(pointer, 1, max));
        cases.push((pointer, json!(null), true));
    }
    for (quantity, admitted) in [(0, false), (1, true), (1_000_000, true), (1_000_001, false), (-1, false)] {
        cases.push(("/items/0/quantity", json!(quantity), admitted));
    }
    for (amount, admitted) in [
        ("0.01", true),
        ("0.1", true),
        ("1", true),
        ("00000001", true),
        ("99999999.99", true),
        ("100000000", false),
        ("999999999", false),
        ("0", false),
        ("0.00", false),
        ("1.", false),
        (".5", false),
        ("1.001", false),
        ("-1", false),
        ("+1", false),
        ("1e3", false),
        ("１", false),
        ("", false),
    ] {
        cases.push((price, json!(amount), admitted));
    }
    cases.push((price, json!(19.99), false));
    cases
}

#[test]
fn a_new_order() {
    let document = Document::read();
    let mut cases =
        [items("/items/0/unit_price", &json!("1")), reference("/external_reference"), metadata_of_a_new_thing()]
            .concat();
    for (currency, admitted) in [
        ("USD", true),
        ("usd", true),
        ("eUr", true),
        ("GBP", true),
        ("AED", true),
        ("JPY", false),
        ("US", false),
        ("USDD", false),
    ] {
        cases.push(("/currency", json!(currency), admitted));
    }
    cases.extend([
        ("/customer_id", json!("01980000-0000-7000-8000-0000000000C1"), true),
        ("/customer_id", json!("00000000-0000-0000-0000-000000000000"), true),
        ("/customer_id", json!("019800000000700080000000000000c1"), false),
        ("/customer_id", json!("urn:uuid:01980000-0000-7000-8000-0000000000c1"), false),
        ("/total_amount", json!("1.00"), false),
    ]);
    agree::<PlaceOrderBody>(&document, "PlaceOrder", &examples::place_order(), &cases);
}

/// The currency of an order of version 2 stands in its prices.
#[test]
fn orders_of_version_2() {
    let document = Document::of(crate::openapi::document(ApiVersion::V2));
    let mut cases = items("/items/0/unit_price/amount", &json!({"amount": "1", "currency": "USD"}));
    for (currency, admitted) in [("USD", true), ("aed", true), ("JPY", false), ("US", false), ("USDD", false)] {
        cases.push(("/items/0/unit_price/currency", json!(currency), admitted));
    }
    cases.extend([
        ("/items/0/unit_price", json!("1.00"), false),
        ("/items/0/unit_price/extra", json!(1), false),
        ("/currency", json!("USD"), false),
    ]);
    let (place, replace) = (examples::in_v2(examples::place_order()), examples::in_v2(examples::replace_items()));
    agree::<v2::PlaceOrderBody>(&document, "PlaceOrder", &place, &cases);
    agree::<v2::ReplaceItemsBody>(&document, "ReplaceOrderItems", &replace, &cases);
}

#[test]
fn changes_of_an_order() {
    let document = Document::read();
    agree::<ReplaceItemsBody>(
        &document,
        "ReplaceOrderItems",
        &examples::replace_items(),
        &items("/items/0/unit_price", &json!("1")),
    );
    let cases = [reference("/external_reference"), metadata()].concat();
    agree::<UpdateOrderBody>(&document, "UpdateOrder", &json!({}), &cases);
    let mut notes = text("/text", 1, 2_000);
    notes.extend([("/text", json!("a\n\tb"), true), ("/text", json!("a\rb"), false), ("/text", json!(null), false)]);
    agree::<AddNoteBody>(&document, "AddNote", &examples::note(), &notes);
    let mut cancels = text("/note", 1, 2_000);
    cancels.push(("/note", json!(null), true));
    for (reason, admitted) in [
        ("customer", true),
        ("inventory", true),
        ("fraud", true),
        ("declined", true),
        ("staff", true),
        ("other", true),
        ("expired", false),
    ] {
        cancels.push(("/reason", json!(reason), admitted));
    }
    agree::<CancelOrderBody>(&document, "CancelOrder", &examples::cancel(), &cancels);
}

#[test]
fn customers() {
    let document = Document::read();
    let mut cases =
        [text("/name", 1, 200), email(), reference("/external_reference"), metadata_of_a_new_thing()].concat();
    cases.push(("/name", json!(null), false));
    agree::<CreateCustomerBody>(&document, "CreateCustomer", &examples::create_customer(), &cases);
    let mut cases = [text("/name", 1, 200), email(), reference("/external_reference"), metadata()].concat();
    cases.push(("/name", json!(null), false));
    agree::<UpdateCustomerBody>(&document, "UpdateCustomer", &json!({}), &cases);
}

/// utoipa wants its patterns as literals.
#[test]
fn patterns_in_attributes_are_the_named_ones() {
    let document = Document::read();
    for (pointer, expected) in [
        ("PlaceOrder/properties/currency", pattern::CURRENCY),
        ("PlaceOrder/properties/external_reference", pattern::REFERENCE),
        ("UpdateOrder/properties/external_reference", pattern::REFERENCE),
        ("CreateCustomer/properties/external_reference", pattern::REFERENCE),
        ("UpdateCustomer/properties/external_reference", pattern::REFERENCE),
        ("OrderItemInput/properties/product_id", pattern::LINE),
        ("OrderItemInput/properties/sku", pattern::LINE),
        ("OrderItemInput/properties/name", pattern::LINE),
        ("OrderItemInput/properties/unit_price", pattern::AMOUNT),
        ("CreateCustomer/properties/name", pattern::LINE),
        ("UpdateCustomer/properties/name", pattern::LINE),
        ("CreateCustomer/properties/email", pattern::EMAIL),
        ("UpdateCustomer/properties/email", pattern::EMAIL),
        ("CancelOrder/properties/note", pattern::LINES),
        ("AddNote/properties/text", pattern::LINES),
        ("UpdateUser/properties/name", pattern::LINE),
        ("Invite/properties/email", pattern::EMAIL),
        ("CreateApiKey/properties/name", pattern::LINE),
        ("UpdateApiKey/properties/name", pattern::LINE),
        ("UpdateTenant/properties/name", pattern::LINE),
        ("TenantSettingsInput/properties/default_currency", pattern::CURRENCY),
        ("CloseTenant/properties/reason", pattern::LINE),
        ("CreateTenant/properties/name", pattern::LINE),
        ("CreateTenant/properties/owner_email", pattern::EMAIL),
        ("CreateTenant/properties/reason", pattern::LINE),
        ("UpdatePlatformTenant/properties/name", pattern::LINE),
        ("UpdatePlatformTenant/properties/reason", pattern::LINE),
        ("InviteOwner/properties/email", pattern::EMAIL),
        ("InviteOwner/properties/reason", pattern::LINE),
        ("OperatorReason/properties/reason", pattern::LINE),
        ("SetLimits/properties/reason", pattern::LINE),
    ] {
        assert_eq!(document.schema(pointer)["pattern"], expected, "{pointer}");
    }
    let document = Document::of(crate::openapi::document(ApiVersion::V2));
    for (pointer, expected) in [
        ("Price/properties/amount", pattern::AMOUNT),
        ("Price/properties/currency", pattern::CURRENCY),
        ("PlaceOrder/properties/external_reference", pattern::REFERENCE),
        ("OrderItemInput/properties/product_id", pattern::LINE),
        ("OrderItemInput/properties/sku", pattern::LINE),
        ("OrderItemInput/properties/name", pattern::LINE),
    ] {
        assert_eq!(document.schema(pointer)["pattern"], expected, "{pointer}");
    }
}

/// No inline objects, no null among enum values, no other member than those that are described (api.md §13).
#[test]
fn inputs_are_closed_and_answers_have_no_null() {
    let document = Document::read();
    for name in [
        "PlaceOrder",
        "OrderItemInput",
        "ReplaceOrderItems",
        "UpdateOrder",
        "CancelOrder",
        "AddNote",
        "CreateCustomer",
        "UpdateCustomer",
        "UpdateUser",
        "Invite",
        "CreateApiKey",
        "ApiKeyRateLimitInput",
        "UpdateApiKey",
        "RotateApiKey",
        "UpdateTenant",
        "TenantSettingsInput",
        "CloseTenant",
        "CreateTenant",
        "UpdatePlatformTenant",
        "InviteOwner",
        "OperatorReason",
        "SetLimits",
        "RateLimitInput",
        "QuotasInput",
    ] {
        assert_eq!(document.schema(name)["additionalProperties"], json!(false), "{name}");
    }
    for (name, schema) in document.whole()["components"]["schemas"].as_object().unwrap() {
        for (member, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            assert!(property.get("properties").is_none(), "{name}.{member} is an inline object");
            assert!(property.get("oneOf").is_none(), "{name}.{member} chooses");
        }
        let words = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
        assert!(words.into_iter().all(|word| !word.is_null()), "{name}");
    }
    let nullable: Vec<_> = document.schema("Order")["properties"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, property)| property["type"].is_array())
        .collect();
    assert!(nullable.is_empty(), "{nullable:?}");
    assert_eq!(document.schema("OrderList")["properties"]["next_cursor"]["type"], json!(["string", "null"]));
}

#[test]
fn a_fault_is_told_once() {
    let body: CreateCustomerBody = read::read(br#"{"name":"","email":""}"#).unwrap();
    let mut faults = Faults::default();
    body.validate(&mut faults);
    let places: Vec<_> = faults.into_vec().into_iter().map(|fault| fault.place).collect();
    assert_eq!(places, [Place::Pointer("#/name".to_owned()), Place::Pointer("#/email".to_owned())]);
}
