//! Nothing is so large that it cannot be read in one go.

use crate::Finding;
use crate::blank::Source;

/// Lines of a file without its inline test modules.
const FILE_LINES_MAX: usize = 500;
/// Lines of a file of tests.
const TEST_FILE_LINES_MAX: usize = 800;
/// Lines of a function, from `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;

/// Files have one idea.
pub fn files(source: &Source<'_>) -> Vec<Finding> {
    let all = source.text.lines().count();
    let (lines, max) =
        if is_test(source.path) { (all, TEST_FILE_LINES_MAX) } else { (all - inline_tests(source), FILE_LINES_MAX) };
    if lines <= max {
        return Vec::new();
    }
    vec![(max, format!("{lines} lines, at most {max}. Part it by ideas, a file each; aim for 50 to 150 lines."))]
}

/// Functions do one thing.
pub fn functions(source: &Source<'_>) -> Vec<Finding> {
    let lines: Vec<_> = source.code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| opens_function(line)) {
        let length = body_end(&lines[at..]).map_or(0, |end| end + 1);
        if length > FUNCTION_LINES_MAX {
            let fault =
                format!("`{}` has {length} lines, at most {FUNCTION_LINES_MAX}. Give its steps names.", line.trim());
            found.push((at + 1, fault));
        }
    }
    found
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Lines of the modules under `#[cfg(test)]` that stand in this file.
fn inline_tests(source: &Source<'_>) -> usize {
    let lines: Vec<_> = source.code.lines().collect();
    let mut count = 0;
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.trim() == "#[cfg(test)]") {
        let ahead = lines[at + 1..].iter().take_while(|line| line.trim().starts_with("#[")).count() + 1;
        let module = lines.get(at + ahead).is_some_and(|line| line.contains("mod ") && line.trim_end().ends_with('{'));
        if module {
            count += ahead + body_end(&lines[at + ahead..]).unwrap_or(0) + 1;
        }
    }
    count
}

fn opens_function(line: &str) -> bool {
    let mut rest = line.trim_start();
    while let Some(shorter) =
        ["pub ", "const ", "async ", "unsafe ", "default "].iter().find_map(|word| rest.strip_prefix(word))
    {
        rest = shorter;
    }
    if let Some((_, after)) = rest.strip_prefix("pub(").and_then(|inner| inner.split_once(") ")) {
        return opens_function(after);
    }
    rest.starts_with("fn ")
}

/// Where the first body that opens in these lines of code closes, counted from the first line; nothing if there is no body.
fn body_end(lines: &[&str]) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, line) in lines.iter().enumerate() {
        for letter in line.chars() {
            match letter {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets = brackets.saturating_sub(1),
                ';' if braces == 0 && brackets == 0 => return None,
                '{' => braces += 1,
                '}' if braces == 1 => return Some(at),
                '}' => braces = braces.saturating_sub(1),
                _ => {}
            }
        }
    }
    None
}

#[test]
fn a_long_file_is_seen() {
    let of = |lines: usize| "x();\n".repeat(lines);
    assert!(files(&Source::new("crates/a/src/a.rs", &of(500))).is_empty());
    assert_eq!(files(&Source::new("crates/a/src/a.rs", &of(501))).len(), 1);
    assert!(files(&Source::new("crates/a/tests/a.rs", &of(800))).is_empty());
    assert_eq!(files(&Source::new("tests/tests/a.rs", &of(801))).len(), 1);
}

#[test]
fn tests_in_a_file_do_not_count_and_what_follows_them_does() {
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    x(\"}\");\n".repeat(100));
    let of = |lines: usize| format!("{}{tests}{}", "x();\n".repeat(lines - 50), "x();\n".repeat(50));
    assert!(files(&Source::new("a.rs", &of(500))).is_empty());
    assert_eq!(files(&Source::new("a.rs", &of(501))).len(), 1);

    let elsewhere = format!("#[cfg(test)]\nmod tests;\n{}", "x();\n".repeat(499));
    assert_eq!(files(&Source::new("a.rs", &elsewhere)).len(), 1, "a declaration hides nothing");
}

#[test]
fn a_long_function_is_seen() {
    let of = |head: &str, lines: usize| {
        format!("impl A {{\n    {head} {{\n{}    }}\n\n    fn b() {{}}\n}}\n", "        c();\n".repeat(lines))
    };
    for head in ["fn a()", "pub(crate) async fn a()", "pub const fn a(b: [u8; 4]) -> u8"] {
        assert!(functions(&Source::new("a.rs", &of(head, 68))).is_empty(), "{head}");
        assert_eq!(functions(&Source::new("a.rs", &of(head, 69)))[0].0, 2, "{head}");
    }
}

#[test]
fn neither_a_declaration_nor_a_text_is_a_long_function() {
    let declaration =
        format!("trait A {{\n    fn a(\n        b: [u8; 4],\n    ) -> u8;\n{}}}\n", "    const C: u8;\n".repeat(100));
    assert!(functions(&Source::new("a.rs", &declaration)).is_empty());

    let early = format!("fn a() {{\n    b(\"\n}}\n\");\n{}}}\n", "    c();\n".repeat(70));
    assert_eq!(functions(&Source::new("a.rs", &early)).len(), 1, "a brace in a text ends nothing");
}
