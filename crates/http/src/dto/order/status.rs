//! The closed words of an order. In answers these lists may grow (api.md §1); in requests `CancelReason` is checked by the domain.

use orderbase_kernel::Currency;
use orderbase_orders::{CancelReason, OrderStatus, Transition};
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $body:ident as $name:ident of $domain:ident { $($word:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[schema(as = $name)]
        #[serde(rename_all = "snake_case")]
        pub enum $body { $($word),+ }

        impl From<$domain> for $body {
            fn from(word: $domain) -> Self {
                match word { $($domain::$word => Self::$word),+ }
            }
        }
    )+};
}

words! {
    /// Where an order stands.
    OrderStatusBody as OrderStatus of OrderStatus { Pending, Confirmed, Processing, Completed, Cancelled }
    /// A step to another status.
    TransitionBody as Transition of Transition { Confirm, Process, Complete, Cancel }
    /// Why an order was cancelled.
    CancelReasonBody as CancelReason of CancelReason { Customer, Inventory, Fraud, Declined, Staff, Other }
}

/// A currency (ISO 4217).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Currency)]
#[serde(rename_all = "UPPERCASE")]
pub enum CurrencyBody {
    Usd,
    Eur,
    Gbp,
    Aed,
}

impl From<Currency> for CurrencyBody {
    fn from(currency: Currency) -> Self {
        match currency {
            Currency::Usd => Self::Usd,
            Currency::Eur => Self::Eur,
            Currency::Gbp => Self::Gbp,
            Currency::Aed => Self::Aed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(body: impl Serialize) -> String {
        serde_json::to_value(body).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn words_are_those_of_the_domain() {
        assert!(OrderStatus::ALL.iter().all(|status| word(OrderStatusBody::from(*status)) == status.as_str()));
        assert!(Transition::ALL.iter().all(|step| word(TransitionBody::from(*step)) == step.as_str()));
        assert!(CancelReason::ALL.iter().all(|reason| word(CancelReasonBody::from(*reason)) == reason.as_str()));
        assert!(Currency::ALL.iter().all(|currency| word(CurrencyBody::from(*currency)) == currency.code()));
    }
}
