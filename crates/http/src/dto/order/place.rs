//! The body of `POST /orders`.

use orderbase_application::orders::{AmountInput, PlaceOrder};
use orderbase_kernel::{Currency, CustomerId, ExternalReference, ITEMS_MAX, UnitPrice};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use validator::Validate;

use super::item::ItemInputBody;
use crate::dto::bounds::{self, wide};
use crate::dto::lines::Lines;
use crate::dto::metadata::{self, MetadataInput};
use crate::extract::json::Object;
use crate::extract::{Faults, FromJson};

/// The wish for an order. Id, number, dates and status are the server's.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceOrder)]
pub struct PlaceOrderBody {
    /// An active customer of the tenant.
    #[schema(format = Uuid, min_length = 36, max_length = 36)]
    pub customer_id: String,
    /// The currency of all prices, in any case; one that the tenant allows.
    #[schema(min_length = 3, max_length = 3, pattern = r"^(?:[Uu][Ss][Dd]|[Ee][Uu][Rr]|[Gg][Bb][Pp]|[Aa][Ee][Dd])$")]
    pub currency: String,
    #[validate(length(min = 1, max = wide(ITEMS_MAX)), nested)]
    #[schema(value_type = Vec<ItemInputBody>, min_items = 1, max_items = 2000)]
    pub items: Lines<Object<ItemInputBody>>,
    /// The caller's own name of the order. No two orders of a tenant share one, so it guards against a double order for ever.
    #[validate(length(min = wide(ExternalReference::MIN), max = wide(ExternalReference::MAX)))]
    #[schema(min_length = 1, max_length = 128, pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$")]
    #[serde(default)]
    pub external_reference: Option<String>,
    #[schema(value_type = MetadataInput, required = false)]
    #[serde(default)]
    pub metadata: Option<Box<RawValue>>,
}

impl FromJson for PlaceOrderBody {
    type Valid = PlaceOrder;

    fn validate(self, faults: &mut Faults) -> Option<PlaceOrder> {
        let bounds = bounds::of(&self);
        let Self { customer_id, currency, items, external_reference, metadata } = self;
        let customer_id = faults.read("customer_id", CustomerId::parse(&customer_id));
        let currency = faults.read("currency", Currency::parse(&currency));
        let items = items.within_bounds().and_then(|items| match currency {
            Some(currency) => faults.each("items", items, |faults, Object(item)| {
                item.read(faults, |text| UnitPrice::parse(text, currency))
            }),
            // Prices are looked at all the same, so that their own faults are told in the first answer.
            None => {
                faults.each("items", items, |faults, Object(item)| item.read(faults, AmountInput::parse));
                None
            }
        });
        let external_reference =
            faults.optional("external_reference", external_reference, |text| ExternalReference::parse(&text));
        let metadata = metadata::whole(faults, metadata);
        faults.complete(bounds);
        Some(PlaceOrder {
            customer_id: customer_id?,
            currency: currency?,
            items: items?,
            external_reference: external_reference?,
            metadata: metadata?,
        })
    }
}
