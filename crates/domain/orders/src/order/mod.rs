//! The order: what it is and how it is read. Its rules are in `decide`; fields are set in `apply` alone.

mod apply;
mod command;
mod decide;
mod error;
mod event;
mod import;
mod parts;

use orderbase_kernel::{
    BusinessDate, Currency, CustomerId, ExternalReference, OrderId, OrderTotal, TenantId, Timestamp, Version,
};

pub use command::{ImportOrder, OrderPolicy, OrderPowers, PlaceOrder, UpdateOrder};
pub use decide::EVENTS_MAX;
pub use error::OrderError;
pub use event::{OrderEvent, OrderEventKind, OrderPlaced};
pub use parts::OrderParts;

use crate::{Cancel, Item, Items, Metadata, OrderNumber, OrderStatus, Transition};

/// An order of one customer in one currency. It changes by its commands; each effect is one event and one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    id: OrderId,
    tenant_id: TenantId,
    number: OrderNumber,
    customer_id: CustomerId,
    status: OrderStatus,
    currency: Currency,
    items: Items,
    external_reference: Option<ExternalReference>,
    metadata: Metadata,
    cancel: Option<Cancel>,
    confirmed_at: Option<Timestamp>,
    processing_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    cancelled_at: Option<Timestamp>,
    business_date: BusinessDate,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: Version,
}

impl Order {
    #[must_use]
    pub const fn id(&self) -> OrderId {
        self.id
    }

    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    #[must_use]
    pub const fn number(&self) -> OrderNumber {
        self.number
    }

    #[must_use]
    pub const fn customer_id(&self) -> CustomerId {
        self.customer_id
    }

    #[must_use]
    pub const fn status(&self) -> OrderStatus {
        self.status
    }

    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// 1..=2 000 lines in ascending order of their ids.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        self.items.as_slice()
    }

    #[must_use]
    pub fn item_count(&self) -> usize {
        self.items.as_slice().len()
    }

    /// The sum of the lines.
    #[must_use]
    pub const fn total(&self) -> OrderTotal {
        self.items.total()
    }

    #[must_use]
    pub const fn external_reference(&self) -> Option<&ExternalReference> {
        self.external_reference.as_ref()
    }

    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Why it was cancelled; present exactly when it was.
    #[must_use]
    pub const fn cancel_details(&self) -> Option<&Cancel> {
        self.cancel.as_ref()
    }

    #[must_use]
    pub const fn confirmed_at(&self) -> Option<Timestamp> {
        self.confirmed_at
    }

    #[must_use]
    pub const fn processing_at(&self) -> Option<Timestamp> {
        self.processing_at
    }

    #[must_use]
    pub const fn completed_at(&self) -> Option<Timestamp> {
        self.completed_at
    }

    #[must_use]
    pub const fn cancelled_at(&self) -> Option<Timestamp> {
        self.cancelled_at
    }

    #[must_use]
    pub const fn business_date(&self) -> BusinessDate {
        self.business_date
    }

    /// The time in the id.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The time of the last event.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// The number of events so far.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// What the state allows a caller who holds every permission.
    #[must_use]
    pub const fn allowed_transitions(&self) -> &'static [Transition] {
        self.status.allowed_transitions()
    }
}
