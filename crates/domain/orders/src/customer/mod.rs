//! The customer: what it is and how it is read. Rules in `decide`, fields set in `apply` alone. It knows nothing of orders.

mod apply;
mod command;
mod decide;
mod error;
mod event;
mod parts;

use std::fmt;

use orderbase_kernel::{CustomerId, Email, ExternalReference, Invalid, Name, TenantId, Timestamp, Version};

pub use command::{CreateCustomer, UpdateCustomer};
pub use error::CustomerError;
pub use event::{CustomerCreated, CustomerEvent, CustomerEventKind};
pub use parts::CustomerParts;

use crate::Metadata;

/// Whether new orders may be placed for a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomerStatus {
    Active,
    Inactive,
}

impl CustomerStatus {
    pub const ALL: [Self; 2] = [Self::Active, Self::Inactive];
    pub const TEXTS: &'static [&'static str] = &["active", "inactive"];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// # Errors
    /// `not_one_of`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(Invalid::not_one_of(Self::TEXTS))
    }
}

impl fmt::Display for CustomerStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Somebody orders are placed for. Never deleted; anonymised instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    id: CustomerId,
    tenant_id: TenantId,
    name: Name,
    email: Option<Email>,
    external_reference: Option<ExternalReference>,
    status: CustomerStatus,
    metadata: Metadata,
    anonymised_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: Version,
}

impl Customer {
    #[must_use]
    pub const fn id(&self) -> CustomerId {
        self.id
    }

    #[must_use]
    pub const fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    #[must_use]
    pub const fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }

    #[must_use]
    pub const fn external_reference(&self) -> Option<&ExternalReference> {
        self.external_reference.as_ref()
    }

    #[must_use]
    pub const fn status(&self) -> CustomerStatus {
        self.status
    }

    #[must_use]
    pub const fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    #[must_use]
    pub const fn anonymised_at(&self) -> Option<Timestamp> {
        self.anonymised_at
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
}
