//! Text from outside: trimmed, counted in Unicode scalar values, free of control characters. No text is shortened or repaired.

use crate::{Bound, Invalid, InvalidCode};

/// Whether a text is one line or may hold line feeds and tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

/// Trims blanks at the ends and checks what remains: `min..=max` Unicode scalar values, no control characters but, with
/// [`Lines::Many`], line feed and tab.
///
/// # Errors
/// `control_character`, `too_short`, `too_long`.
pub fn clean(text: &str, min: usize, max: usize, lines: Lines) -> Result<String, Invalid> {
    let text = text.trim();
    let bound = Bound::Chars { min, max };
    let mut count = 0;
    for c in text.chars() {
        if c.is_control() && !(lines == Lines::Many && matches!(c, '\n' | '\t')) {
            return Err(Invalid::new(InvalidCode::ControlCharacter, bound));
        }
        count += 1;
    }
    if count < min {
        return Err(Invalid::new(InvalidCode::TooShort, bound));
    }
    if count > max {
        return Err(Invalid::new(InvalidCode::TooLong, bound));
    }
    Ok(text.to_owned())
}

/// Defines a text value object: `text_newtype! { /// doc  pub struct Name(1..=200, One); }`.
/// It has `parse`, `as_str`, `into_string`, `Display`, `AsRef<str>`, the constants `MIN` and `MAX`, and compares by its text.
#[macro_export]
macro_rules! text_newtype {
    ($($(#[$doc:meta])* $vis:vis struct $name:ident($min:literal..=$max:literal, $lines:ident);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(Box<str>);

        impl $name {
            /// Bounds in Unicode scalar values after trimming.
            pub const MIN: usize = $min;
            pub const MAX: usize = $max;

            /// Trims, then checks length and control characters.
            ///
            /// # Errors
            /// `control_character`, `too_short`, `too_long`.
            pub fn parse(text: &str) -> Result<Self, $crate::Invalid> {
                let text = $crate::text::clean(text, Self::MIN, Self::MAX, $crate::text::Lines::$lines)?;
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )+};
}

text_newtype! {
    /// The name of a customer, tenant, user or key.
    pub struct Name(1..=200, One);
}

impl Name {
    /// What a name becomes when a customer is erased.
    pub const ANONYMISED: &'static str = "Anonymised customer";

    /// What a tenant is called of which nothing is left.
    pub const PURGED: &'static str = "Purged tenant";

    /// The name [`Self::PURGED`].
    #[must_use]
    pub fn purged() -> Self {
        Self(Self::PURGED.into())
    }

    /// The name [`Self::ANONYMISED`].
    #[must_use]
    pub fn anonymised() -> Self {
        Self(Self::ANONYMISED.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, lines: Lines) -> Result<String, InvalidCode> {
        clean(text, 1, 3, lines).map_err(|invalid| invalid.code)
    }

    #[test]
    fn trimmed_counted_and_free_of_control_characters() {
        assert_eq!(code("  ab ", Lines::One).unwrap(), "ab");
        assert_eq!(code("a b", Lines::One).unwrap(), "a b");
        assert_eq!(code("äöü", Lines::One).unwrap(), "äöü");
        assert_eq!(code("👩👩👩", Lines::One).unwrap(), "👩👩👩");
        assert_eq!(code("\u{a0}a\u{2003}", Lines::One).unwrap(), "a");
        assert_eq!(code(" \t\n", Lines::One), Err(InvalidCode::TooShort));
        assert_eq!(code("abcd", Lines::One), Err(InvalidCode::TooLong));
        assert_eq!(code("a\u{0}b", Lines::One), Err(InvalidCode::ControlCharacter));
        assert_eq!(code("a\u{7f}b", Lines::Many), Err(InvalidCode::ControlCharacter));
        assert_eq!(code("a\nb", Lines::One), Err(InvalidCode::ControlCharacter));
        assert_eq!(code("a\nb", Lines::Many).unwrap(), "a\nb");
        assert_eq!(code("a\tb", Lines::Many).unwrap(), "a\tb");
        assert_eq!(code("a\rb", Lines::Many), Err(InvalidCode::ControlCharacter));
    }

    #[test]
    fn a_name_has_two_hundred_characters_at_most() {
        assert_eq!(Name::parse(&"é".repeat(200)).unwrap().as_str().chars().count(), 200);
        assert_eq!(Name::parse(&"é".repeat(201)).unwrap_err().to_string(), "must have 1 to 200 characters");
        assert_eq!(Name::parse(" Ada ").unwrap().to_string(), "Ada");
        assert_eq!(Name::parse(Name::ANONYMISED), Ok(Name::anonymised()));
    }
}
