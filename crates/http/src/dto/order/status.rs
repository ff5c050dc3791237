//! The closed words of an order. In answers these lists may grow (api.md §1); in requests `CancelReason` is checked by the domain.

use orderbase_kernel::Currency;
use orderbase_orders::{CancelReason, OrderStatus, Transition};
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $body:ident as $name:ident of $domain:ident { $($word:ident),+ } $case:literal)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[schema(as = $name)]
        #[serde(rename_all = $case)]
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
    OrderStatusBody as OrderStatus of OrderStatus { Pending, Confirmed, Processing, Completed, Cancelled } "snake_case"
    /// A step to another status.
    TransitionBody as Transition of Transition { Confirm, Process, Complete, Cancel } "snake_case"
    /// Why an order was cancelled.
    CancelReasonBody as CancelReason of CancelReason { Customer, Inventory, Fraud, Declined, Staff, Other } "snake_case"
    /// A currency (ISO 4217).
    CurrencyBody as Currency of Currency { Usd, Eur, Gbp, Aed } "UPPERCASE"
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
