//! What every Rust file of the tree keeps to, beyond what the compiler and clippy see. Each rule is a function over path and text, and each
//! is seen to fail on a planted text. Must never look at generated or foreign code.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests fail by panicking")]

mod blank;
mod paths;
mod promises;
mod sizes;
mod transactions;
mod words;

use blank::Source;
use orderbase_tests::workspace;

/// A breach: line (from 1) and what is wrong, with the way to mend it.
type Finding = (usize, String);

/// A rule of this house.
type Rule = fn(&Source<'_>) -> Vec<Finding>;

const RULES: [(&str, Rule); 8] = [
    ("file size", sizes::files),
    ("function size", sizes::functions),
    ("no ignored test", promises::ignored),
    ("nothing left to do", promises::unfinished),
    ("transactions have one home", transactions::begun),
    ("database futures are not dropped", transactions::dropped),
    ("names say what a thing is", words::names),
    ("no path of one machine", paths::machine),
];

#[test]
fn the_tree_is_tidy() {
    let mut found = Vec::new();
    let files = workspace::rust_files();
    assert!(files.len() > 20, "only {} files were found; the walk is wrong", files.len());
    for (path, text) in &files {
        let source = Source::new(path, text);
        for (name, rule) in RULES {
            found.extend(rule(&source).into_iter().map(|(line, fault)| format!("{path}:{line}: {name}: {fault}")));
        }
    }
    assert!(found.is_empty(), "\n{}\n{} breaches\n", found.join("\n"), found.len());
}
