//! Paths, operations, parameters, bodies and answers.

use serde_json::{Map, Value};

use crate::schemas::{self, Reader};
use crate::{Breaks, Pair, resolved};

/// All that the new document takes back.
pub fn breaks(pair: Pair<'_>) -> Breaks {
    let mut found = Breaks::new();
    for (path, item) in members(&pair.old["paths"]) {
        for (verb, old) in members(item) {
            let place = format!("{} {path}", verb.to_uppercase());
            match pair.new["paths"][path].get(verb) {
                None => found.push(format!("{place} is gone")),
                Some(new) => operation(pair, &place, old, new, &mut found),
            }
        }
    }
    found
}

fn operation(pair: Pair<'_>, place: &str, old: &Value, new: &Value, found: &mut Breaks) {
    if old["operationId"] != new["operationId"] {
        found.push(format!("{place}: operationId {} was {}", new["operationId"], old["operationId"]));
    }
    for way in old["security"].as_array().into_iter().flatten() {
        if !new["security"].as_array().is_some_and(|ways| ways.contains(way)) {
            found.push(format!("{place}: {way} lets nobody in any more"));
        }
    }
    if old["security"].as_array().is_some_and(Vec::is_empty) && new["security"] != old["security"] {
        found.push(format!("{place} is no longer public"));
    }
    parameters(pair, place, old, new, found);
    request(pair, place, &old["requestBody"], &new["requestBody"], found);
    for (status, old) in members(&old["responses"]) {
        match new["responses"].get(status) {
            None => found.push(format!("{place}: {status} is gone")),
            Some(new) => answer(pair, &format!("{place} {status}"), old, new, found),
        }
    }
}

fn parameters(pair: Pair<'_>, place: &str, old: &Value, new: &Value, found: &mut Breaks) {
    let listed = |document, operation: &Value| -> Vec<Value> {
        operation["parameters"].as_array().into_iter().flatten().map(|one| resolved(document, one).clone()).collect()
    };
    let (before, after) = (listed(pair.old, old), listed(pair.new, new));
    let same = |one: &Value, other: &Value| (&one["in"], &one["name"]) == (&other["in"], &other["name"]);
    for old in &before {
        let place = format!("{place} {} {}", old["in"], old["name"]);
        let Some(new) = after.iter().find(|new| same(old, new)) else {
            found.push(format!("{place} is gone"));
            continue;
        };
        if new["required"] == true && old["required"] != true {
            found.push(format!("{place} is now required"));
        }
        schemas::compare(pair, Reader::Server, &place, &old["schema"], &new["schema"], found);
    }
    for new in after.iter().filter(|new| new["required"] == true && !before.iter().any(|old| same(old, new))) {
        found.push(format!("{place} {} {} is new and required", new["in"], new["name"]));
    }
}

fn request(pair: Pair<'_>, place: &str, old: &Value, new: &Value, found: &mut Breaks) {
    if new["required"] == true && old["required"] != true {
        found.push(format!("{place}: a body is now required"));
    }
    content(pair, Reader::Server, place, old, new, found);
}

fn answer(pair: Pair<'_>, place: &str, old: &Value, new: &Value, found: &mut Breaks) {
    for (header, _) in members(&old["headers"]) {
        if new["headers"].get(header).is_none() {
            found.push(format!("{place}: header {header} is gone"));
        }
    }
    content(pair, Reader::Client, place, old, new, found);
}

fn content(pair: Pair<'_>, reader: Reader, place: &str, old: &Value, new: &Value, found: &mut Breaks) {
    for (media_type, old) in members(&old["content"]) {
        let place = format!("{place} {media_type}");
        match new["content"].get(media_type) {
            None => found.push(format!("{place} is gone")),
            Some(new) => schemas::compare(pair, reader, &place, &old["schema"], &new["schema"], found),
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
