//! As much of JSON Schema 2020-12 as the document uses, to hold values against it. The end-to-end tests read this file too.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::Regex;
use serde_json::Value;

/// The API description with its schemas.
pub struct Document(Value);

impl Document {
    pub fn of(document: Value) -> Self {
        Self(document)
    }

    pub fn whole(&self) -> &Value {
        &self.0
    }

    /// What of the value the schema refuses: a pointer and the keyword.
    pub fn refusals(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.check(schema, value, "", &mut found);
        found
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let mut refuse = |keyword: &str| found.push(format!("{at} {keyword}"));
        if let Some(kinds) = schema.get("type") {
            let kinds: Vec<&str> = kinds.as_array().map_or_else(
                || vec![kinds.as_str().unwrap()],
                |kinds| kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
            );
            if !kinds.iter().any(|kind| is_of(value, kind)) {
                refuse("type");
            }
        }
        if schema.get("enum").is_some_and(|words| !words.as_array().unwrap().contains(value)) {
            refuse("enum");
        }
        let size = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
        if let Some(text) = value.as_str() {
            let count = text.chars().count() as f64;
            if size("minLength").is_some_and(|min| count < min) {
                refuse("minLength");
            }
            if size("maxLength").is_some_and(|max| count > max) {
                refuse("maxLength");
            }
            if schema.get("pattern").is_some_and(|pattern| !matches(pattern.as_str().unwrap(), text)) {
                refuse("pattern");
            }
            if schema.get("format").is_some_and(|format| !has_format(format.as_str().unwrap(), text)) {
                refuse("format");
            }
        }
        if let Some(number) = value.as_f64() {
            if size("minimum").is_some_and(|min| number < min) {
                refuse("minimum");
            }
            if size("maximum").is_some_and(|max| number > max) {
                refuse("maximum");
            }
        }
        if let Some(values) = value.as_array() {
            if size("minItems").is_some_and(|min| (values.len() as f64) < min) {
                refuse("minItems");
            }
            if size("maxItems").is_some_and(|max| values.len() as f64 > max) {
                refuse("maxItems");
            }
        }
        if let Some(members) = value.as_object() {
            if size("maxProperties").is_some_and(|max| members.len() as f64 > max) {
                refuse("maxProperties");
            }
            for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                if !members.contains_key(name.as_str().unwrap()) {
                    refuse("required");
                }
            }
        }
        self.descend(schema, value, at, found);
    }

    fn descend(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.0.pointer(reference.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{reference}"));
            self.check(target, value, at, found);
        }
        for choice in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(choice).and_then(Value::as_array)
                && !choices.iter().any(|one| self.refusals(one, value).is_empty())
            {
                found.push(format!("{at} {choice}"));
            }
        }
        schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .for_each(|one| self.check(one, value, at, found));
        for (index, entry) in value.as_array().into_iter().flatten().enumerate() {
            if let Some(items) = schema.get("items") {
                self.check(items, entry, &format!("{at}/{index}"), found);
            }
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            let place = format!("{at}/{name}");
            if let Some(names) = schema.get("propertyNames")
                && !self.refusals(names, &Value::String(name.clone())).is_empty()
            {
                found.push(format!("{place} propertyNames"));
            }
            match (schema.pointer(&format!("/properties/{name}")), schema.get("additionalProperties")) {
                (Some(property), _) => self.check(property, member, &place, found),
                (None, Some(Value::Bool(false))) => found.push(format!("{place} additionalProperties")),
                (None, Some(other @ Value::Object(_))) => self.check(other, member, &place, found),
                _ => {}
            }
        }
    }
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}

/// The one look-ahead that is used, which the regex crate does not have, is looked at by hand.
fn matches(pattern: &str, text: &str) -> bool {
    const NOT_ZERO: &str = "(?![0.]+$)";
    let is_zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    let excluded = pattern.contains(NOT_ZERO) && is_zero;
    !excluded && compiled(&pattern.replace(NOT_ZERO, "")).is_match(text)
}

/// Orders have thousands of members, so each pattern is compiled once a thread.
fn compiled(pattern: &str) -> Rc<Regex> {
    thread_local!(static KNOWN: RefCell<HashMap<String, Rc<Regex>>> = RefCell::default());
    KNOWN.with_borrow_mut(|known| {
        let regex = known.entry(pattern.to_owned()).or_insert_with(|| Rc::new(Regex::new(pattern).unwrap()));
        Rc::clone(regex)
    })
}

fn has_format(format: &str, text: &str) -> bool {
    match format {
        "uuid" => text.len() == 36 && orderbase_kernel::Uuid::try_parse(text).is_ok(),
        "date-time" => orderbase_kernel::Timestamp::parse(text).is_ok(),
        "date" => orderbase_kernel::BusinessDate::parse(text).is_ok(),
        _ => true,
    }
}
