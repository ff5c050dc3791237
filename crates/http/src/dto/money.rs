//! An amount of money with its currency, as version 2 has it.

use orderbase_application::orders::AmountInput;
use orderbase_kernel::{Currency, Money, UnitPrice};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::order::CurrencyBody;
use super::shown::Shown;
use crate::extract::Faults;
use crate::extract::json::AmountText;

/// An amount of money.
#[derive(Serialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyBody {
    #[schema(value_type = String, pattern = r"^[0-9]{1,8}\.[0-9]{2}$", max_length = 11)]
    pub amount: Shown<Money>,
    #[schema(value_type = CurrencyBody)]
    pub currency: CurrencyBody,
}

/// The price of one piece.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Price)]
pub struct PriceBody {
    /// A decimal string of at least 0.01.
    #[schema(value_type = String, max_length = 11, pattern = r"^(?![0.]+$)[0-9]{1,8}(?:\.[0-9]{1,2})?$")]
    pub amount: AmountText,
    /// In any case; one that the tenant allows, and the same in all prices of an order.
    #[schema(min_length = 3, max_length = 3, pattern = r"^(?:[Uu][Ss][Dd]|[Ee][Uu][Rr]|[Gg][Bb][Pp]|[Aa][Ee][Dd])$")]
    pub currency: String,
}

impl PriceBody {
    /// `None` if anything was refused.
    pub fn read(self, faults: &mut Faults) -> Option<UnitPrice> {
        let Self { amount, currency } = self;
        match faults.read("currency", Currency::parse(&currency)) {
            Some(currency) => faults.read("amount", UnitPrice::parse(&amount.0, currency)),
            // The amount is looked at all the same, so that its own fault is told in the first answer.
            None => {
                faults.read("amount", AmountInput::parse(&amount.0));
                None
            }
        }
    }
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { amount: Shown(money), currency: money.currency().into() }
    }
}
