//! The rules of an order. Each command looks, and then either refuses, finds nothing to do, or makes one event and applies it.

use orderbase_kernel::{Timestamp, Version};

use super::{
    Order, OrderError, OrderEvent, OrderEventKind, OrderPlaced, OrderPolicy, OrderPowers, PlaceOrder, UpdateOrder,
};
use crate::{Cancel, Items, Metadata, NewItem, Note, OrderStatus, Transition};

/// After this many events an order admits transitions only.
pub const EVENTS_MAX: u64 = 1_000;

/// The outcome of a command: `None` is without effect.
type Decided = Result<Option<OrderEvent>, OrderError>;

impl Order {
    /// Places an order: pending, version 1, created at the time in its id.
    ///
    /// # Errors
    /// `NotV7`, `CurrencyNotAllowed`, and those of [`Items::try_new`].
    pub fn place(command: PlaceOrder, policy: &OrderPolicy) -> Result<(Self, OrderEvent), OrderError> {
        let PlaceOrder {
            id,
            tenant_id,
            number,
            customer_id,
            currency,
            items,
            external_reference,
            metadata,
            business_date,
        } = command;
        let created_at = id.timestamp().ok_or(OrderError::NotV7)?;
        if !policy.allowed_currencies.contains(&currency) {
            return Err(OrderError::CurrencyNotAllowed { currency });
        }
        let items = Items::try_new(items, currency, policy.items_max)?;
        let placed = OrderPlaced {
            id,
            tenant_id,
            number,
            customer_id,
            currency,
            items,
            external_reference,
            metadata,
            business_date,
        };
        let order = Self::begun(&placed, created_at);
        let kind = OrderEventKind::Placed(Box::new(placed));
        Ok((order, OrderEvent { sequence: Version::FIRST, occurred_at: created_at, kind }))
    }

    /// pending → confirmed; without effect when confirmed.
    ///
    /// # Errors
    /// `InvalidTransition` from any other state.
    pub fn confirm(&mut self, at: Timestamp) -> Decided {
        self.step(Transition::Confirm, OrderEventKind::Confirmed, at)
    }

    /// confirmed → processing; without effect when processing.
    ///
    /// # Errors
    /// `InvalidTransition` from any other state.
    pub fn process(&mut self, at: Timestamp) -> Decided {
        self.step(Transition::Process, OrderEventKind::ProcessingStarted, at)
    }

    /// processing → completed; without effect when completed.
    ///
    /// # Errors
    /// `InvalidTransition` from any other state.
    pub fn complete(&mut self, at: Timestamp) -> Decided {
        self.step(Transition::Complete, OrderEventKind::Completed, at)
    }

    /// pending, confirmed, processing → cancelled; without effect when cancelled, whatever the reason.
    ///
    /// # Errors
    /// `InvalidTransition` when completed. While processing: `CancelProcessingDenied` without the power, then
    /// `CancelNoteRequired` without the note.
    pub fn cancel(&mut self, why: Cancel, by: OrderPowers, at: Timestamp) -> Decided {
        if self.status == OrderStatus::Processing {
            if !by.cancel_processing {
                return Err(OrderError::CancelProcessingDenied);
            }
            if why.note.is_none() {
                return Err(OrderError::CancelNoteRequired);
            }
        }
        self.step(Transition::Cancel, OrderEventKind::Cancelled(why), at)
    }

    /// Replaces all lines while pending; without effect when content and order are the same, whatever the ids.
    ///
    /// # Errors
    /// `NotEditable` once it is no longer pending, `EventLimit`, and those of [`Items::try_new`].
    pub fn replace_items(&mut self, items: Vec<NewItem>, policy: &OrderPolicy, at: Timestamp) -> Decided {
        if self.status != OrderStatus::Pending {
            return Err(OrderError::NotEditable { from: self.status });
        }
        if self.items.say_the_same(&items) {
            return Ok(None);
        }
        let items = Items::try_new(items, self.currency, policy.items_max)?;
        self.room_for_one_more()?;
        let total_changed = items.total() != self.items.total();
        Ok(Some(self.happen(OrderEventKind::ItemsReplaced { items, total_changed }, at)))
    }

    /// Edits reference and metadata together; without effect when both stay as they are.
    ///
    /// # Errors
    /// `NotEditable` for another reference once one is set on a completed or cancelled order, `Metadata`, `EventLimit`.
    pub fn update(&mut self, update: UpdateOrder, at: Timestamp) -> Decided {
        let external_reference = update.external_reference.against(self.external_reference.as_ref());
        if !external_reference.is_keep() && self.status.is_terminal() && self.external_reference.is_some() {
            return Err(OrderError::NotEditable { from: self.status });
        }
        let merged = update.metadata.map(|patch| self.metadata.merge(&patch)).transpose()?;
        let metadata: Option<Metadata> = merged.filter(|merged| *merged != self.metadata);
        if external_reference.is_keep() && metadata.is_none() {
            return Ok(None);
        }
        self.room_for_one_more()?;
        let changed_keys = metadata.as_ref().map(|after| self.metadata.changed_keys(after)).unwrap_or_default();
        Ok(Some(self.happen(OrderEventKind::Updated { external_reference, metadata, changed_keys }, at)))
    }

    /// Adds a note in any state. It always has an effect: two equal notes are two notes.
    ///
    /// # Errors
    /// `EventLimit`.
    pub fn add_note(&mut self, note: Note, at: Timestamp) -> Decided {
        self.room_for_one_more()?;
        Ok(Some(self.happen(OrderEventKind::NoteAdded { note }, at)))
    }

    fn step(&mut self, attempted: Transition, kind: OrderEventKind, at: Timestamp) -> Decided {
        if self.status == attempted.target() {
            return Ok(None);
        }
        let allowed = self.allowed_transitions();
        if !allowed.contains(&attempted) {
            return Err(OrderError::InvalidTransition { from: self.status, attempted, allowed });
        }
        Ok(Some(self.happen(kind, at)))
    }

    fn room_for_one_more(&self) -> Result<(), OrderError> {
        if self.version.get() >= EVENTS_MAX { Err(OrderError::EventLimit) } else { Ok(()) }
    }

    /// A lagging clock cannot turn a history round: the event is no earlier than the one before.
    fn happen(&mut self, kind: OrderEventKind, at: Timestamp) -> OrderEvent {
        let event = OrderEvent { sequence: self.version.next(), occurred_at: at.later(self.updated_at), kind };
        self.apply(&event);
        event
    }
}
