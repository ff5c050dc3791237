//! How a tenant's orders are dated, priced and numbered.

use orderbase_kernel::{Bound, Currency, Invalid, InvalidCode, MONEY_MINOR_MAX};

use crate::{OrderPrefix, TimeZoneName};

/// The number that orders begin with unless the tenant says otherwise.
pub const FIRST_ORDER_NUMBER_DEFAULT: u64 = 1_001;

/// Zone, currencies and numbering of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    time_zone: TimeZoneName,
    allowed_currencies: Vec<Currency>,
    default_currency: Currency,
    order_prefix: OrderPrefix,
    first_order_number: u64,
}

impl Settings {
    /// `default_currency` is a hint for clients and one of the allowed; a currency given twice counts once.
    ///
    /// # Errors
    /// `too_few` without a currency, `not_one_of` for another default, `out_of_range` for a first number outside 1..=2^53 − 1.
    pub fn try_new(
        time_zone: TimeZoneName,
        allowed_currencies: Vec<Currency>,
        default_currency: Currency,
        order_prefix: OrderPrefix,
        first_order_number: u64,
    ) -> Result<Self, Invalid> {
        let max = Currency::ALL.len();
        let allowed: Vec<_> =
            Currency::ALL.into_iter().filter(|currency| allowed_currencies.contains(currency)).collect();
        if allowed.is_empty() {
            return Err(Invalid::new(InvalidCode::TooFew, Bound::Count { min: 1, max }));
        }
        if !allowed.contains(&default_currency) {
            return Err(Invalid::new(InvalidCode::NotOneOf, Bound::OneOf(Currency::CODES)));
        }
        if first_order_number == 0 || first_order_number > MONEY_MINOR_MAX.unsigned_abs() {
            return Err(Invalid::range(1, MONEY_MINOR_MAX));
        }
        Ok(Self { time_zone, allowed_currencies: allowed, default_currency, order_prefix, first_order_number })
    }

    #[must_use]
    pub const fn time_zone(&self) -> &TimeZoneName {
        &self.time_zone
    }

    /// Not empty, in the order of [`Currency::ALL`].
    #[must_use]
    pub fn allowed_currencies(&self) -> &[Currency] {
        &self.allowed_currencies
    }

    #[must_use]
    pub const fn default_currency(&self) -> Currency {
        self.default_currency
    }

    #[must_use]
    pub const fn order_prefix(&self) -> &OrderPrefix {
        &self.order_prefix
    }

    #[must_use]
    pub const fn first_order_number(&self) -> u64 {
        self.first_order_number
    }

    /// Whether orders would be numbered alike.
    #[must_use]
    pub fn numbers_like(&self, other: &Self) -> bool {
        self.order_prefix == other.order_prefix && self.first_order_number == other.first_order_number
    }
}

/// UTC, every currency, numbers from 1001 without prefix.
impl Default for Settings {
    fn default() -> Self {
        Self {
            time_zone: TimeZoneName::utc(),
            allowed_currencies: Currency::ALL.to_vec(),
            default_currency: Currency::Usd,
            order_prefix: OrderPrefix::none(),
            first_order_number: FIRST_ORDER_NUMBER_DEFAULT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(allowed: &[Currency], default: Currency, first: u64) -> Result<Settings, InvalidCode> {
        Settings::try_new(TimeZoneName::utc(), allowed.to_vec(), default, OrderPrefix::none(), first)
            .map_err(|e| e.code)
    }

    #[test]
    fn currencies_and_numbers() {
        use Currency::{Eur, Usd};
        assert_eq!(settings(&[Eur, Usd, Eur], Eur, 1).unwrap().allowed_currencies(), [Usd, Eur]);
        assert_eq!(settings(&[], Eur, 1), Err(InvalidCode::TooFew));
        assert_eq!(settings(&[Usd], Eur, 1), Err(InvalidCode::NotOneOf));
        assert_eq!(settings(&[Usd], Usd, 0), Err(InvalidCode::OutOfRange));
        assert_eq!(settings(&[Usd], Usd, u64::MAX), Err(InvalidCode::OutOfRange));
        assert_eq!(settings(&Currency::ALL, Usd, 1_001), Ok(Settings::default()));
    }
}
