//! Why a value was refused: a code for machines and the bound it broke. It never holds the refused value, so it may be shown and logged.

use std::fmt;

/// A refused value. `Display` is the sentence for humans, such as `must have 1 to 200 characters`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", Detail(self))]
pub struct Invalid {
    pub code: InvalidCode,
    pub bound: Bound,
}

impl Invalid {
    #[must_use]
    pub const fn new(code: InvalidCode, bound: Bound) -> Self {
        Self { code, bound }
    }

    /// A refusal that needs no bound to be understood.
    #[must_use]
    pub const fn plain(code: InvalidCode) -> Self {
        Self { code, bound: Bound::None }
    }

    /// The text does not have the form given, which is a regular expression or a short phrase.
    #[must_use]
    pub const fn pattern(form: &'static str) -> Self {
        Self { code: InvalidCode::Pattern, bound: Bound::Pattern(form) }
    }

    /// The number lies outside `min..=max`.
    #[must_use]
    pub const fn range(min: i64, max: i64) -> Self {
        Self { code: InvalidCode::OutOfRange, bound: Bound::Range { min, max } }
    }

    /// The text is none of the words given.
    #[must_use]
    pub const fn not_one_of(words: &'static [&'static str]) -> Self {
        Self { code: InvalidCode::NotOneOf, bound: Bound::OneOf(words) }
    }
}

/// The codes of `errors[]` in problem bodies, as far as a domain value can give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvalidCode {
    Type,
    Pattern,
    NotOneOf,
    TooShort,
    TooLong,
    TooFew,
    TooMany,
    OutOfRange,
    AmountPrecision,
    CurrencyNotSupported,
    ControlCharacter,
    ReservedKey,
    TooDeep,
    TooLarge,
    RangeInverted,
    Required,
    UnknownField,
    DuplicateField,
    NullNotAllowed,
    NotServed,
    ScopeNotGrantable,
    PasswordCommon,
}

impl InvalidCode {
    pub const ALL: [Self; 22] = [
        Self::Type,
        Self::Pattern,
        Self::NotOneOf,
        Self::TooShort,
        Self::TooLong,
        Self::TooFew,
        Self::TooMany,
        Self::OutOfRange,
        Self::AmountPrecision,
        Self::CurrencyNotSupported,
        Self::ControlCharacter,
        Self::ReservedKey,
        Self::TooDeep,
        Self::TooLarge,
        Self::RangeInverted,
        Self::Required,
        Self::UnknownField,
        Self::DuplicateField,
        Self::NullNotAllowed,
        Self::NotServed,
        Self::ScopeNotGrantable,
        Self::PasswordCommon,
    ];

    /// The word used on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Pattern => "pattern",
            Self::NotOneOf => "not_one_of",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooFew => "too_few",
            Self::TooMany => "too_many",
            Self::OutOfRange => "out_of_range",
            Self::AmountPrecision => "amount_precision",
            Self::CurrencyNotSupported => "currency_not_supported",
            Self::ControlCharacter => "control_character",
            Self::ReservedKey => "reserved_key",
            Self::TooDeep => "too_deep",
            Self::TooLarge => "too_large",
            Self::RangeInverted => "range_inverted",
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::DuplicateField => "duplicate_field",
            Self::NullNotAllowed => "null_not_allowed",
            Self::NotServed => "not_served",
            Self::ScopeNotGrantable => "scope_not_grantable",
            Self::PasswordCommon => "password_common",
        }
    }
}

impl fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The limit that a refused value broke. Both ends are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    None,
    /// Unicode scalar values after trimming.
    Chars {
        min: usize,
        max: usize,
    },
    /// Members of a list or object.
    Count {
        min: usize,
        max: usize,
    },
    Range {
        min: i64,
        max: i64,
    },
    /// Bytes of the canonical form.
    Bytes {
        max: usize,
    },
    /// Levels of nested objects and lists.
    Depth {
        max: usize,
    },
    /// Digits after the decimal point.
    Decimals {
        max: u8,
    },
    /// Decimal amounts in the currency's major unit.
    Amount {
        min: &'static str,
        max: &'static str,
    },
    Pattern(&'static str),
    OneOf(&'static [&'static str]),
}

struct Detail<'a>(&'a Invalid);

impl fmt::Display for Detail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.code, self.0.bound) {
            (InvalidCode::ControlCharacter, _) => f.write_str("must not contain control characters"),
            (InvalidCode::ReservedKey, _) => f.write_str("must not begin with an underscore"),
            (_, Bound::None) => f.write_str(phrase(self.0.code)),
            (_, Bound::Chars { min, max }) => write!(f, "must have {min} to {max} characters"),
            (_, Bound::Count { min, max }) => write!(f, "must have {min} to {max} entries"),
            (_, Bound::Range { min, max }) => write!(f, "must be between {min} and {max}"),
            (_, Bound::Bytes { max }) => write!(f, "must have at most {max} bytes"),
            (_, Bound::Depth { max }) => write!(f, "must have at most {max} levels"),
            (_, Bound::Decimals { max: 0 }) => f.write_str("must have no decimals"),
            (_, Bound::Decimals { max }) => write!(f, "must have at most {max} decimals"),
            (_, Bound::Amount { min, max }) => write!(f, "must be between {min} and {max}"),
            (_, Bound::Pattern(form)) => write!(f, "must have the form {form}"),
            (_, Bound::OneOf(words)) => {
                f.write_str("must be one of ")?;
                for (index, word) in words.iter().enumerate() {
                    write!(f, "{}{word}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

const fn phrase(code: InvalidCode) -> &'static str {
    match code {
        InvalidCode::Type => "has the wrong type",
        InvalidCode::Pattern => "has the wrong form",
        InvalidCode::NotOneOf => "is not one of the known values",
        InvalidCode::TooShort => "is too short",
        InvalidCode::TooLong => "is too long",
        InvalidCode::TooFew => "has too few entries",
        InvalidCode::TooMany => "has too many entries",
        InvalidCode::OutOfRange => "is out of range",
        InvalidCode::AmountPrecision => "has too many decimals",
        InvalidCode::CurrencyNotSupported => "is not a supported currency",
        InvalidCode::ControlCharacter => "must not contain control characters",
        InvalidCode::ReservedKey => "must not begin with an underscore",
        InvalidCode::TooDeep => "is nested too deeply",
        InvalidCode::TooLarge => "is too large",
        InvalidCode::RangeInverted => "must not end before it begins",
        InvalidCode::Required => "is required",
        InvalidCode::UnknownField => "is not a known field",
        InvalidCode::DuplicateField => "must not be given twice",
        InvalidCode::NullNotAllowed => "must not be null",
        InvalidCode::NotServed => "is not served",
        InvalidCode::ScopeNotGrantable => "cannot be granted",
        InvalidCode::PasswordCommon => "is easily guessed",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn details_name_the_bound() {
        let cases = [
            (Invalid::new(InvalidCode::TooLong, Bound::Chars { min: 1, max: 200 }), "must have 1 to 200 characters"),
            (Invalid::range(1, 100), "must be between 1 and 100"),
            (Invalid::not_one_of(&["USD", "EUR"]), "must be one of USD, EUR"),
            (Invalid::pattern("^[a-z]$"), "must have the form ^[a-z]$"),
            (Invalid::plain(InvalidCode::Required), "is required"),
            (
                Invalid::new(InvalidCode::ControlCharacter, Bound::Chars { min: 1, max: 9 }),
                "must not contain control characters",
            ),
            (Invalid::new(InvalidCode::AmountPrecision, Bound::Decimals { max: 2 }), "must have at most 2 decimals"),
            (Invalid::new(InvalidCode::AmountPrecision, Bound::Decimals { max: 0 }), "must have no decimals"),
            (
                Invalid::new(InvalidCode::OutOfRange, Bound::Amount { min: "0.01", max: "9.99" }),
                "must be between 0.01 and 9.99",
            ),
        ];
        for (invalid, text) in cases {
            assert_eq!(invalid.to_string(), text);
        }
    }

    #[test]
    fn codes_are_distinct_snake_case() {
        let words: BTreeSet<_> = InvalidCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), InvalidCode::ALL.len());
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }
}
