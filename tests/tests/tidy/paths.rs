//! What works on one machine alone is not in the tree.

use crate::Finding;
use crate::blank::Source;

/// First folders of paths that one machine has and the next has not.
const FOLDERS: [&str; 4] = ["work", "root", "home", "Users"];

/// Paths of a developer's or a builder's machine, anywhere in the text.
pub fn machine(source: &Source<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, line) in source.text.lines().enumerate() {
        for folder in FOLDERS {
            let path = format!("/{folder}/");
            if line.match_indices(&path).any(|(start, _)| begins_path(&line[..start])) {
                found.push((
                    at + 1,
                    format!(
                        "`{path}` is one machine's. Start from the workspace, a temporary folder or the configuration."
                    ),
                ));
            }
        }
    }
    found
}

/// Whether a path that follows this text starts here, rather than being a part of a longer one or of a URL.
fn begins_path(before: &str) -> bool {
    !before.chars().next_back().is_some_and(|letter| letter.is_alphanumeric() || "._-}>)*~".contains(letter))
}

#[test]
fn a_path_of_one_machine_is_seen() {
    for folder in FOLDERS {
        for bad in [format!("let a = \"/{folder}/b\";"), format!("// see /{folder}/b"), format!("(/{folder}/b)")] {
            assert_eq!(machine(&Source::new("a.rs", &bad)).len(), 1, "{bad}");
        }
        for good in [
            format!("get(\"/api/{folder}/b\")"),
            format!("../{folder}/b"),
            format!("https://example.com/{folder}/b"),
            folder.to_owned(),
        ] {
            assert!(machine(&Source::new("a.rs", &good)).is_empty(), "{good}");
        }
    }
}
