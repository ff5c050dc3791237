//! A line as it comes in.

use orderbase_application::orders::ItemInput;
use orderbase_kernel::{Invalid, Quantity};
use orderbase_orders::{ItemName, ProductId, Sku};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::wide;
use crate::extract::Faults;
use crate::extract::json::{self, AmountText};

/// A line of an order, as it is ordered.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrderItemInput)]
pub struct ItemInputBody {
    /// The caller's own reference to what is sold.
    #[validate(length(min = wide(ProductId::MIN), max = wide(ProductId::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    pub product_id: String,
    #[validate(range(min = 1, max = i64::from(Quantity::MAX)))]
    #[schema(minimum = 1, maximum = 1000000)]
    #[serde(deserialize_with = "json::whole")]
    pub quantity: i64,
    /// The price of one piece in the order's currency: a decimal string of at least 0.01.
    #[schema(value_type = String, max_length = 11, pattern = r"^(?![0.]+$)[0-9]{1,8}(?:\.[0-9]{1,2})?$")]
    pub unit_price: AmountText,
    #[validate(length(min = wide(Sku::MIN), max = wide(Sku::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    #[serde(default)]
    pub sku: Option<String>,
    #[validate(length(min = wide(ItemName::MIN), max = wide(ItemName::MAX)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    #[serde(default)]
    pub name: Option<String>,
}

impl ItemInputBody {
    /// The line with its price as `price` reads it. `None` if anything was refused.
    pub fn read<P>(self, faults: &mut Faults, price: impl FnOnce(&str) -> Result<P, Invalid>) -> Option<ItemInput<P>> {
        let Self { product_id, quantity, unit_price, sku, name } = self;
        let product_id = faults.read("product_id", ProductId::parse(&product_id));
        let quantity = faults.read("quantity", Quantity::try_new(quantity));
        let unit_price = faults.read("unit_price", price(&unit_price.0));
        let sku = faults.optional("sku", sku, |text| Sku::parse(&text));
        let name = faults.optional("name", name, |text| ItemName::parse(&text));
        Some(ItemInput {
            product_id: product_id?,
            quantity: quantity?,
            unit_price: unit_price?,
            sku: sku?,
            name: name?,
        })
    }
}
