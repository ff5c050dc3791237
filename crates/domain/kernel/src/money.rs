//! Amounts of money: integer minor units and their currency. No float, no division, no rounding: what cannot be exact is an error.

use std::fmt;

use crate::{Currency, Invalid, Quantity, decimal};

/// The largest amount in minor units, 2^53 − 1: JSON readers that keep numbers as doubles still read it exactly.
pub const MONEY_MINOR_MAX: i64 = (1 << 53) - 1;

/// An amount of −(2^53 − 1)..=2^53 − 1 minor units. Amounts of two currencies have no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a sum or product of money has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("amounts of different currencies cannot be combined")]
    CurrencyMismatch,
    #[error("the amount is out of range")]
    OutOfRange,
}

impl Money {
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// # Errors
    /// `out_of_range` outside ±(2^53 − 1) minor units.
    pub const fn try_new(minor: i64, currency: Currency) -> Result<Self, Invalid> {
        if minor < -MONEY_MINOR_MAX || minor > MONEY_MINOR_MAX {
            return Err(Invalid::range(-MONEY_MINOR_MAX, MONEY_MINOR_MAX));
        }
        Ok(Self { minor, currency })
    }

    /// Reads `[0-9]{1,8}(\.[0-9]{1,e})?`, where e is the currency's exponent.
    ///
    /// # Errors
    /// `amount_precision` for a decimal too many, `out_of_range` for more than eight digits before the point, else `pattern`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Invalid> {
        let out = Invalid::new(crate::InvalidCode::OutOfRange, currency.amount_bound());
        let minor = decimal::parse(text, currency.exponent(), out)?;
        Self::try_new(minor, currency)
    }

    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// # Errors
    /// [`MoneyError`] for two currencies or a sum out of range.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.checked(self.minor.checked_add(other.minor))
    }

    /// # Errors
    /// [`MoneyError`] for two currencies or a difference out of range.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.checked(self.minor.checked_sub(other.minor))
    }

    /// # Errors
    /// [`MoneyError::OutOfRange`] for a product out of range.
    pub fn checked_mul(self, quantity: Quantity) -> Result<Self, MoneyError> {
        self.checked(self.minor.checked_mul(i64::from(quantity.get())))
    }

    /// The sum of amounts in one currency; zero for none.
    ///
    /// # Errors
    /// [`MoneyError`] for another currency or a sum that leaves the range at any step.
    pub fn try_sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch) }
    }

    fn checked(self, minor: Option<i64>) -> Result<Self, MoneyError> {
        let minor = minor.ok_or(MoneyError::OutOfRange)?;
        Self::try_new(minor, self.currency).map_err(|_| MoneyError::OutOfRange)
    }
}

/// The amount with exactly the currency's decimals, without the currency.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::print(f, self.minor, self.currency.exponent())
    }
}
