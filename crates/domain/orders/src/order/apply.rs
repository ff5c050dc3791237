//! The one place where fields of an order are set. Nothing is decided here: an event has happened.

use orderbase_kernel::{AggregateType, Corrupt, Timestamp, Version};

use super::{Order, OrderEvent, OrderEventKind, OrderPlaced};
use crate::OrderStatus;

impl Order {
    /// The state that the events of one order lead to.
    ///
    /// # Errors
    /// [`Corrupt`] if the first is no `order.created`, if a later one is, if a sequence is missing, or if time runs backwards.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a OrderEvent>) -> Result<Self, Corrupt> {
        let mut events = events.into_iter();
        let broken = |id, rule| Corrupt { aggregate: AggregateType::Order, id, rule };
        let mut order = match events.next() {
            Some(OrderEvent { sequence: Version::FIRST, occurred_at, kind: OrderEventKind::Placed(placed) }) => {
                Self::begun(placed, *occurred_at)
            }
            _ => return Err(broken(orderbase_kernel::Uuid::nil(), "the first event is order.created")),
        };
        for event in events {
            let id = order.id.uuid();
            if event.sequence != order.version.next() || matches!(event.kind, OrderEventKind::Placed(_)) {
                return Err(broken(id, "sequences are gapless and an order begins once"));
            }
            if event.occurred_at < order.updated_at {
                return Err(broken(id, "the times of events never fall"));
            }
            order.apply(event);
        }
        Ok(order)
    }

    pub(super) fn begun(placed: &OrderPlaced, at: Timestamp) -> Self {
        Self {
            id: placed.id,
            tenant_id: placed.tenant_id,
            number: placed.number,
            customer_id: placed.customer_id,
            status: OrderStatus::Pending,
            currency: placed.currency,
            items: placed.items.clone(),
            external_reference: placed.external_reference.clone(),
            metadata: placed.metadata.clone(),
            cancel: None,
            confirmed_at: None,
            processing_at: None,
            completed_at: None,
            cancelled_at: None,
            business_date: placed.business_date,
            created_at: at,
            updated_at: at,
            version: Version::FIRST,
        }
    }

    pub(super) fn apply(&mut self, event: &OrderEvent) {
        let at = event.occurred_at;
        match &event.kind {
            OrderEventKind::Placed(placed) => *self = Self::begun(placed, at),
            OrderEventKind::ItemsReplaced { items, .. } => self.items = items.clone(),
            OrderEventKind::Updated { external_reference, metadata, .. } => {
                external_reference.apply_to(&mut self.external_reference);
                if let Some(metadata) = metadata {
                    self.metadata = metadata.clone();
                }
            }
            OrderEventKind::NoteAdded { .. } => {}
            OrderEventKind::Confirmed => {
                self.status = OrderStatus::Confirmed;
                self.confirmed_at = Some(at);
            }
            OrderEventKind::ProcessingStarted => {
                self.status = OrderStatus::Processing;
                self.processing_at = Some(at);
            }
            OrderEventKind::Completed => {
                self.status = OrderStatus::Completed;
                self.completed_at = Some(at);
            }
            OrderEventKind::Cancelled(cancel) => {
                self.status = OrderStatus::Cancelled;
                self.cancelled_at = Some(at);
                self.cancel = Some(cancel.clone());
            }
        }
        self.updated_at = at;
        self.version = event.sequence;
    }
}
