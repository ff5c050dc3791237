//! serde's errors as faults. serde tells them apart in words only, and its words may hold the rejected value: what is taken from them
//! is which rule was broken and, of a missing member, our own name for it.

use orderbase_application::Fault;
use orderbase_application::error::pointer_step;
use orderbase_kernel::{Invalid, InvalidCode};
use serde_path_to_error::{Path, Segment};

use super::wire::AMOUNT;

/// A name longer than this is not repeated; its object is pointed at instead.
const NAME_CHARS_MAX: usize = 256;

/// The fault that `message`, found at `path`, speaks of.
pub(super) fn of(path: &Path, message: &str) -> Fault {
    let pointer = pointer(path);
    if let Some(rest) = message.strip_prefix("missing field `") {
        let name = rest.split('`').next().unwrap_or_default();
        let mut pointer = pointer;
        pointer_step(&mut pointer, name);
        return Fault::at(pointer, &Invalid::plain(InvalidCode::Required));
    }
    if message.starts_with("unknown field `") {
        return Fault::at(pointer, &Invalid::plain(InvalidCode::UnknownField));
    }
    if let Some(rest) = message.strip_prefix("duplicate field `") {
        let name = rest.split('`').next().unwrap_or_default();
        let mut pointer = pointer;
        if !ends_with(path, name) {
            pointer_step(&mut pointer, name);
        }
        return Fault::at(pointer, &Invalid::plain(InvalidCode::DuplicateField));
    }
    if message.starts_with("invalid type: null") {
        return Fault::at(pointer, &Invalid::plain(InvalidCode::NullNotAllowed));
    }
    let is_number = ["invalid type: integer", "invalid type: floating point", "invalid type: number"]
        .iter()
        .any(|prefix| message.starts_with(prefix));
    let fault = Fault::ruled(pointer, InvalidCode::Type, wanted(message));
    if is_number && message.contains(AMOUNT) {
        return fault.with_hint(r#"Send amounts as text, such as "19.99": a JSON number may lose digits."#);
    }
    fault
}

/// What serde expected, which is our own text and stands behind the last "expected"; what it found may be a value.
fn wanted(message: &str) -> String {
    const KNOWN: [(&str, &str); 8] = [
        (AMOUNT, "must be a decimal amount as a string"),
        ("an object", "must be an object"),
        ("a map", "must be an object"),
        ("a sequence", "must be a list"),
        ("a boolean", "must be true or false"),
        ("a string", "must be a string"),
        ("struct ", "must be an object"),
        ("i64", "must be a whole number"),
    ];
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    let known = KNOWN.iter().find(|(word, _)| expected.starts_with(word));
    let number =
        matches!(expected.bytes().next(), Some(b'i' | b'u')) && expected.bytes().any(|byte| byte.is_ascii_digit());
    match known {
        Some((_, sentence)) => (*sentence).to_owned(),
        None if number => "must be a whole number".to_owned(),
        None => "has the wrong type".to_owned(),
    }
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::from("#");
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer_step(&mut pointer, &index.to_string()),
            Segment::Map { key } if key.chars().count() <= NAME_CHARS_MAX => pointer_step(&mut pointer, key),
            Segment::Enum { variant } => pointer_step(&mut pointer, variant),
            Segment::Map { .. } | Segment::Unknown => break,
        }
    }
    pointer
}

fn ends_with(path: &Path, name: &str) -> bool {
    matches!(path.iter().next_back(), Some(Segment::Map { key }) if key == name)
}
