//! A JSON number as it was written.

use orderbase_kernel::{Bound, Invalid, InvalidCode};

const FORM: &str = "-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?";

/// The number grammar of RFC 8259 §6, 1..=32 characters. `1.0` and `1` are different texts and stay so.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NumberText(Box<str>);

impl NumberText {
    pub const MAX: usize = 32;

    /// # Errors
    /// `pattern` for another form, `too_long` above 32 characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if !is_number(text) {
            return Err(Invalid::pattern(FORM));
        }
        if text.len() > Self::MAX {
            return Err(Invalid::new(InvalidCode::TooLong, Bound::Chars { min: 1, max: Self::MAX }));
        }
        Ok(Self(text.into()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for NumberText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<i64> for NumberText {
    fn from(number: i64) -> Self {
        Self(number.to_string().into_boxed_str())
    }
}

fn is_number(text: &str) -> bool {
    let rest = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_of_json_numbers() {
        for good in ["0", "-0", "1", "-12", "1.50", "0.001", "1e5", "1E+5", "1.5e-300", "9007199254740993"] {
            assert_eq!(NumberText::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "--1", "1.2.3", "1e2e3", "NaN", "Infinity", "1 ", "0x1", "１",
        ] {
            assert_eq!(NumberText::parse(bad), Err(Invalid::pattern(FORM)), "{bad}");
        }
        assert!(NumberText::parse(&"9".repeat(32)).is_ok());
        assert_eq!(NumberText::parse(&"9".repeat(33)).unwrap_err().code, InvalidCode::TooLong);
        assert_eq!(NumberText::from(i64::MIN).as_str(), "-9223372036854775808");
    }
}
