//! A Rust file seen in three ways: as it is, its code alone, its comments alone. Texts and comments are blanked out in the code, so that a
//! rule over code does not stumble over a brace in a text. Lines keep their numbers and columns.

/// A file and its views.
pub struct Source<'a> {
    /// From the root of the workspace, with `/`.
    pub path: &'a str,
    /// As it is.
    pub text: &'a str,
    /// Without the contents of comments, texts and characters.
    pub code: String,
    /// The contents of comments alone.
    pub comments: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Line,
    Block(usize),
    Text,
    Raw(usize),
}

impl<'a> Source<'a> {
    /// Reads a file.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        let (code, comments) = split(text);
        Self { path, text, code, comments }
    }

    /// Lines of code with their numbers from 1.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(at, line)| (at + 1, line))
    }

    /// Lines of comments with their numbers from 1.
    pub fn comment_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.comments.lines().enumerate().map(|(at, line)| (at + 1, line))
    }
}

fn split(text: &str) -> (String, String) {
    let letters: Vec<char> = text.chars().collect();
    let (mut code, mut comments) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    let (mut part, mut at) = (Part::Code, 0);
    while at < letters.len() {
        let (next, taken) = step(part, &letters[at..], at.checked_sub(1).map(|before| letters[before]));
        let literal = letters[at] == '\'' && taken > 1;
        for letter in &letters[at..at + taken] {
            let shown = |here: bool| if here || *letter == '\n' { *letter } else { ' ' };
            code.push(shown(part == Part::Code && !matches!(next, Part::Line | Part::Block(_)) && !literal));
            comments.push(shown(matches!(part, Part::Line | Part::Block(_))));
        }
        (part, at) = (next, at + taken);
    }
    (code, comments)
}

/// What follows `part` at these letters, and how many letters belong to the step.
fn step(part: Part, letters: &[char], before: Option<char>) -> (Part, usize) {
    let starts = |what: &str| letters.len() >= what.len() && what.chars().zip(letters).all(|(a, b)| a == *b);
    match part {
        Part::Line if letters[0] == '\n' => (Part::Code, 1),
        Part::Block(1) if starts("*/") => (Part::Code, 2),
        Part::Block(depth) if starts("*/") => (Part::Block(depth - 1), 2),
        Part::Block(depth) if starts("/*") => (Part::Block(depth + 1), 2),
        Part::Text if letters[0] == '\\' => (Part::Text, letters.len().min(2)),
        Part::Text if letters[0] == '"' => (Part::Code, 1),
        Part::Raw(hashes) if letters[0] == '"' && hashes_after(&letters[1..]) >= hashes => (Part::Code, 1 + hashes),
        Part::Line | Part::Block(_) | Part::Text | Part::Raw(_) => (part, 1),
        Part::Code if starts("//") => (Part::Line, 2),
        Part::Code if starts("/*") => (Part::Block(1), 2),
        Part::Code if letters[0] == '"' => (Part::Text, 1),
        Part::Code if letters[0] == 'r' && !before.is_some_and(|letter| letter.is_alphanumeric() && letter != 'b') => {
            let hashes = hashes_after(&letters[1..]);
            if letters.get(1 + hashes) == Some(&'"') { (Part::Raw(hashes), 2 + hashes) } else { (Part::Code, 1) }
        }
        Part::Code if letters[0] == '\'' => (Part::Code, character(letters)),
        Part::Code => (Part::Code, 1),
    }
}

fn hashes_after(letters: &[char]) -> usize {
    letters.iter().take_while(|letter| **letter == '#').count()
}

/// Length of a character literal, so that `'"'` opens no text; 1 for a lifetime.
fn character(letters: &[char]) -> usize {
    match letters {
        [_, '\\', _, rest @ ..] => rest.iter().position(|letter| *letter == '\'').map_or(1, |end| end + 4),
        [_, _, '\'', ..] => 3,
        _ => 1,
    }
}

#[test]
fn texts_and_comments_leave_the_code() {
    let source = Source::new(
        "x.rs",
        "let a = \"b { // c\"; // d }\nlet e = r#\"f \" }\"#; /* g /* h */ i */ k();\nb\"l\\\"m\";",
    );
    let code: Vec<Vec<_>> = source.code.lines().map(|line| line.split_whitespace().collect()).collect();

    assert_eq!(code[0], ["let", "a", "=", "\"", ";"]);
    assert_eq!(code[1], ["let", "e", "=", "r#\"", ";", "k();"]);
    assert_eq!(code[2], ["b\"", ";"]);
}

#[test]
fn characters_open_no_text_and_lifetimes_close_none() {
    let source =
        Source::new("x.rs", "f('\"', '{', '\\'', '\\u{7f}', b'\\\\');\nfn g<'a>(h: &'static str) -> &'a str {");
    let lines: Vec<_> = source.code.lines().collect();

    assert_eq!(lines[0].replace(' ', ""), "f(,,,,b);");
    assert_eq!(lines[1], "fn g<'a>(h: &'static str) -> &'a str {");
}

#[test]
fn comments_keep_their_lines() {
    let source = Source::new("x.rs", "a(); // one\n/* two\nthree */ b(\"// four\");\n");

    assert_eq!(source.comments.lines().map(str::trim).collect::<Vec<_>>(), ["one", "two", "three */"]);
}
