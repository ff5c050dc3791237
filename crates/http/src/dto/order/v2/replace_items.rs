//! The body of `PUT /orders/{id}/items` in version 2.

use orderbase_application::orders::{AmountInput, ItemInput};
use orderbase_kernel::ITEMS_MAX;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::item::ItemInputBody;
use crate::dto::bounds::{self, wide};
use crate::dto::lines::Lines;
use crate::extract::json::Object;
use crate::extract::{Faults, FromJson};

/// The whole new list of an order's items. Prices are in the order's currency.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplaceOrderItems)]
pub struct ReplaceItemsBody {
    #[validate(length(min = 1, max = wide(ITEMS_MAX)), nested)]
    #[schema(value_type = Vec<ItemInputBody>, min_items = 1, max_items = 2000)]
    pub items: Lines<Object<ItemInputBody>>,
}

impl FromJson for ReplaceItemsBody {
    type Valid = Vec<ItemInput<AmountInput>>;

    fn validate(self, faults: &mut Faults) -> Option<Self::Valid> {
        let bounds = bounds::of(&self);
        let Self { items } = self;
        let items = items.within_bounds().and_then(|items| {
            faults.each("items", items, |faults, Object(item)| item.read(faults).map(ItemInput::with_amount))
        });
        faults.complete(bounds);
        items
    }
}
