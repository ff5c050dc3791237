//! A password that somebody chooses. Its length and the lack of rules of composition are from NIST SP 800-63B-4 §3.1.1.2; byte for byte
//! as received (no trim, truncation or normalisation) is a choice of this project. Whether it is common is asked elsewhere. What is typed
//! at sign-in is never read by this type: there a wrong length is a wrong password.

use std::fmt;
use std::mem;

use orderbase_kernel::{Bound, Invalid, InvalidCode};

/// 15 to 128 Unicode scalar values in at most 512 bytes. It has no Debug text, Display or equality; its bytes are overwritten when it
/// is dropped, as well as safe code can.
pub struct Password(String);

impl Password {
    pub const CHARS_MIN: usize = 15;
    pub const CHARS_MAX: usize = 128;
    pub const BYTES_MAX: usize = 512;

    /// # Errors
    /// `too_short`, `too_long`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // Bytes first: counting the characters of a long text would be work for nothing.
        if text.len() > Self::BYTES_MAX {
            return Err(Invalid::new(InvalidCode::TooLong, Bound::Bytes { max: Self::BYTES_MAX }));
        }
        let bound = Bound::Chars { min: Self::CHARS_MIN, max: Self::CHARS_MAX };
        match text.chars().count() {
            ..Self::CHARS_MIN => Err(Invalid::new(InvalidCode::TooShort, bound)),
            Self::CHARS_MIN..=Self::CHARS_MAX => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new(InvalidCode::TooLong, bound)),
        }
    }

    /// The password itself: for the one function that hashes it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        let mut bytes = mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // Else the compiler may leave out the write to what nobody reads.
        std::hint::black_box(&bytes);
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_counted_in_characters_and_bytes() {
        let good =
            ["a".repeat(15), "a".repeat(128), "😀".repeat(15), "😀".repeat(128), " ".repeat(15), "\0\n\t".repeat(5)];
        for text in good {
            assert_eq!(Password::parse(&text).unwrap().expose(), text);
        }
        let chars = "must have 15 to 128 characters";
        let bad = [
            (String::new(), InvalidCode::TooShort, chars),
            ("a".repeat(14), InvalidCode::TooShort, chars),
            ("😀".repeat(14), InvalidCode::TooShort, chars),
            ("a".repeat(129), InvalidCode::TooLong, chars),
            ("é".repeat(129), InvalidCode::TooLong, chars),
            ("a".repeat(513), InvalidCode::TooLong, "must have at most 512 bytes"),
            ("😀".repeat(129), InvalidCode::TooLong, "must have at most 512 bytes"),
        ];
        for (text, code, detail) in bad {
            let refused = Password::parse(&text).unwrap_err();
            assert_eq!((refused.code, refused.to_string().as_str()), (code, detail), "{text}");
        }
    }

    #[test]
    fn nothing_is_repaired_and_nothing_shown() {
        // Blanks at the ends, a decomposed letter, an upper-case one.
        let text = "  Cafe\u{301} au lait, PLEASE  ";
        let password = Password::parse(text).unwrap();
        assert_eq!(password.expose().as_bytes(), text.as_bytes());
        assert_eq!(format!("{password:?}"), "Password(..)");
    }
}
