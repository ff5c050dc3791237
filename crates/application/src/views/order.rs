//! An order as it is read.

use orderbase_kernel::{
    BusinessDate, Currency, CustomerId, ExternalReference, ItemId, LineTotal, OrderId, OrderTotal, PageLimit, Quantity,
    Timestamp, UnitPrice, Version,
};
use orderbase_orders::{Cancel, Item, ItemName, Order, OrderNumber, OrderStatus, ProductId, Sku};

use super::page::Span;

/// A page of orders ends where the next order would bring it past this many items.
pub const PAGE_ITEMS_MAX: usize = 25_000;

/// An order with its items. `metadata` is canonical JSON text, for it is only passed on.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderView {
    pub id: OrderId,
    pub number: OrderNumber,
    pub customer_id: CustomerId,
    pub status: OrderStatus,
    pub currency: Currency,
    pub total: OrderTotal,
    pub external_reference: Option<ExternalReference>,
    pub metadata: String,
    pub items: Vec<ItemView>,
    pub cancel: Option<Cancel>,
    pub confirmed_at: Option<Timestamp>,
    pub processing_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub business_date: BusinessDate,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemView {
    pub id: ItemId,
    pub product_id: ProductId,
    pub sku: Option<Sku>,
    pub name: Option<ItemName>,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub line_total: LineTotal,
}

impl From<&Item> for ItemView {
    fn from(item: &Item) -> Self {
        Self {
            id: item.id(),
            product_id: item.product_id().clone(),
            sku: item.sku().cloned(),
            name: item.name().cloned(),
            quantity: item.quantity(),
            unit_price: item.unit_price(),
            line_total: item.line_total(),
        }
    }
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id(),
            number: order.number(),
            customer_id: order.customer_id(),
            status: order.status(),
            currency: order.currency(),
            total: order.total(),
            external_reference: order.external_reference().cloned(),
            metadata: order.metadata().canonical(),
            items: order.items().iter().map(ItemView::from).collect(),
            cancel: order.cancel_details().cloned(),
            confirmed_at: order.confirmed_at(),
            processing_at: order.processing_at(),
            completed_at: order.completed_at(),
            cancelled_at: order.cancelled_at(),
            business_date: order.business_date(),
            created_at: order.created_at(),
            updated_at: order.updated_at(),
            version: order.version(),
        }
    }
}

/// Which orders are wanted. Parts are joined by "and"; several statuses by "or". An empty list of statuses means any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OrderFilter {
    pub statuses: Vec<OrderStatus>,
    pub customer_id: Option<CustomerId>,
    pub currency: Option<Currency>,
    pub number: Option<OrderNumber>,
    pub external_reference: Option<ExternalReference>,
    pub created: Span<Timestamp>,
    pub business_date: Span<BusinessDate>,
    pub total: TotalBounds,
}

/// Bounds of the total in minor units, both included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TotalBounds {
    pub min: Option<i64>,
    pub max: Option<i64>,
}

/// The orders that lists of orders have. By total only within one currency and without other filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OrderSort {
    #[default]
    NewestFirst,
    OldestFirst,
    LargestFirst,
    SmallestFirst,
}

impl OrderSort {
    pub fn is_by_total(self) -> bool {
        matches!(self, Self::LargestFirst | Self::SmallestFirst)
    }
}

/// The last row of the page before: where the next one goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderPosition {
    pub id: OrderId,
    /// Minor units; counts where the sort is by total.
    pub total_minor: i64,
}

/// One page is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderQuery {
    pub filter: OrderFilter,
    pub sort: OrderSort,
    pub after: Option<OrderPosition>,
    pub limit: PageLimit,
}

/// A page of orders.
pub type OrderPage = super::page::Page<OrderView>;
