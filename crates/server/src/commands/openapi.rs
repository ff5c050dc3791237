//! `openapi`: the document, out of the route table. Needs no configuration, database or network.

use std::path::Path;

use serde_json::Value;

use super::context::done;
use crate::cli::OpenapiArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal;

pub fn run(args: &OpenapiArgs) -> Outcome {
    let document = &orderbase_http::openapi::document(args.api_version.into());
    match &args.check {
        None => done(terminal::print(&format!("{document:#}"))),
        Some(path) => check(path, document),
    }
}

fn check(path: &Path, document: &Value) -> Outcome {
    let number = document.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let unreadable = |problem: String| Failure::new(Exit::BadInput, format!("{}: {problem}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let file: Value = serde_json::from_str(&text).map_err(|error| unreadable(format!("is no JSON: {error}")))?;
    match first_difference(&file, document, "#") {
        None => {
            terminal::say(&format!("{} is the document of this version", path.display()));
            Ok(Exit::Done)
        }
        Some(difference) => Err(Failure::new(
            Exit::Difference,
            format!(
                "{} differs at {difference}; renew it: orderbase openapi --api-version {number} > {}",
                path.display(),
                path.display()
            ),
        )),
    }
}

/// Where the file and the document part, and how.
fn first_difference(file: &Value, document: &Value, at: &str) -> Option<String> {
    match (file, document) {
        (Value::Object(old), Value::Object(new)) => {
            let gone = old
                .keys()
                .find(|key| !new.contains_key(*key))
                .map(|key| format!("{at}/{}: only in the file", step(key)));
            let both = || old.iter().filter_map(|(key, value)| Some((key, value, new.get(key)?)));
            let added = || {
                new.keys().find(|key| !old.contains_key(*key)).map(|key| format!("{at}/{}: not in the file", step(key)))
            };
            gone.or_else(added).or_else(|| {
                both().find_map(|(key, old, new)| first_difference(old, new, &format!("{at}/{}", step(key))))
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => old
            .iter()
            .zip(new)
            .enumerate()
            .find_map(|(index, (old, new))| first_difference(old, new, &format!("{at}/{index}"))),
        (Value::Array(old), Value::Array(new)) => {
            Some(format!("{at}: {} entries in the file, {} now", old.len(), new.len()))
        }
        _ if file == document => None,
        _ => Some(format!("{at}: {file} in the file, {document} now")),
    }
}

/// A step of a JSON pointer (RFC 6901 §3).
fn step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let document = json!({"a": {"/b": [1, {"c": 2}]}, "d": 1});
        let cases = [
            (json!({"a": {"/b": [1, {"c": 2}]}, "d": 1}), None),
            (json!({"a": {"/b": [1, {"c": 3}]}, "d": 1}), Some("#/a/~1b/1/c: 3 in the file, 2 now")),
            (json!({"a": {"/b": [1]}, "d": 1}), Some("#/a/~1b: 1 entries in the file, 2 now")),
            (json!({"a": {"/b": [1, {"c": 2}]}}), Some("#/d: not in the file")),
            (json!({"a": {"/b": [1, {"c": 2}], "x": 1}, "d": 1}), Some("#/a/x: only in the file")),
        ];
        for (file, difference) in cases {
            assert_eq!(first_difference(&file, &document, "#").as_deref(), difference);
        }
    }
}
