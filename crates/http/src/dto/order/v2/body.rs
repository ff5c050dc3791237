//! An order in an answer of version 2. It borrows the view and is written straight into the answer's bytes.

use orderbase_application::orders::display_number;
use orderbase_application::views::{CustomerView, ItemView, OrderView};
use orderbase_kernel::{BusinessDate, OrderId, Timestamp};
use orderbase_orders::Transition;
use orderbase_tenancy::OrderPrefix;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::ItemBody;
use crate::dto::customer::CustomerSummaryBody;
use crate::dto::metadata::Metadata;
use crate::dto::money::MoneyBody;
use crate::dto::order::{CancelBody, OrderStatusBody, TransitionBody};
use crate::dto::shown::{Rows, Shown, Verbatim};
use crate::respond::Body;

/// An order with its items.
///
/// Members without a value are absent, never null. The versions of order and customer fix every member.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required, nullable = false, value_type = CustomerSummaryBody<'_>)]
    pub customer: Option<CustomerSummaryBody<'a>>,
    #[schema(value_type = OrderStatusBody)]
    pub status: OrderStatusBody,
    /// The exact sum of all lines.
    pub total: MoneyBody,
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
    /// The number of the order's events; with the customer's version it is the entity tag.
    #[schema(minimum = 1, maximum = 9007199254740991_i64)]
    pub version: u64,
}

impl<'a> OrderBody<'a> {
    /// Of an order that is there its customer is there too.
    pub fn new(view: &'a OrderView, prefix: &OrderPrefix, customer: Option<&'a CustomerView>) -> Self {
        let OrderView {
            id,
            number,
            customer_id: _,
            status,
            currency: _,
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
            customer: customer.map(CustomerSummaryBody::from),
            status: (*status).into(),
            total: total.money().into(),
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

    /// As [`Body::size_hint`], of a view that is not turned into its body yet.
    pub fn size_of(view: &OrderView) -> usize {
        ORDER_BYTES + view.metadata.len() + view.items.iter().map(ItemBody::size_of).sum::<usize>()
    }
}

/// All members of an order with their names and its customer, but for metadata, items and the note of a cancellation.
const ORDER_BYTES: usize = 2_048;

impl Body for OrderBody<'_> {
    fn size_hint(&self) -> usize {
        let note = self.cancel.as_ref().and_then(|cancel| cancel.note).map_or(0, str::len);
        ORDER_BYTES + note + self.metadata.0.len() + self.items.rows.iter().map(ItemBody::size_of).sum::<usize>()
    }
}
