//! Orders and their lines as rows. A statement gives both shapes at once: a row is an order or a line of one, and the cells of
//! the other shape are empty. So a long metadata text crosses the wire once, not once per line.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use orderbase_application::ports::StorageError;
use orderbase_application::views::{ItemView, OrderView};
use orderbase_kernel::{
    AggregateType, BusinessDate, Corrupt, Currency, CustomerId, ExternalReference, ItemId, LineTotal, Money, OrderId,
    OrderTotal, Quantity, TenantId, UnitPrice,
};
use orderbase_orders::{
    Cancel, CancelReason, ItemName, ItemParts, Note, Order, OrderNumber, OrderParts, OrderStatus, ProductId, Sku,
};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{Cells, Stored};
use crate::sql::entity::{order_items, orders};

/// The cells of an order behind its id, in the order of [`OrderRow::read`].
pub(in crate::sql) const ORDER_COLUMNS: [orders::Column; 18] = [
    orders::Column::Number,
    orders::Column::CustomerId,
    orders::Column::Status,
    orders::Column::Currency,
    orders::Column::TotalMinor,
    orders::Column::ItemCount,
    orders::Column::ExternalReference,
    orders::Column::Metadata,
    orders::Column::CancelReason,
    orders::Column::CancelNote,
    orders::Column::ConfirmedAt,
    orders::Column::ProcessingAt,
    orders::Column::CompletedAt,
    orders::Column::CancelledAt,
    orders::Column::BusinessDate,
    orders::Column::CreatedAt,
    orders::Column::UpdatedAt,
    orders::Column::Version,
];

/// The cells of a line behind the id of its order, in the order of [`ItemRow::read`].
pub(in crate::sql) const ITEM_COLUMNS: [order_items::Column; 6] = [
    order_items::Column::Id,
    order_items::Column::ProductId,
    order_items::Column::Sku,
    order_items::Column::Name,
    order_items::Column::Quantity,
    order_items::Column::UnitPriceMinor,
];

pub(in crate::sql) struct OrderRow {
    pub id: Uuid,
    number: i64,
    customer_id: Uuid,
    status: String,
    currency: String,
    pub total_minor: i64,
    item_count: i32,
    external_reference: Option<String>,
    metadata: String,
    cancel_reason: Option<String>,
    cancel_note: Option<String>,
    confirmed_at: Option<i64>,
    processing_at: Option<i64>,
    completed_at: Option<i64>,
    cancelled_at: Option<i64>,
    business_date: NaiveDate,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

pub(in crate::sql) struct ItemRow {
    id: Uuid,
    product_id: String,
    sku: Option<String>,
    name: Option<String>,
    quantity: i32,
    unit_price_minor: i64,
}

/// An order with its lines in any order.
struct WholeOrder {
    order: OrderRow,
    items: Vec<ItemRow>,
}

/// The rows of a statement, sorted by shape.
#[derive(Default)]
pub(in crate::sql) struct OrderRows {
    pub orders: Vec<OrderRow>,
    pub items: HashMap<Uuid, Vec<ItemRow>>,
}

impl OrderRows {
    /// Reads rows of `order id, line cells, order cells`. The order of rows does not matter.
    pub fn read(rows: &[QueryResult]) -> Result<Self, StorageError> {
        let mut read = Self::default();
        for row in rows {
            let mut cells = Cells::of(row);
            let order_id = cells.take()?;
            match cells.take::<Option<Uuid>>()? {
                Some(id) => read.items.entry(order_id).or_default().push(ItemRow::read(id, &mut cells)?),
                None => {
                    cells.skip(ITEM_COLUMNS.len() - 1);
                    read.orders.push(OrderRow::read(order_id, &mut cells)?);
                }
            }
        }
        Ok(read)
    }

    /// The one order that was asked for.
    pub fn one(mut self) -> Result<Option<OrderView>, StorageError> {
        match self.orders.pop() {
            None => Ok(None),
            Some(order) => Ok(Some(self.view(order)?)),
        }
    }

    pub fn view(&mut self, order: OrderRow) -> Result<OrderView, Corrupt> {
        let items = self.items.remove(&order.id).unwrap_or_default();
        OrderView::try_from(WholeOrder { order, items })
    }
}

impl OrderRow {
    fn read(id: Uuid, cells: &mut Cells<'_>) -> Result<Self, StorageError> {
        Ok(Self {
            id,
            number: cells.take()?,
            customer_id: cells.take()?,
            status: cells.take()?,
            currency: cells.take()?,
            total_minor: cells.take()?,
            item_count: cells.take()?,
            external_reference: cells.take()?,
            metadata: cells.take()?,
            cancel_reason: cells.take()?,
            cancel_note: cells.take()?,
            confirmed_at: cells.take()?,
            processing_at: cells.take()?,
            completed_at: cells.take()?,
            cancelled_at: cells.take()?,
            business_date: cells.take()?,
            created_at: cells.take()?,
            updated_at: cells.take()?,
            version: cells.take()?,
        })
    }

    fn stored(&self) -> Stored {
        Stored { kind: AggregateType::Order, id: self.id }
    }

    pub fn item_count(&self) -> usize {
        usize::try_from(self.item_count).unwrap_or(0)
    }

    fn cancel(&self) -> Result<Option<Cancel>, Corrupt> {
        let stored = self.stored();
        let note = stored.optional(self.cancel_note.as_deref(), Note::parse, "the note of a cancellation is a note")?;
        match self.cancel_reason.as_deref() {
            Some(reason) => {
                let reason =
                    stored.value(CancelReason::parse(reason), "the reason of a cancellation is one of the list")?;
                Ok(Some(Cancel { reason, note }))
            }
            None if note.is_none() => Ok(None),
            None => Err(stored.corrupt("a note of a cancellation has a reason beside it")),
        }
    }
}

impl ItemRow {
    fn read(id: Uuid, cells: &mut Cells<'_>) -> Result<Self, StorageError> {
        Ok(Self {
            id,
            product_id: cells.take()?,
            sku: cells.take()?,
            name: cells.take()?,
            quantity: cells.take()?,
            unit_price_minor: cells.take()?,
        })
    }

    fn view(&self, stored: Stored, currency: Currency) -> Result<ItemView, Corrupt> {
        let price = Money::try_new(self.unit_price_minor, currency).and_then(UnitPrice::try_new);
        let unit_price = stored.value(price, "prices lie within the cap")?;
        let quantity =
            stored.value(Quantity::try_new(i64::from(self.quantity)), "quantities lie within their range")?;
        let line_total =
            LineTotal::of(unit_price, quantity).map_err(|_| stored.corrupt("every line total lies within the cap"))?;
        Ok(ItemView {
            id: ItemId::from_uuid(self.id),
            product_id: stored.value(ProductId::parse(&self.product_id), "product ids have 1 to 64 characters")?,
            sku: stored.optional(self.sku.as_deref(), Sku::parse, "skus have 1 to 64 characters")?,
            name: stored.optional(self.name.as_deref(), ItemName::parse, "names of lines have 1 to 200 characters")?,
            quantity,
            unit_price,
            line_total,
        })
    }
}

impl TryFrom<WholeOrder> for OrderView {
    type Error = Corrupt;

    fn try_from(WholeOrder { order: row, mut items }: WholeOrder) -> Result<Self, Corrupt> {
        let stored = row.stored();
        if items.is_empty() || items.len() != row.item_count() {
            return Err(stored.corrupt("item_count is the number of lines, at least 1"));
        }
        items.sort_unstable_by_key(|item| item.id);
        let currency = stored.value(Currency::parse(&row.currency), "the currency is one of those served")?;
        let number = stored.unsigned(row.number, "the number is positive")?;
        let total = Money::try_new(row.total_minor, currency).and_then(OrderTotal::try_new);
        Ok(Self {
            id: OrderId::from_uuid(row.id),
            number: stored.value(OrderNumber::try_new(number), "the number is positive")?,
            customer_id: CustomerId::from_uuid(row.customer_id),
            status: stored.value(OrderStatus::parse(&row.status), "the status is one of the list")?,
            currency,
            total: stored.value(total, "the total lies within the cap")?,
            external_reference: stored.optional(
                row.external_reference.as_deref(),
                ExternalReference::parse,
                "the external reference is printable ASCII",
            )?,
            items: items.iter().map(|item| item.view(stored, currency)).collect::<Result<_, _>>()?,
            cancel: row.cancel()?,
            confirmed_at: stored.instant_if(row.confirmed_at)?,
            processing_at: stored.instant_if(row.processing_at)?,
            completed_at: stored.instant_if(row.completed_at)?,
            cancelled_at: stored.instant_if(row.cancelled_at)?,
            business_date: business_date(row.business_date)
                .ok_or_else(|| stored.corrupt("the business date lies in the years 0001 to 9999"))?,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            version: stored.version(row.version)?,
            metadata: row.metadata,
        })
    }
}

fn business_date(date: NaiveDate) -> Option<BusinessDate> {
    BusinessDate::from_ymd(date.year(), date.month(), date.day()).ok()
}

/// The aggregate behind a view: every invariant is checked anew.
pub(in crate::sql) fn order(tenant_id: TenantId, view: OrderView) -> Result<Order, Corrupt> {
    let stored = Stored { kind: AggregateType::Order, id: view.id.uuid() };
    Order::rehydrate(OrderParts {
        id: view.id,
        tenant_id,
        number: view.number,
        customer_id: view.customer_id,
        status: view.status,
        currency: view.currency,
        items: view.items.into_iter().map(line).collect(),
        total: view.total,
        external_reference: view.external_reference,
        metadata: stored.metadata(&view.metadata)?,
        cancel: view.cancel,
        confirmed_at: view.confirmed_at,
        processing_at: view.processing_at,
        completed_at: view.completed_at,
        cancelled_at: view.cancelled_at,
        business_date: view.business_date,
        created_at: view.created_at,
        updated_at: view.updated_at,
        version: view.version,
    })
}

fn line(view: ItemView) -> ItemParts {
    let ItemView { id, product_id, sku, name, quantity, unit_price, line_total: _ } = view;
    ItemParts { id, product_id, quantity, unit_price, sku, name }
}
