//! An email address as a unique key. Whether it takes mail is for mail to find out.

use std::fmt;

use crate::{Bound, Invalid, InvalidCode, Lines, text};

const FORM: &str = "local@domain without blanks";

/// 3..=254 Unicode scalar values with one `@` that has something on both sides; trimmed, ASCII letters lowered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Box<str>);

impl Email {
    pub const MIN: usize = 3;
    pub const MAX: usize = 254;

    /// # Errors
    /// `control_character`, `too_short`, `too_long`, `pattern`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut text = text::clean(text, Self::MIN, Self::MAX, Lines::One)?;
        let well_formed = match text.split_once('@') {
            Some((local, domain)) => !local.is_empty() && !domain.is_empty() && !domain.contains('@'),
            None => false,
        };
        if !well_formed || text.contains(char::is_whitespace) {
            return Err(Invalid::new(InvalidCode::Pattern, Bound::Pattern(FORM)));
        }
        text.make_ascii_lowercase();
        Ok(Self(text.into_boxed_str()))
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

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Email").field(&self.0).finish()
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lowered_and_need_one_at() {
        assert_eq!(Email::parse("  Ada.L@Example.COM ").unwrap().as_str(), "ada.l@example.com");
        assert_eq!(Email::parse("JÖRG@x").unwrap().as_str(), "jÖrg@x");
        assert_eq!(Email::parse(&format!("{}@b", "a".repeat(252))).unwrap().as_str().len(), 254);
        let cases = [
            ("", InvalidCode::TooShort),
            ("a@", InvalidCode::TooShort),
            ("abc", InvalidCode::Pattern),
            ("@bc", InvalidCode::Pattern),
            ("ab@", InvalidCode::Pattern),
            ("a@b@c", InvalidCode::Pattern),
            ("a b@c", InvalidCode::Pattern),
            ("a@b\u{a0}c", InvalidCode::Pattern),
            ("a\u{0}@c", InvalidCode::ControlCharacter),
        ];
        for (text, code) in cases {
            assert_eq!(Email::parse(text).unwrap_err().code, code, "{text}");
        }
        assert_eq!(Email::parse(&format!("{}@b", "a".repeat(253))).unwrap_err().code, InvalidCode::TooLong);
    }
}
