//! The lines of an order. A list is replaced as a whole, never edited, and is shared by order and event without a copy.

use std::sync::Arc;

use orderbase_kernel::{Currency, ITEMS_MAX, ItemId, LineTotal, MoneyError, OrderTotal, Quantity, UnitPrice};

use crate::{ItemName, OrderError, ProductId, Sku};

/// A line as it is ordered. Ids ascend in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    pub id: ItemId,
    pub product_id: ProductId,
    pub quantity: Quantity,
    pub unit_price: UnitPrice,
    pub sku: Option<Sku>,
    pub name: Option<ItemName>,
}

/// A line as it is stored; its total is computed, never read.
pub type ItemParts = NewItem;

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    parts: NewItem,
    line_total: LineTotal,
}

impl Item {
    #[must_use]
    pub const fn id(&self) -> ItemId {
        self.parts.id
    }

    #[must_use]
    pub const fn product_id(&self) -> &ProductId {
        &self.parts.product_id
    }

    #[must_use]
    pub const fn quantity(&self) -> Quantity {
        self.parts.quantity
    }

    #[must_use]
    pub const fn unit_price(&self) -> UnitPrice {
        self.parts.unit_price
    }

    #[must_use]
    pub const fn sku(&self) -> Option<&Sku> {
        self.parts.sku.as_ref()
    }

    #[must_use]
    pub const fn name(&self) -> Option<&ItemName> {
        self.parts.name.as_ref()
    }

    /// Price times quantity.
    #[must_use]
    pub const fn line_total(&self) -> LineTotal {
        self.line_total
    }

    /// The line as it was ordered.
    #[must_use]
    pub const fn parts(&self) -> &NewItem {
        &self.parts
    }

    fn says_the_same(&self, other: &NewItem) -> bool {
        let NewItem { id: _, product_id, quantity, unit_price, sku, name } = other;
        self.parts.product_id == *product_id
            && self.parts.quantity == *quantity
            && self.parts.unit_price == *unit_price
            && self.parts.sku == *sku
            && self.parts.name == *name
    }
}

/// 1..=2 000 lines in one currency, with their sum. Copies share one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items {
    list: Arc<Vec<Item>>,
    total: OrderTotal,
}

impl Items {
    /// Checks count, currency, line totals, ids and sum, in this order; `index` in an error counts from 0.
    ///
    /// # Errors
    /// `NoItems`, `TooManyItems`, `CurrencyMismatch`, `LineTotalOutOfRange`, `NotV7`, `TotalOutOfRange`.
    pub fn try_new(items: Vec<NewItem>, currency: Currency, max: usize) -> Result<Self, OrderError> {
        let max = max.min(ITEMS_MAX);
        if items.is_empty() {
            return Err(OrderError::NoItems);
        }
        if items.len() > max {
            return Err(OrderError::TooManyItems { max, current: items.len() });
        }
        let mut list = Vec::with_capacity(items.len());
        let mut last = None;
        for (index, parts) in items.into_iter().enumerate() {
            if parts.unit_price.currency() != currency {
                return Err(OrderError::CurrencyMismatch { index });
            }
            let line_total = LineTotal::of(parts.unit_price, parts.quantity)
                .map_err(|_| OrderError::LineTotalOutOfRange { index })?;
            if last.is_some_and(|last| parts.id <= last) {
                return Err(OrderError::NotV7);
            }
            last = Some(parts.id);
            list.push(Item { parts, line_total });
        }
        let total = OrderTotal::sum(currency, list.iter().map(Item::line_total)).map_err(|error| match error {
            MoneyError::OutOfRange => OrderError::TotalOutOfRange,
            MoneyError::CurrencyMismatch => OrderError::CurrencyMismatch { index: 0 },
        })?;
        Ok(Self { list: Arc::new(list), total })
    }

    #[must_use]
    pub fn as_slice(&self) -> &[Item] {
        &self.list
    }

    #[must_use]
    pub const fn total(&self) -> OrderTotal {
        self.total
    }

    /// Whether the lines have the same content in the same order, whatever their ids.
    #[must_use]
    pub fn say_the_same(&self, other: &[NewItem]) -> bool {
        self.list.len() == other.len() && self.list.iter().zip(other).all(|(item, other)| item.says_the_same(other))
    }
}
