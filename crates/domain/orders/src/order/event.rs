//! What happened to an order. Folding the events of an order gives its state.

use orderbase_kernel::{
    BusinessDate, Currency, CustomerId, ExternalReference, OrderId, Patch, TenantId, Timestamp, Version,
};

use crate::{Cancel, Items, Metadata, Note, OrderNumber};

/// One event: the version after it, its time, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    pub sequence: Version,
    pub occurred_at: Timestamp,
    pub kind: OrderEventKind,
}

/// Everything an order begins with. Its creation time is the event's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPlaced {
    pub id: OrderId,
    pub tenant_id: TenantId,
    pub number: OrderNumber,
    pub customer_id: CustomerId,
    pub currency: Currency,
    pub items: Items,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
    pub business_date: BusinessDate,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEventKind {
    Placed(Box<OrderPlaced>),
    ItemsReplaced {
        items: Items,
        total_changed: bool,
    },
    Updated {
        external_reference: Patch<ExternalReference>,
        /// The metadata after the change, if it changed.
        metadata: Option<Metadata>,
        /// Top-level metadata keys that changed.
        changed_keys: Vec<String>,
    },
    NoteAdded {
        note: Note,
    },
    Confirmed,
    ProcessingStarted,
    Completed,
    Cancelled(Cancel),
}

impl OrderEvent {
    /// `order.` and a past tense.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self.kind {
            OrderEventKind::Placed(_) => "order.created",
            OrderEventKind::ItemsReplaced { .. } => "order.items_replaced",
            OrderEventKind::Updated { .. } => "order.updated",
            OrderEventKind::NoteAdded { .. } => "order.note_added",
            OrderEventKind::Confirmed => "order.confirmed",
            OrderEventKind::ProcessingStarted => "order.processing_started",
            OrderEventKind::Completed => "order.completed",
            OrderEventKind::Cancelled(_) => "order.cancelled",
        }
    }

    /// Names of changed fields, and `metadata.<key>` for metadata keys; never values. Empty for a new order, where all is new.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        let fixed: &[&str] = match &self.kind {
            OrderEventKind::Placed(_) => &[],
            OrderEventKind::ItemsReplaced { total_changed: true, .. } => &["items", "total_amount"],
            OrderEventKind::ItemsReplaced { total_changed: false, .. } => &["items"],
            OrderEventKind::Updated { external_reference, .. } if external_reference.is_keep() => &[],
            OrderEventKind::Updated { .. } => &["external_reference"],
            OrderEventKind::NoteAdded { .. } => &["notes"],
            OrderEventKind::Confirmed => &["status", "confirmed_at"],
            OrderEventKind::ProcessingStarted => &["status", "processing_at"],
            OrderEventKind::Completed => &["status", "completed_at"],
            OrderEventKind::Cancelled(_) => &["status", "cancelled_at", "cancel"],
        };
        let keys: &[String] = match &self.kind {
            OrderEventKind::Updated { changed_keys, .. } => changed_keys,
            _ => &[],
        };
        fixed.iter().map(|field| (*field).to_owned()).chain(keys.iter().map(|key| format!("metadata.{key}"))).collect()
    }
}
