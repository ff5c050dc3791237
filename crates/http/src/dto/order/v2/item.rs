//! A line of an order in version 2: as it comes in, and as it is told.

use orderbase_application::orders::ItemInput;
use orderbase_application::views::ItemView;
use orderbase_kernel::{ItemId, Quantity};
use orderbase_orders::{ItemName, ProductId, Sku};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::dto::bounds::wide;
use crate::dto::money::{MoneyBody, PriceBody};
use crate::dto::shown::Shown;
use crate::extract::Faults;
use crate::extract::json::{self, Object};

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
    #[schema(value_type = PriceBody)]
    pub unit_price: Object<PriceBody>,
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
    /// `None` if anything was refused.
    pub fn read(self, faults: &mut Faults) -> Option<ItemInput> {
        let Self { product_id, quantity, unit_price: Object(unit_price), sku, name } = self;
        let product_id = faults.read("product_id", ProductId::parse(&product_id));
        let quantity = faults.read("quantity", Quantity::try_new(quantity));
        let unit_price = faults.member("unit_price", |faults| unit_price.read(faults));
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

/// A line of an order.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderItem)]
pub struct ItemBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<ItemId>,
    #[schema(min_length = 1, max_length = 64)]
    pub product_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 64)]
    pub sku: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 200)]
    pub name: Option<&'a str>,
    #[schema(minimum = 1, maximum = 1000000)]
    pub quantity: u32,
    pub unit_price: MoneyBody,
    /// Quantity times unit price, exactly.
    pub line_total: MoneyBody,
}

/// All members of a line with their names, but for its texts.
const ITEM_BYTES: usize = 256;

impl ItemBody<'_> {
    pub(super) fn size_of(item: &ItemView) -> usize {
        let sku = item.sku.as_ref().map_or(0, |sku| sku.as_str().len());
        let name = item.name.as_ref().map_or(0, |name| name.as_str().len());
        ITEM_BYTES + item.product_id.as_str().len() + sku + name
    }
}

impl<'a> From<&'a ItemView> for ItemBody<'a> {
    fn from(item: &'a ItemView) -> Self {
        let ItemView { id, product_id, sku, name, quantity, unit_price, line_total } = item;
        Self {
            id: Shown(*id),
            product_id: product_id.as_str(),
            sku: sku.as_ref().map(|sku| sku.as_str()),
            name: name.as_ref().map(|name| name.as_str()),
            quantity: quantity.get(),
            unit_price: unit_price.money().into(),
            line_total: line_total.money().into(),
        }
    }
}
