//! A price for an order whose currency is not known before the order is loaded.

use orderbase_kernel::{Currency, Invalid, UnitPrice};

use super::place::ItemInput;

/// A price with or without its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmountInput(Amount);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Amount {
    /// The text of a price that is valid in one currency at least.
    Bare(Box<str>),
    Of(UnitPrice),
}

impl AmountInput {
    /// # Errors
    /// As [`UnitPrice::parse`], where no currency takes it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut refusal = None;
        for currency in Currency::ALL {
            match UnitPrice::parse(text, currency) {
                Ok(_) => return Ok(Self(Amount::Bare(text.into()))),
                Err(invalid) => refusal = refusal.or(Some(invalid)),
            }
        }
        Err(refusal.unwrap_or(Invalid::plain(orderbase_kernel::InvalidCode::CurrencyNotSupported)))
    }
}

impl ItemInput {
    /// The line for an order whose currency may be another.
    pub fn with_amount(self) -> ItemInput<AmountInput> {
        let Self { product_id, quantity, unit_price, sku, name } = self;
        ItemInput { product_id, quantity, unit_price: AmountInput(Amount::Of(unit_price)), sku, name }
    }
}

impl ItemInput<AmountInput> {
    /// The line with its price in `currency`; `None` if that is no price there.
    pub(super) fn priced(&self, currency: Currency) -> Option<ItemInput> {
        let Self { product_id, quantity, unit_price, sku, name } = self.clone();
        let unit_price = match unit_price.0 {
            Amount::Bare(text) => UnitPrice::parse(&text, currency).ok()?,
            Amount::Of(price) => Some(price).filter(|price| price.currency() == currency)?,
        };
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
