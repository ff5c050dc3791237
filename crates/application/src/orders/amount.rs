//! A price whose currency is the order's, and so not known before the order is loaded.

use orderbase_kernel::{Currency, Invalid, UnitPrice};

use super::place::ItemInput;

/// The text of a price that is valid in one currency at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountInput(Box<str>);

impl AmountInput {
    /// # Errors
    /// As [`UnitPrice::parse`], where no currency takes it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut refusal = None;
        for currency in Currency::ALL {
            match UnitPrice::parse(text, currency) {
                Ok(_) => return Ok(Self(text.into())),
                Err(invalid) => refusal = refusal.or(Some(invalid)),
            }
        }
        Err(refusal.unwrap_or(Invalid::plain(orderbase_kernel::InvalidCode::CurrencyNotSupported)))
    }
}

impl ItemInput<AmountInput> {
    /// The line with its price in `currency`; `None` if that is no price there.
    pub(super) fn priced(&self, currency: Currency) -> Option<ItemInput> {
        let Self { product_id, quantity, unit_price, sku, name } = self.clone();
        let unit_price = UnitPrice::parse(&unit_price.0, currency).ok()?;
        Some(ItemInput { product_id, quantity, unit_price, sku, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_some_currency_takes_is_an_amount() {
        for text in ["0.01", "1", "19.9", "99999999.99"] {
            assert!(AmountInput::parse(text).is_ok(), "{text}");
        }
        for text in ["", "0", "0.00", "-1", "1.", "1.001", "100000000", "1e3", " 1"] {
            assert!(AmountInput::parse(text).is_err(), "{text}");
        }
    }
}
