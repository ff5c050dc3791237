//! No version of the API takes back what its last release promised: each document is compared with the released one, in `docs/openapi/released`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

mod kinds;
mod operations;
mod schemas;

use std::fs;

use orderbase_tests::workspace;
use serde_json::Value;

/// What a client may trip over, each with its place.
type Breaks = Vec<String>;

/// Two documents, and the way from a reference to what it names.
#[derive(Clone, Copy)]
struct Pair<'d> {
    old: &'d Value,
    new: &'d Value,
}

/// What stands at the end of the references of a document.
fn resolved<'d>(document: &'d Value, mut value: &'d Value) -> &'d Value {
    while let Some(target) = value["$ref"].as_str() {
        value = document.pointer(target.trim_start_matches('#')).unwrap_or_else(|| panic!("{target} names nothing"));
    }
    value
}

#[test]
fn nothing_that_was_released_is_taken_back() {
    let folder = workspace::root().join("docs/openapi/released");
    let mut released: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    released.retain(|name| name != "README.md");
    let mut served: Vec<_> = workspace::documents().iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    released.sort();
    served.sort();
    assert!(!served.is_empty());
    assert_eq!(released, served, "each version has its release, or what would be its first");
    for document in workspace::documents() {
        let name = document.file_name().unwrap();
        let old = fs::read_to_string(folder.join(name)).unwrap();
        let [old, new]: [Value; 2] =
            [old, fs::read_to_string(&document).unwrap()].map(|text| serde_json::from_str(&text).unwrap());
        let found = operations::breaks(Pair { old: &old, new: &new });
        assert!(
            found.is_empty(),
            "{}: clients of the last release break, see docs/openapi/released/README.md:\n{}",
            name.display(),
            found.join("\n")
        );
    }
}
