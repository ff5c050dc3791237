//! Numbers of JSON as members want them. A number is no broken text for being large: what is too large is so for its member, with a pointer.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// Out of the range of every member, and within that of a float.
const HUGE: &str = "1e300";

/// For a member that is a whole number. `1.0` is one (JSON Schema 2020-12 §4.2.3); beyond 64 bits it is the largest or least one there is,
/// which is out of every range.
///
/// # Errors
/// For what is no number, and no whole one.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_i64(Whole)
}

/// [`whole`], for a member that may be null.
///
/// # Errors
/// Those of [`whole`].
pub fn whole_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    struct Number(#[serde(deserialize_with = "whole")] i64);

    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(number)| number))
}

/// [`whole`], for a member that may be absent and is never null.
///
/// # Errors
/// Those of [`whole`].
pub fn present_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    whole(deserializer).map(Some)
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("i64")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        Ok(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<i64, E> {
        if number.fract() == 0.0 {
            // A cast from float ends at the bounds.
            Ok(number as i64)
        } else {
            Err(E::invalid_type(Unexpected::Float(number), &self))
        }
    }
}

/// The text with a number that can be read for each one beyond a float, for refusing it where it stands. `None` if there is none.
/// Never to be taken for what was sent.
pub(super) fn tamed(text: &str) -> Option<String> {
    let mut tame = String::new();
    let mut copied = 0;
    for (from, to) in numbers(text) {
        let token = text.get(from..to)?;
        if token.parse::<f64>().is_ok_and(f64::is_infinite) {
            tame.push_str(text.get(copied..from)?);
            tame.push_str(if token.starts_with('-') { "-" } else { "" });
            tame.push_str(HUGE);
            copied = to;
        }
    }
    if copied == 0 {
        return None;
    }
    tame.push_str(text.get(copied..)?);
    Some(tame)
}

/// Where numbers stand, outside of strings.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut in_text, mut is_escaped, mut begin) = (false, false, None);
    for (at, byte) in text.bytes().enumerate() {
        if in_text {
            in_text = is_escaped || byte != b'"';
            is_escaped = byte == b'\\' && !is_escaped;
            continue;
        }
        match (begin, byte) {
            (None, b'"') => in_text = true,
            (None, b'-' | b'0'..=b'9') => begin = Some(at),
            (Some(_), b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') | (None, _) => {}
            (Some(from), _) => {
                found.push((from, at));
                begin = None;
                in_text = byte == b'"';
            }
        }
    }
    found.extend(begin.map(|from| (from, text.len())));
    found
}

#[cfg(test)]
mod tests {
    use super::tamed;

    #[test]
    fn only_numbers_beyond_a_float_are_tamed() {
        for (text, expected) in [
            (r#"{"a":1e400}"#, Some(r#"{"a":1e300}"#)),
            (r#"[-1E+999,2,"1e400","\"1e400"]"#, Some(r#"[-1e300,2,"1e400","\"1e400"]"#)),
            (r#"{"a":1e308,"b":1e-999,"c":"1e400"}"#, None),
            ("1e400", Some("1e300")),
            ("", None),
        ] {
            assert_eq!(tamed(text).as_deref(), expected, "{text}");
        }
        assert!(tamed(&"9".repeat(400)).is_some());
    }
}
