//! Events of orders.

use orderbase_kernel::{AggregateRef, AggregateType, Envelope};
use orderbase_orders::{Item, Order, OrderEvent, OrderEventKind, OrderStatus};
use serde::Serialize;
use uuid::Uuid;

use super::envelope::{Happened, row};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;

/// Longer `data` goes without its items.
const DATA_BYTES_MAX: usize = 20_000;

/// The row of the event that led to the order's present state.
///
/// # Errors
/// [`Error::Internal`] if the data cannot be written.
pub fn of_order(app: &App, ctx: &Ctx, order: &Order, event: &OrderEvent) -> Result<Envelope, Error> {
    envelope(ctx, order, event, app.ids.next(event.occurred_at))
}

/// The rows of the events that an imported order begins with: marked, and with ids of the time they stand for.
///
/// # Errors
/// As [`of_order`].
pub fn of_imported_order(app: &App, ctx: &Ctx, order: &Order, events: &[OrderEvent]) -> Result<Vec<Envelope>, Error> {
    let imported = |event: &OrderEvent| {
        let row = envelope(ctx, order, event, app.ids.at(event.occurred_at))?;
        Ok(Envelope { imported: true, ..row })
    };
    events.iter().map(imported).collect()
}

fn envelope(ctx: &Ctx, order: &Order, event: &OrderEvent, id: Uuid) -> Result<Envelope, Error> {
    let happened = |data: &Data<'_>| {
        let of = AggregateRef::new(AggregateType::Order, order.id().uuid());
        let (sequence, occurred_at) = (event.sequence, event.occurred_at);
        let (event_type, personal) = (event.event_type(), Personal::of(event));
        row(ctx, Happened { id, of, sequence, event_type, occurred_at, data, personal })
    };
    let whole = happened(&Data::after(order, event, true))?;
    if whole.data.len() <= DATA_BYTES_MAX { Ok(whole) } else { happened(&Data::after(order, event, false)) }
}

/// The order after the event.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel: Option<CancelData>,
    changed: Vec<String>,
    currency: &'static str,
    customer_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reference: Option<&'a str>,
    id: String,
    item_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<ItemData<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items_omitted: Option<bool>,
    number: u64,
    status: &'static str,
    total_amount: String,
    version: u64,
}

/// Why it was cancelled; the note is personal.
#[derive(Serialize)]
struct CancelData {
    reason: &'static str,
}

#[derive(Serialize)]
struct ItemData<'a> {
    id: String,
    line_total: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    product_id: &'a str,
    quantity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<&'a str>,
    unit_price: String,
}

impl<'a> Data<'a> {
    fn after(order: &'a Order, event: &OrderEvent, with_items: bool) -> Self {
        let tells_items = matches!(event.kind, OrderEventKind::Placed(_) | OrderEventKind::ItemsReplaced { .. });
        let status = status_after(order, event);
        let cancel = order.cancel_details().filter(|_| status == OrderStatus::Cancelled);
        Self {
            cancel: cancel.map(|cancel| CancelData { reason: cancel.reason.as_str() }),
            changed: event.changed(),
            currency: order.currency().code(),
            customer_id: order.customer_id().to_string(),
            external_reference: order.external_reference().map(|reference| reference.as_str()),
            id: order.id().to_string(),
            item_count: order.item_count(),
            items: (tells_items && with_items).then(|| order.items().iter().map(ItemData::from).collect()),
            items_omitted: (tells_items && !with_items).then_some(true),
            number: order.number().get(),
            status: status.as_str(),
            total_amount: order.total().to_string(),
            version: event.sequence.get(),
        }
    }
}

impl<'a> From<&'a Item> for ItemData<'a> {
    fn from(item: &'a Item) -> Self {
        Self {
            id: item.id().to_string(),
            line_total: item.line_total().to_string(),
            name: item.name().map(|name| name.as_str()),
            product_id: item.product_id().as_str(),
            quantity: item.quantity().get(),
            sku: item.sku().map(|sku| sku.as_str()),
            unit_price: item.unit_price().to_string(),
        }
    }
}

/// An imported order has several events and only its last state at hand, so the state is read off the event where it can be.
fn status_after(order: &Order, event: &OrderEvent) -> OrderStatus {
    match event.kind {
        OrderEventKind::Placed(_) | OrderEventKind::ItemsReplaced { .. } => OrderStatus::Pending,
        OrderEventKind::Confirmed => OrderStatus::Confirmed,
        OrderEventKind::ProcessingStarted => OrderStatus::Processing,
        OrderEventKind::Completed => OrderStatus::Completed,
        OrderEventKind::Cancelled(_) => OrderStatus::Cancelled,
        OrderEventKind::Updated { .. } | OrderEventKind::NoteAdded { .. } => order.status(),
    }
}

/// What people wrote.
#[derive(Serialize)]
struct Personal<'a> {
    note: &'a str,
}

impl<'a> Personal<'a> {
    fn of(event: &'a OrderEvent) -> Option<Self> {
        let note = match &event.kind {
            OrderEventKind::NoteAdded { note } => Some(note),
            OrderEventKind::Cancelled(cancel) => cancel.note.as_ref(),
            _ => None,
        };
        note.map(|note| Self { note: note.as_str() })
    }
}
