//! Decimal text of minor units, for any number of minor digits. Integer arithmetic alone: no float arises, nothing is rounded.

use std::fmt;

use crate::{Bound, Invalid, InvalidCode};

const WHOLE_DIGITS_MAX: usize = 8;
const FORM: &str = "[0-9]{1,8}(\\.[0-9]{1,e})?, e = decimals of the currency";

/// Reads `[0-9]{1,8}(\.[0-9]{1,exponent})?` into minor units.
pub(crate) fn parse(text: &str, exponent: u8, out_of_range: Invalid) -> Result<i64, Invalid> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || fraction.is_some_and(|part| !digits(part)) {
        return Err(Invalid::pattern(FORM));
    }
    let fraction = fraction.unwrap_or_default();
    if fraction.len() > usize::from(exponent) {
        return Err(Invalid::new(InvalidCode::AmountPrecision, Bound::Decimals { max: exponent }));
    }
    if whole.len() > WHOLE_DIGITS_MAX {
        // A long row of zeros is small, so the range is not what is wrong with it.
        return Err(if whole.starts_with('0') { Invalid::pattern(FORM) } else { out_of_range });
    }
    let zeros = usize::from(exponent) - fraction.len();
    let minor = whole
        .bytes()
        .chain(fraction.bytes())
        .chain(std::iter::repeat_n(b'0', zeros))
        .try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')));
    minor.ok_or(out_of_range)
}

/// Prints minor units with exactly `exponent` decimals.
pub(crate) fn print(f: &mut fmt::Formatter<'_>, minor: i64, exponent: u8) -> fmt::Result {
    let sign = if minor < 0 { "-" } else { "" };
    let unit = 10_u64.pow(u32::from(exponent));
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    match exponent {
        0 => write!(f, "{sign}{whole}"),
        _ => write!(f, "{sign}{whole}.{rest:0width$}", width = usize::from(exponent)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Printed(i64, u8);

    impl fmt::Display for Printed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            print(f, self.0, self.1)
        }
    }

    const OUT: Invalid = Invalid::range(0, 1);

    #[test]
    fn minor_digits_of_zero_two_and_three() {
        let cases = [
            ("19.99", 2, 1_999, "19.99"),
            ("19.9", 2, 1_990, "19.90"),
            ("0", 2, 0, "0.00"),
            ("007", 2, 700, "7.00"),
            ("99999999.99", 2, 9_999_999_999, "99999999.99"),
            ("12", 0, 12, "12"),
            ("1.234", 3, 1_234, "1.234"),
            ("1.2", 3, 1_200, "1.200"),
            ("0.005", 3, 5, "0.005"),
        ];
        for (text, exponent, minor, printed) in cases {
            assert_eq!(parse(text, exponent, OUT), Ok(minor), "{text}");
            assert_eq!(Printed(minor, exponent).to_string(), printed);
        }
        assert_eq!(Printed(-5, 2).to_string(), "-0.05");
        assert_eq!(Printed(i64::MIN, 2).to_string(), "-92233720368547758.08");
    }

    #[test]
    fn what_the_grammar_lacks_is_refused() {
        for bad in ["", ".", "1.", ".5", "-1", "+1", "1e2", "1,5", " 1", "1 ", "1.2.3", "１", "0x1", "NaN", "000000001"]
        {
            assert_eq!(parse(bad, 2, OUT), Err(Invalid::pattern(FORM)), "{bad}");
        }
        assert_eq!(parse("1.234", 2, OUT).unwrap_err().code, InvalidCode::AmountPrecision);
        assert_eq!(parse("1.0", 0, OUT).unwrap_err().bound, Bound::Decimals { max: 0 });
        assert_eq!(parse("100000000", 2, OUT), Err(OUT));
    }
}
