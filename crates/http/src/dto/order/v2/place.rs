//! The body of `POST /orders` in version 2. The order's currency is that of its prices.

use orderbase_application::orders::PlaceOrder;
use orderbase_kernel::{CustomerId, ExternalReference, ITEMS_MAX};
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
    /// Their prices have one currency.
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
        let Self { customer_id, items, external_reference, metadata } = self;
        let customer_id = faults.read("customer_id", CustomerId::parse(&customer_id));
        let items = items
            .within_bounds()
            .and_then(|items| faults.each("items", items, |faults, Object(item)| item.read(faults)));
        let external_reference =
            faults.optional("external_reference", external_reference, |text| ExternalReference::parse(&text));
        let metadata = metadata::whole(faults, metadata);
        faults.complete(bounds);
        let items = items?;
        // An order refuses a price in another currency than its own.
        let currency = items.first()?.unit_price.currency();
        Some(PlaceOrder {
            customer_id: customer_id?,
            currency,
            items,
            external_reference: external_reference?,
            metadata: metadata?,
        })
    }
}
