//! The currencies served (ISO 4217). A closed list: a new one is a decision about rounding and reports, not a row of data.

use std::fmt;

use crate::{Bound, Invalid, InvalidCode};

/// A currency, with the number of its minor digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Currency {
    Usd,
    Eur,
    Gbp,
    Aed,
}

impl Currency {
    pub const ALL: [Self; 4] = [Self::Usd, Self::Eur, Self::Gbp, Self::Aed];
    pub const CODES: &'static [&'static str] = &["USD", "EUR", "GBP", "AED"];

    /// Reads a code in any case.
    ///
    /// # Errors
    /// `currency_not_supported` for any other text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|currency| currency.code().eq_ignore_ascii_case(text))
            .ok_or(Invalid::new(InvalidCode::CurrencyNotSupported, Bound::OneOf(Self::CODES)))
    }

    /// Three upper-case letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Aed => "AED",
        }
    }

    /// Digits of the minor unit.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        match self {
            Self::Usd | Self::Eur | Self::Gbp | Self::Aed => 2,
        }
    }

    /// The place in [`Self::ALL`], for tables by currency.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Usd => 0,
            Self::Eur => 1,
            Self::Gbp => 2,
            Self::Aed => 3,
        }
    }

    /// The bound of a price, line or order total: 1..=9 999 999 999 minor units.
    pub(crate) const fn amount_bound(self) -> Bound {
        match self.exponent() {
            0 => Bound::Amount { min: "1", max: "9999999999" },
            3 => Bound::Amount { min: "0.001", max: "9999999.999" },
            _ => Bound::Amount { min: "0.01", max: "99999999.99" },
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case_and_printed_in_upper_case() {
        for (at, currency) in Currency::ALL.into_iter().enumerate() {
            assert_eq!(currency.index(), at);
            assert_eq!(Currency::CODES[at], currency.code());
            assert_eq!(Currency::parse(currency.code()), Ok(currency));
            assert_eq!(Currency::parse(&currency.code().to_lowercase()), Ok(currency));
        }
        for bad in ["", "US", "USDX", " USD", "JPY", "ÜSD"] {
            assert_eq!(Currency::parse(bad).unwrap_err().code, InvalidCode::CurrencyNotSupported, "{bad}");
        }
    }
}
