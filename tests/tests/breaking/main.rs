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
    let mut compared = 0;
    for document in workspace::documents() {
        let name = document.file_name().unwrap();
        let released = workspace::root().join("docs/openapi/released").join(name);
        // A version that was never released may change as it likes.
        let Ok(old) = fs::read_to_string(&released) else { continue };
        let [old, new]: [Value; 2] =
            [old, fs::read_to_string(&document).unwrap()].map(|text| serde_json::from_str(&text).unwrap());
        let found = operations::breaks(Pair { old: &old, new: &new });
        assert!(
            found.is_empty(),
            "{}: clients of the last release break, see docs/openapi/released/README.md:\n{}",
            name.display(),
            found.join("\n")
        );
        compared += 1;
    }
    assert_eq!(
        compared,
        fs::read_dir(workspace::root().join("docs/openapi/released")).unwrap().count() - 1,
        "each release, beside the README"
    );
}
