//! The one place where fields of a customer are set. Nothing is decided here: an event has happened.

use orderbase_kernel::{AggregateType, Corrupt, Timestamp, Version};

use super::{Customer, CustomerCreated, CustomerEvent, CustomerEventKind, CustomerStatus};
use crate::Metadata;

impl Customer {
    /// The state that the events of one customer lead to.
    ///
    /// # Errors
    /// [`Corrupt`] if the first is no `customer.created`, if a later one is, if a sequence is missing, or if time runs backwards.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a CustomerEvent>) -> Result<Self, Corrupt> {
        let mut events = events.into_iter();
        let broken = |id, rule| Corrupt { aggregate: AggregateType::Customer, id, rule };
        let mut customer = match events.next() {
            Some(CustomerEvent {
                sequence: Version::FIRST,
                occurred_at,
                kind: CustomerEventKind::Created(created),
            }) => Self::begun(created, *occurred_at),
            _ => return Err(broken(orderbase_kernel::Uuid::nil(), "the first event is customer.created")),
        };
        for event in events {
            let id = customer.id.uuid();
            if event.sequence != customer.version.next() || matches!(event.kind, CustomerEventKind::Created(_)) {
                return Err(broken(id, "sequences are gapless and a customer begins once"));
            }
            if event.occurred_at < customer.updated_at {
                return Err(broken(id, "the times of events never fall"));
            }
            customer.apply(event);
        }
        Ok(customer)
    }

    pub(super) fn begun(created: &CustomerCreated, at: Timestamp) -> Self {
        Self {
            id: created.id,
            tenant_id: created.tenant_id,
            name: created.name.clone(),
            email: created.email.clone(),
            external_reference: created.external_reference.clone(),
            status: CustomerStatus::Active,
            metadata: created.metadata.clone(),
            anonymised_at: None,
            created_at: at,
            updated_at: at,
            version: Version::FIRST,
        }
    }

    pub(super) fn apply(&mut self, event: &CustomerEvent) {
        let at = event.occurred_at;
        match &event.kind {
            CustomerEventKind::Created(created) => *self = Self::begun(created, at),
            CustomerEventKind::Updated { name, email, external_reference, metadata, changed_keys: _ } => {
                if let Some(name) = name {
                    self.name = name.clone();
                }
                email.apply_to(&mut self.email);
                external_reference.apply_to(&mut self.external_reference);
                if let Some(metadata) = metadata {
                    self.metadata = metadata.clone();
                }
            }
            CustomerEventKind::Deactivated => self.status = CustomerStatus::Inactive,
            CustomerEventKind::Reactivated => self.status = CustomerStatus::Active,
            CustomerEventKind::Anonymised { name, changed: _ } => {
                self.name = name.clone();
                self.email = None;
                self.external_reference = None;
                self.metadata = Metadata::empty();
                self.status = CustomerStatus::Inactive;
                self.anonymised_at = Some(at);
            }
        }
        self.updated_at = at;
        self.version = event.sequence;
    }
}
