//! The rules of a customer. Each command looks, and then either refuses, finds nothing to do, or makes one event and applies it.

use orderbase_kernel::{Name, Timestamp, Version};

use super::{
    CreateCustomer, Customer, CustomerCreated, CustomerError, CustomerEvent, CustomerEventKind, CustomerStatus,
    UpdateCustomer,
};

/// The outcome of a command: `None` is without effect.
type Decided = Result<Option<CustomerEvent>, CustomerError>;

impl Customer {
    /// Creates a customer: active, version 1, created at the time in its id.
    ///
    /// # Errors
    /// `NotV7`.
    pub fn create(command: CreateCustomer) -> Result<(Self, CustomerEvent), CustomerError> {
        let CreateCustomer { id, tenant_id, name, email, external_reference, metadata } = command;
        let created_at = id.timestamp().ok_or(CustomerError::NotV7)?;
        let created = CustomerCreated { id, tenant_id, name, email, external_reference, metadata };
        let customer = Self::begun(&created, created_at);
        let kind = CustomerEventKind::Created(Box::new(created));
        Ok((customer, CustomerEvent { sequence: Version::FIRST, occurred_at: created_at, kind }))
    }

    /// Edits any of the fields together; without effect when all stay as they are.
    ///
    /// # Errors
    /// `Anonymised`, `Metadata`.
    pub fn update(&mut self, update: UpdateCustomer, at: Timestamp) -> Decided {
        self.refuse_anonymised()?;
        let name = update.name.filter(|name| *name != self.name);
        let email = update.email.against(self.email.as_ref());
        let external_reference = update.external_reference.against(self.external_reference.as_ref());
        let merged = update.metadata.map(|patch| self.metadata.merge(&patch)).transpose()?;
        let metadata = merged.filter(|merged| *merged != self.metadata);
        if name.is_none() && email.is_keep() && external_reference.is_keep() && metadata.is_none() {
            return Ok(None);
        }
        let changed_keys = metadata.as_ref().map(|after| self.metadata.changed_keys(after)).unwrap_or_default();
        let kind = CustomerEventKind::Updated { name, email, external_reference, metadata, changed_keys };
        Ok(Some(self.happen(kind, at)))
    }

    /// No new orders from now on; those that exist live on. Without effect when inactive.
    ///
    /// # Errors
    /// `Anonymised`.
    pub fn deactivate(&mut self, at: Timestamp) -> Decided {
        self.refuse_anonymised()?;
        if self.status == CustomerStatus::Inactive {
            return Ok(None);
        }
        Ok(Some(self.happen(CustomerEventKind::Deactivated, at)))
    }

    /// Orders may be placed again. Without effect when active.
    ///
    /// # Errors
    /// `Anonymised`.
    pub fn reactivate(&mut self, at: Timestamp) -> Decided {
        self.refuse_anonymised()?;
        if self.status == CustomerStatus::Active {
            return Ok(None);
        }
        Ok(Some(self.happen(CustomerEventKind::Reactivated, at)))
    }

    /// Erases who it was, for good: name, email, reference and metadata go, and it becomes inactive. Without effect when done.
    ///
    /// # Errors
    /// None today; the type is that of the other commands.
    pub fn anonymise(&mut self, at: Timestamp) -> Decided {
        if self.anonymised_at.is_some() {
            return Ok(None);
        }
        let name = Name::anonymised();
        let held = [
            ("name", self.name != name),
            ("email", self.email.is_some()),
            ("external_reference", self.external_reference.is_some()),
            ("metadata", !self.metadata.is_empty()),
            ("status", self.status == CustomerStatus::Active),
            ("anonymised_at", true),
        ];
        let changed = held.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect();
        Ok(Some(self.happen(CustomerEventKind::Anonymised { name, changed }, at)))
    }

    fn refuse_anonymised(&self) -> Result<(), CustomerError> {
        if self.anonymised_at.is_some() { Err(CustomerError::Anonymised) } else { Ok(()) }
    }

    /// A lagging clock cannot turn a history round: the event is no earlier than the one before.
    fn happen(&mut self, kind: CustomerEventKind, at: Timestamp) -> CustomerEvent {
        let event = CustomerEvent { sequence: self.version.next(), occurred_at: at.later(self.updated_at), kind };
        self.apply(&event);
        event
    }
}
