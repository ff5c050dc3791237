//! JSON text into a struct. Broken text is 400 with line and column; a wrong shape is 422 with a pointer.

use orderbase_application::Code;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::wire::Object;
use super::{escape, fault, number};
use crate::problem::Problem;

/// Reads a body that has to be one JSON object.
///
/// # Errors
/// `malformed_request` for text that is not JSON in UTF-8, of 128 levels at most, and for half a surrogate pair anywhere in it;
/// `validation_failed` with one fault for a wrong shape. A body with both is malformed.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| not_utf8(body, error.valid_up_to()))?;
    if let Some(escape) = escape::lone_surrogate(text) {
        // What is broken before it is told first.
        serde_json::from_str::<IgnoredAny>(text).map_err(malformed)?;
        return Err(at_byte(body, escape, "The body is not JSON"));
    }
    match serde_json::from_str(text) {
        Ok(Object(value)) => Ok(value),
        Err(_) => read_again(text),
    }
}

/// A text is refused by serde for a number that no float holds too. Its member is what is wrong then.
fn read_again<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    match number::tamed(text) {
        None => Err(refusal::<T>(text)),
        Some(tame) => match serde_json::from_str(&tame) {
            Ok(Object(value)) => Ok(value),
            Err(_) => Err(refusal::<T>(&tame)),
        },
    }
}

/// Reads a refused text again, now with the path of the fault, which good ones need not pay for.
fn refusal<T: DeserializeOwned>(text: &str) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, Object<T>>(&mut deserializer) {
        Ok(_) => deserializer.end().err().map_or_else(|| Problem::internal("a body was refused once only"), malformed),
        Err(error) if !error.inner().is_data() => malformed(error.into_inner()),
        // The text behind a wrong shape was not read yet.
        Err(error) => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Problem::invalid(vec![fault::of(error.path(), &error.inner().to_string())]),
            Err(broken) => malformed(broken),
        },
    }
}

fn malformed(error: serde_json::Error) -> Problem {
    at(error.line(), error.column(), "The body is not JSON")
}

fn not_utf8(body: &[u8], valid_up_to: usize) -> Problem {
    at_byte(body, valid_up_to, "The body is not UTF-8")
}

fn at_byte(body: &[u8], byte: usize, what: &str) -> Problem {
    let valid = body.get(..byte).unwrap_or_default();
    let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = valid.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    at(line, column, what)
}

fn at(line: usize, column: usize, what: &str) -> Problem {
    Problem::new(Code::MalformedRequest).detail(format!("{what} at line {line} column {column}."))
}
