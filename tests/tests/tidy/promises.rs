//! What is here is done: no test that does not run, no work put off in a comment.

use crate::Finding;
use crate::blank::Source;

/// A test that is ignored proves nothing and is believed.
pub fn ignored(source: &Source<'_>) -> Vec<Finding> {
    let code = source.code_lines().filter(|(_, line)| {
        line.contains("#[ignore")
            || (line.contains("cfg_attr") && holds_word(line, "ignore"))
            || line.trim() == "ignore"
    });
    let examples = source.comment_lines().filter(|(_, line)| line.contains("```ignore"));
    let advice = "make it run everywhere, or take it out; what it needs comes from tests/run";
    code.chain(examples).map(|(line, _)| (line, advice.to_owned())).collect()
}

/// Work that is known to be missing belongs into an issue; in the code it becomes scenery.
pub fn unfinished(source: &Source<'_>) -> Vec<Finding> {
    let code = source.code_lines().filter(|(_, line)| {
        ["todo!", "unimplemented!"].iter().any(|word| line.match_indices(word).any(|(at, _)| starts_word(line, at)))
    });
    let comments =
        source.comment_lines().filter(|(_, line)| ["TODO", "FIXME", "XXX"].iter().any(|word| holds_word(line, word)));
    code.chain(comments)
        .map(|(line, _)| (line, "do it now, or write an issue and say here what holds today".to_owned()))
        .collect()
}

/// Whether a word stands in a line by itself.
pub fn holds_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        starts_word(line, at) && !after.is_some_and(is_letter)
    })
}

/// Whether no word runs on into this place.
pub fn starts_word(line: &str, at: usize) -> bool {
    !line[..at].chars().next_back().is_some_and(is_letter)
}

fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[test]
fn an_ignored_test_is_seen() {
    for bad in [
        "#[ignore]",
        "#[ignore = \"slow\"]",
        "#[cfg_attr(not(feature = \"x\"), ignore)]",
        "/// ```ignore\n/// f();\n/// ```",
    ] {
        assert_eq!(ignored(&Source::new("a.rs", &format!("{bad}\nfn a() {{}}"))).len(), 1, "{bad}");
    }
    assert!(
        ignored(&Source::new("a.rs", "a.unwrap_or_else(ignore_it); // ignored\nlet b = \"#[ignore]\";")).is_empty()
    );
}

#[test]
fn unfinished_work_is_seen() {
    for bad in ["todo!()", "unimplemented!(\"x\")", "a(); // TODO: b", "/// FIXME", "/* XXX */", "//! TODO(me) later"] {
        assert_eq!(unfinished(&Source::new("a.rs", bad)).len(), 1, "{bad}");
    }
    assert!(unfinished(&Source::new("a.rs", "let a = \"XXX\"; // TODOS of a customer\nmy_todo!();")).is_empty());
}
