//! What happened to a customer. Folding the events of a customer gives its state.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name, Patch, TenantId, Timestamp, Version};

use crate::Metadata;

/// One event: the version after it, its time, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerEvent {
    pub sequence: Version,
    pub occurred_at: Timestamp,
    pub kind: CustomerEventKind,
}

/// Everything a customer begins with. Its creation time is the event's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCreated {
    pub id: CustomerId,
    pub tenant_id: TenantId,
    pub name: Name,
    pub email: Option<Email>,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerEventKind {
    Created(Box<CustomerCreated>),
    Updated {
        name: Option<Name>,
        email: Patch<Email>,
        external_reference: Patch<ExternalReference>,
        /// The metadata after the change, if it changed.
        metadata: Option<Metadata>,
        /// Top-level metadata keys that changed.
        changed_keys: Vec<String>,
    },
    Deactivated,
    Reactivated,
    /// Name, email, reference and metadata are gone; the names of the fields that held something stay.
    Anonymised {
        name: Name,
        changed: Vec<&'static str>,
    },
}

impl CustomerEvent {
    /// `customer.` and a past tense.
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self.kind {
            CustomerEventKind::Created(_) => "customer.created",
            CustomerEventKind::Updated { .. } => "customer.updated",
            CustomerEventKind::Deactivated => "customer.deactivated",
            CustomerEventKind::Reactivated => "customer.reactivated",
            CustomerEventKind::Anonymised { .. } => "customer.anonymised",
        }
    }

    /// Names of changed fields, and `metadata.<key>` for metadata keys; never values. Empty for a new customer, where all is new.
    #[must_use]
    pub fn changed(&self) -> Vec<String> {
        match &self.kind {
            CustomerEventKind::Created(_) => Vec::new(),
            CustomerEventKind::Updated { name, email, external_reference, metadata: _, changed_keys } => {
                let fields = [
                    ("name", name.is_some()),
                    ("email", !email.is_keep()),
                    ("external_reference", !external_reference.is_keep()),
                ];
                let fields = fields.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field.to_owned());
                fields.chain(changed_keys.iter().map(|key| format!("metadata.{key}"))).collect()
            }
            CustomerEventKind::Deactivated | CustomerEventKind::Reactivated => vec!["status".to_owned()],
            CustomerEventKind::Anonymised { changed, .. } => changed.iter().map(|field| (*field).to_owned()).collect(),
        }
    }
}
