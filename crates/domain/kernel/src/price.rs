//! The three amounts of an order: the price of one piece, a line, the whole. Each is positive and capped, so that no sum of lines can overflow.

use std::fmt;

use crate::{Currency, Invalid, InvalidCode, Money, MoneyError, Quantity};

/// The cap of a price, a line and an order total, in minor units: 99,999,999.99 where a currency has two decimals.
pub const AMOUNT_MINOR_MAX: i64 = 9_999_999_999;

/// The most lines an order can have.
pub const ITEMS_MAX: usize = 2_000;

// The longest list of the dearest lines still fits, so that adding up cannot overflow.
const _: () = assert!(AMOUNT_MINOR_MAX.checked_mul(ITEMS_MAX as i64).is_some());

macro_rules! amount {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        ///
        /// 1..=9 999 999 999 minor units.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(Money);

        impl $name {
            /// # Errors
            /// `out_of_range` outside 1..=9 999 999 999 minor units.
            pub const fn try_new(money: Money) -> Result<Self, Invalid> {
                if money.minor() < 1 || money.minor() > AMOUNT_MINOR_MAX {
                    return Err(Invalid::new(InvalidCode::OutOfRange, money.currency().amount_bound()));
                }
                Ok(Self(money))
            }

            /// # Errors
            /// As [`Money::parse`] and [`Self::try_new`].
            pub fn parse(text: &str, currency: Currency) -> Result<Self, Invalid> {
                Self::try_new(Money::parse(text, currency)?)
            }

            #[must_use]
            pub const fn money(self) -> Money {
                self.0
            }

            #[must_use]
            pub const fn minor(self) -> i64 {
                self.0.minor()
            }

            #[must_use]
            pub const fn currency(self) -> Currency {
                self.0.currency()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    )+};
}

amount! {
    /// The price of one piece.
    UnitPrice
    /// Price times quantity of one line.
    LineTotal
    /// The sum of an order's lines.
    OrderTotal
}

impl LineTotal {
    /// Price times quantity, exactly.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] above the cap.
    pub fn of(price: UnitPrice, quantity: Quantity) -> Result<Self, MoneyError> {
        let product = price.money().checked_mul(quantity)?;
        Self::try_new(product).map_err(|_| MoneyError::OutOfRange)
    }
}

impl OrderTotal {
    /// The sum of the lines.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] above the cap or without a line, [`MoneyError::CurrencyMismatch`] for a line in another currency.
    pub fn sum(currency: Currency, lines: impl Iterator<Item = LineTotal>) -> Result<Self, MoneyError> {
        let sum = Money::try_sum(currency, lines.map(LineTotal::money))?;
        Self::try_new(sum).map_err(|_| MoneyError::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(minor: i64) -> UnitPrice {
        UnitPrice::try_new(Money::try_new(minor, Currency::Usd).unwrap()).unwrap()
    }

    #[test]
    fn amounts_lie_between_one_and_the_cap() {
        for (minor, good) in
            [(-1, false), (0, false), (1, true), (AMOUNT_MINOR_MAX, true), (AMOUNT_MINOR_MAX + 1, false)]
        {
            let money = Money::try_new(minor, Currency::Eur).unwrap();
            assert_eq!(UnitPrice::try_new(money).is_ok(), good, "{minor}");
            assert_eq!(LineTotal::try_new(money).is_ok(), good, "{minor}");
            assert_eq!(OrderTotal::try_new(money).is_ok(), good, "{minor}");
        }
        assert_eq!(
            UnitPrice::parse("0.00", Currency::Usd).unwrap_err().to_string(),
            "must be between 0.01 and 99999999.99"
        );
        assert_eq!(UnitPrice::parse("100000000", Currency::Usd).unwrap_err().code, InvalidCode::OutOfRange);
    }

    #[test]
    fn a_line_meets_the_cap_before_it_is_added() {
        let q = |n| Quantity::try_new(n).unwrap();
        assert_eq!(LineTotal::of(price(1_999), q(3)).unwrap().to_string(), "59.97");
        assert_eq!(LineTotal::of(price(9_999), q(1_000_000)).unwrap().minor(), 9_999_000_000);
        assert_eq!(LineTotal::of(price(10_000), q(1_000_000)), Err(MoneyError::OutOfRange));
        assert_eq!(LineTotal::of(price(AMOUNT_MINOR_MAX), q(1_000_000)), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn totals_are_exact_or_refused() {
        let line = |minor| LineTotal::of(price(minor), Quantity::ONE).unwrap();
        let sum = |minors: &[i64]| OrderTotal::sum(Currency::Usd, minors.iter().map(|m| line(*m)));
        assert_eq!(sum(&[1, 2, 3]).unwrap().minor(), 6);
        assert_eq!(sum(&[AMOUNT_MINOR_MAX - 1, 1]).unwrap().minor(), AMOUNT_MINOR_MAX);
        assert_eq!(sum(&[AMOUNT_MINOR_MAX, 1]), Err(MoneyError::OutOfRange));
        assert_eq!(sum(&[]), Err(MoneyError::OutOfRange));
        assert_eq!(OrderTotal::sum(Currency::Eur, std::iter::once(line(1))), Err(MoneyError::CurrencyMismatch));
    }
}
