//! The caller's own name for an order or customer; unique per tenant where present.

use std::fmt;

use crate::{Bound, Invalid, InvalidCode};

const FORM: &str = "printable ASCII without blanks at the ends";

/// 1..=128 of U+0020–U+007E. Blanks at the ends are refused rather than trimmed, for a reference must come back as it was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalReference(Box<str>);

impl ExternalReference {
    pub const MIN: usize = 1;
    pub const MAX: usize = 128;

    /// # Errors
    /// `control_character`, `pattern`, `too_short`, `too_long`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let bound = Bound::Chars { min: Self::MIN, max: Self::MAX };
        if text.is_empty() {
            return Err(Invalid::new(InvalidCode::TooShort, bound));
        }
        if text.chars().any(char::is_control) {
            return Err(Invalid::new(InvalidCode::ControlCharacter, bound));
        }
        if !text.bytes().all(|b| (0x20..=0x7e).contains(&b)) || text.starts_with(' ') || text.ends_with(' ') {
            return Err(Invalid::pattern(FORM));
        }
        if text.len() > Self::MAX {
            return Err(Invalid::new(InvalidCode::TooLong, bound));
        }
        Ok(Self(text.into()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

impl fmt::Display for ExternalReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ExternalReference {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_ascii_that_comes_back_as_it_was_given() {
        for good in ["web-77", "a b", "~", "!\"#", &"x".repeat(128)] {
            assert_eq!(ExternalReference::parse(good).unwrap().as_str(), good);
        }
        let cases = [
            ("", InvalidCode::TooShort),
            (" a", InvalidCode::Pattern),
            ("a ", InvalidCode::Pattern),
            (" ", InvalidCode::Pattern),
            ("é", InvalidCode::Pattern),
            ("a\tb", InvalidCode::ControlCharacter),
            ("a\u{7f}", InvalidCode::ControlCharacter),
        ];
        for (text, code) in cases {
            assert_eq!(ExternalReference::parse(text).unwrap_err().code, code, "{text}");
        }
        assert_eq!(ExternalReference::parse(&"x".repeat(129)).unwrap_err().code, InvalidCode::TooLong);
    }
}
