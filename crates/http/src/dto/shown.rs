//! How values of the domain are written: as the text they print, without a copy in between.

use std::fmt;

use serde::{Serialize, Serializer, ser::Error};
use serde_json::value::RawValue;

/// A value as the text it prints: ids, amounts, times, dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown<T>(pub T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// JSON text that is passed on as it is stored. It is checked for being JSON, never taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verbatim<'a>(pub &'a str);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.0).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// Rows of a view, each turned into its body at the moment it is written.
pub struct Rows<'a, T, B> {
    pub rows: &'a [T],
    pub body: fn(&'a T) -> B,
}

impl<T, B: Serialize> Serialize for Rows<'_, T, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows.iter().map(self.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_json_is_passed_on_byte_for_byte_and_nothing_else_is() {
        assert_eq!(serde_json::to_string(&Verbatim(r#"{"a":1.50,"b":[]}"#)).unwrap(), r#"{"a":1.50,"b":[]}"#);
        for broken in ["", "{", "{} {}", r#"{"a":}"#] {
            assert!(serde_json::to_string(&Verbatim(broken)).is_err(), "{broken}");
        }
    }
}
