//! Names say what a thing is. A word that fits everything says nothing, and what is called so grows without end.

use crate::Finding;
use crate::blank::Source;

const SUFFIXES: [&str; 7] = ["Impl", "Manager", "Helper", "Helpers", "Util", "Utils", "Service"];
const FILES: [&str; 7] = ["util", "utils", "helper", "helpers", "manager", "service", "misc"];

/// Types, traits and files.
pub fn names(source: &Source<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod").rsplit('/').next().unwrap_or("");
    if FILES.contains(&stem) {
        found.push((1, format!("a module `{stem}` holds anything. Name it by the noun that it is about.")));
    }
    for (line, text) in source.code_lines() {
        let Some((kind, name)) = declared(text) else { continue };
        if let Some(suffix) = SUFFIXES.iter().find(|suffix| name.len() > suffix.len() && name.ends_with(*suffix)) {
            found.push((
                line,
                format!("`{name}`: `{suffix}` says nothing. Name what it is; an adapter says its technology."),
            ));
        }
        let mut letters = name.chars();
        if kind == "trait" && letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase) {
            found.push((line, format!("`{name}`: a port is named by what a caller wants, without `I`.")));
        }
    }
    found
}

/// Kind and name of the type that a line declares.
fn declared(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let kind = words.next().filter(|kind| ["struct", "enum", "trait", "type", "union"].contains(kind))?;
    let rest = words.next()?;
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
    Some((kind, &rest[..end]))
}

#[test]
fn an_empty_name_is_seen() {
    for bad in [
        "pub struct OrderService<S> {",
        "pub(crate) enum StoreImpl {",
        "trait KeyManager: Send {",
        "type DateUtils = A;",
        "pub trait IClock {",
    ] {
        assert_eq!(names(&Source::new("a.rs", bad)).len(), 1, "{bad}");
    }
    for path in ["crates/a/src/utils.rs", "crates/a/src/helpers/mod.rs"] {
        assert_eq!(names(&Source::new(path, "")).len(), 1, "{path}");
    }
    for good in [
        "pub trait Ids: Send {",
        "pub struct Implied;",
        "impl Service<R> for A {",
        "// struct AService",
        "type Service2<'a> = B;",
    ] {
        assert!(names(&Source::new("crates/a/src/order.rs", good)).is_empty(), "{good}");
    }
}
