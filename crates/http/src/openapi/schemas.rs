//! What utoipa says of `Option`, made true: an answer leaves absent members out and has no null but `next_cursor`; only bodies that
//! are sent may say null.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The one member of answers that may be null.
const MAY_BE_NULL: &str = "next_cursor";

/// Removes null from the schemas of answers and parameters.
pub(super) fn settle(document: &mut Value) {
    let sent = sent_schemas(document);
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in schemas.iter_mut().filter(|(name, _)| !sent.contains(*name)) {
            let _ = name;
            without_null(schema);
        }
    }
    if let Some(paths) = document.pointer_mut("/paths") {
        for_each_parameter(paths, &mut |parameter| {
            without_null(parameter);
            if let Some(schema) = parameter.get_mut("schema") {
                joined(schema);
            }
        });
    }
}

/// The names of the schemas that request bodies reach.
fn sent_schemas(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = Vec::new();
    let items = document.get("paths").and_then(Value::as_object).into_iter().flat_map(Map::values);
    for operation in items.filter_map(Value::as_object).flat_map(Map::values) {
        operation.get("requestBody").into_iter().for_each(|body| references(body, &mut open));
    }
    while let Some(name) = open.pop() {
        if names.insert(name.clone())
            && let Some(schema) = document.pointer(&format!("/components/schemas/{name}"))
        {
            references(schema, &mut open);
        }
    }
    names
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(name) =
                members.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"))
            {
                found.push(name.to_owned());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

fn for_each_parameter(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(parameters)) = members.get_mut("parameters") {
                parameters.iter_mut().for_each(&mut *change);
            }
            members.values_mut().for_each(|value| for_each_parameter(value, change));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| for_each_parameter(value, change)),
        _ => {}
    }
}

/// utoipa writes an enum with a default as `allOf` of the enum and of an object with the default, which nothing can be.
fn joined(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    let Some(Value::Array(parts)) = members.remove("allOf") else { return };
    for part in parts {
        let Value::Object(part) = part else { continue };
        for (name, value) in part {
            if name != "type" || value != "object" {
                members.insert(name, value);
            }
        }
    }
}

fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|one| one != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = members.get_mut("oneOf") {
                choices.retain(|one| one.get("type").is_none_or(|name| name != "null"));
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    members.remove("oneOf");
                    members.extend(only);
                }
            }
            for (name, value) in members.iter_mut() {
                if name != MAY_BE_NULL && name != "example" && name != "examples" {
                    without_null(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(without_null),
        _ => {}
    }
}
