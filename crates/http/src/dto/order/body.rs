//! An order in an answer. It borrows the view and is written straight into the answer's bytes.

use orderbase_application::orders::display_number;
use orderbase_application::views::{CustomerView, ItemView, OrderView};
use orderbase_kernel::{BusinessDate, CustomerId, ItemId, LineTotal, OrderId, OrderTotal, Timestamp, UnitPrice};
use orderbase_orders::{Cancel, Transition};
use orderbase_tenancy::OrderPrefix;
use serde::Serialize;
use utoipa::ToSchema;

use super::status::{CancelReasonBody, CurrencyBody, OrderStatusBody, TransitionBody};
use crate::dto::customer::CustomerSummaryBody;
use crate::dto::metadata::Metadata;
use crate::dto::shown::{Rows, Shown, Verbatim};
use crate::respond::Body;

/// An order with its items.
///
/// Members without a value are absent, never null. The version fixes every member.
#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderBody<'a> {
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub id: Shown<OrderId>,
    /// Unique in the tenant, rising, with gaps.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub number: u64,
    /// The number as people see it, with the tenant's prefix.
    #[schema(max_length = 24)]
    pub display_number: String,
    #[schema(value_type = String, format = Uuid, min_length = 36, max_length = 36)]
    pub customer_id: Shown<CustomerId>,
    /// The customer, where `expand=customer` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = CustomerSummaryBody<'_>)]
    pub customer: Option<CustomerSummaryBody<'a>>,
    #[schema(value_type = OrderStatusBody)]
    pub status: OrderStatusBody,
    #[schema(value_type = CurrencyBody)]
    pub currency: CurrencyBody,
    /// The exact sum of all lines.
    #[schema(value_type = String, pattern = r"^[0-9]{1,8}\.[0-9]{2}$", max_length = 11)]
    pub total_amount: Shown<OrderTotal>,
    #[schema(minimum = 1, maximum = 2000)]
    pub item_count: usize,
    /// The caller's own name of the order, unique in the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 128,
        pattern = r"^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$"
    )]
    pub external_reference: Option<&'a str>,
    #[schema(value_type = Metadata)]
    pub metadata: Verbatim<'a>,
    #[schema(value_type = Vec<ItemBody<'_>>, min_items = 1, max_items = 2000)]
    pub items: Rows<'a, ItemView, ItemBody<'a>>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cancel: Option<CancelBody<'a>>,
    /// The steps that the status admits, whoever asks.
    #[schema(value_type = Vec<TransitionBody>, max_items = 4)]
    pub allowed_transitions: Rows<'static, Transition, TransitionBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub confirmed_at: Option<Shown<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub processing_at: Option<Shown<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub completed_at: Option<Shown<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String, format = DateTime, max_length = 24)]
    pub cancelled_at: Option<Shown<Timestamp>>,
    /// The day of creation in the tenant's time zone.
    #[schema(value_type = String, format = Date, max_length = 10)]
    pub business_date: Shown<BusinessDate>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub created_at: Shown<Timestamp>,
    #[schema(value_type = String, format = DateTime, max_length = 24)]
    pub updated_at: Shown<Timestamp>,
    /// The number of the order's events; in quotes it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
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
    #[schema(value_type = String, pattern = r"^[0-9]{1,8}\.[0-9]{2}$", max_length = 11)]
    pub unit_price: Shown<UnitPrice>,
    /// Quantity times unit price, exactly.
    #[schema(value_type = String, pattern = r"^[0-9]{1,8}\.[0-9]{2}$", max_length = 11)]
    pub line_total: Shown<LineTotal>,
}

/// A cancellation.
#[derive(Serialize, ToSchema)]
#[schema(as = Cancellation)]
pub struct CancelBody<'a> {
    #[schema(value_type = CancelReasonBody)]
    pub reason: CancelReasonBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 2000)]
    pub note: Option<&'a str>,
}

impl<'a> OrderBody<'a> {
    pub fn new(view: &'a OrderView, prefix: &OrderPrefix) -> Self {
        let OrderView {
            id,
            number,
            customer_id,
            status,
            currency,
            total,
            external_reference,
            metadata,
            items,
            cancel,
            confirmed_at,
            processing_at,
            completed_at,
            cancelled_at,
            business_date,
            created_at,
            updated_at,
            version,
        } = view;
        Self {
            id: Shown(*id),
            number: number.get(),
            display_number: display_number(prefix, *number),
            customer_id: Shown(*customer_id),
            customer: None,
            status: (*status).into(),
            currency: (*currency).into(),
            total_amount: Shown(*total),
            item_count: items.len(),
            external_reference: external_reference.as_ref().map(|reference| reference.as_str()),
            metadata: Verbatim(metadata),
            items: Rows { rows: items, body: ItemBody::from },
            cancel: cancel.as_ref().map(CancelBody::from),
            allowed_transitions: Rows {
                rows: status.allowed_transitions(),
                body: |transition| TransitionBody::from(*transition),
            },
            confirmed_at: confirmed_at.map(Shown),
            processing_at: processing_at.map(Shown),
            completed_at: completed_at.map(Shown),
            cancelled_at: cancelled_at.map(Shown),
            business_date: Shown(*business_date),
            created_at: Shown(*created_at),
            updated_at: Shown(*updated_at),
            version: version.get(),
        }
    }

    /// Shows the customer beside its id.
    #[must_use]
    pub fn with_customer(mut self, customer: Option<&'a CustomerView>) -> Self {
        self.customer = customer.map(CustomerSummaryBody::from);
        self
    }

    /// As [`Body::size_hint`], of a view that is not turned into its body yet.
    pub fn size_of(view: &OrderView) -> usize {
        ORDER_BYTES + view.metadata.len() + view.items.iter().map(ItemBody::size_of).sum::<usize>()
    }
}

/// All members of an order with their names, but for metadata, items and the note of a cancellation.
const ORDER_BYTES: usize = 1_024;

/// All members of a line with their names, but for its texts.
const ITEM_BYTES: usize = 192;

impl Body for OrderBody<'_> {
    fn size_hint(&self) -> usize {
        let note = self.cancel.as_ref().and_then(|cancel| cancel.note).map_or(0, str::len);
        ORDER_BYTES + note + self.metadata.0.len() + self.items.rows.iter().map(ItemBody::size_of).sum::<usize>()
    }
}

impl ItemBody<'_> {
    fn size_of(item: &ItemView) -> usize {
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
            unit_price: Shown(*unit_price),
            line_total: Shown(*line_total),
        }
    }
}

impl<'a> From<&'a Cancel> for CancelBody<'a> {
    fn from(cancel: &'a Cancel) -> Self {
        let Cancel { reason, note } = cancel;
        Self { reason: (*reason).into(), note: note.as_ref().map(|note| note.as_str()) }
    }
}
