//! Schemas: what a server reads may only widen, what a client reads may only narrow.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{Breaks, Pair, resolved};

/// Who reads what the schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Of requests.
    Server,
    /// Of answers.
    Client,
}

/// A bound under which values lie, and those above which they do.
const MOST: [&str; 5] = ["maxLength", "maximum", "maxItems", "maxProperties", "exclusiveMaximum"];
const LEAST: [&str; 5] = ["minLength", "minimum", "minItems", "minProperties", "exclusiveMinimum"];

/// Compares two schemas with all that they refer to.
pub fn compare(pair: Pair<'_>, reader: Reader, place: &str, old: &Value, new: &Value, found: &mut Breaks) {
    Comparison { pair, reader, open: BTreeSet::new(), found }.schema(place, old, new);
}

struct Comparison<'a> {
    pair: Pair<'a>,
    reader: Reader,
    /// References that are being compared: a schema may hold itself.
    open: BTreeSet<(String, String)>,
    found: &'a mut Breaks,
}

impl Comparison<'_> {
    fn schema(&mut self, place: &str, old: &Value, new: &Value) {
        let names = (old["$ref"].to_string(), new["$ref"].to_string());
        if old.get("$ref").is_some() && !self.open.insert(names.clone()) {
            return;
        }
        let (old, new) = (resolved(self.pair.old, old), resolved(self.pair.new, new));
        self.values(place, old, new);
        if self.reader == Reader::Server {
            self.bounds(place, old, new);
        }
        self.members(place, old, new);
        for part in ["items", "additionalProperties", "propertyNames"] {
            if old[part].is_object() && new[part].is_object() {
                self.schema(&format!("{place}/{part}"), &old[part], &new[part]);
            }
        }
        for choice in ["anyOf", "oneOf", "allOf"] {
            self.choices(&format!("{place}/{choice}"), &old[choice], &new[choice]);
        }
        self.open.remove(&names);
    }

    /// Types, enumerations, constants.
    fn values(&mut self, place: &str, old: &Value, new: &Value) {
        for kind in ["type", "enum", "const"] {
            let (before, after) = (listed(&old[kind]), listed(&new[kind]));
            let (narrow, wide) = match self.reader {
                Reader::Server => (&after, &before),
                Reader::Client => (&before, &after),
            };
            // Without a list everything is in it; a number may be whole.
            let admits = |one: &Value| narrow.contains(one) || (*one == "integer" && narrow.contains(&json!("number")));
            if !narrow.is_empty() && (wide.is_empty() || !wide.iter().all(admits)) {
                self.found.push(format!("{place}: {kind} {} was {}", new[kind], old[kind]));
            }
        }
    }

    fn bounds(&mut self, place: &str, old: &Value, new: &Value) {
        for (names, tighter) in [(MOST, (|new, old| new < old) as fn(f64, f64) -> bool), (LEAST, |new, old| new > old)]
        {
            for name in names {
                let Some(bound) = new[name].as_f64() else { continue };
                if old[name].as_f64().is_none_or(|before| tighter(bound, before)) {
                    self.found.push(format!("{place}: {name} {bound} was {}", old[name]));
                }
            }
        }
        // Which of two patterns admits more cannot be told.
        for name in ["pattern", "format", "uniqueItems"] {
            if new.get(name).is_some() && new[name] != old[name] {
                self.found.push(format!("{place}: {name} {} was {}", new[name], old[name]));
            }
        }
    }

    fn members(&mut self, place: &str, old: &Value, new: &Value) {
        for (name, before) in old["properties"].as_object().into_iter().flat_map(Map::iter) {
            let place = format!("{place}/{name}");
            match new["properties"].get(name) {
                Some(after) => self.schema(&place, before, after),
                None => self.found.push(format!("{place} is gone")),
            }
        }
        let (before, after) = (listed(&old["required"]), listed(&new["required"]));
        match self.reader {
            Reader::Server => self.added(place, &before, &after, "is now required"),
            Reader::Client => self.added(place, &after, &before, "is no longer always there"),
        }
        if self.reader == Reader::Server && new["additionalProperties"] == false && old["additionalProperties"] != false
        {
            self.found.push(format!("{place}: other members are refused"));
        }
    }

    fn added(&mut self, place: &str, before: &[Value], after: &[Value], fault: &str) {
        let added = after.iter().filter(|name| !before.contains(name));
        self.found.extend(added.map(|name| format!("{place}/{name} {fault}")));
    }

    /// Choices are told apart by their order.
    fn choices(&mut self, place: &str, old: &Value, new: &Value) {
        let (before, after) = (listed(old), listed(new));
        let breaks = match self.reader {
            Reader::Server => after.len() < before.len(),
            Reader::Client => after.len() > before.len(),
        };
        if breaks {
            self.found.push(format!("{place}: {} choices were {}", after.len(), before.len()));
        }
        for (at, (old, new)) in before.iter().zip(&after).enumerate() {
            self.schema(&format!("{place}/{at}"), old, new);
        }
    }
}

fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.clone(),
        one => vec![one.clone()],
    }
}
