//! A customer as it is stored, and the checks that a stored customer meets before it is one again.

use orderbase_kernel::{
    AggregateType, Corrupt, CustomerId, Email, ExternalReference, Name, TenantId, Timestamp, Version,
};

use super::{Customer, CustomerStatus};
use crate::Metadata;

/// Every field of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerParts {
    pub id: CustomerId,
    pub tenant_id: TenantId,
    pub name: Name,
    pub email: Option<Email>,
    pub external_reference: Option<ExternalReference>,
    pub status: CustomerStatus,
    pub metadata: Metadata,
    pub anonymised_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl Customer {
    /// Makes a customer of stored parts.
    ///
    /// # Errors
    /// [`Corrupt`] with the first rule they break.
    pub fn rehydrate(parts: CustomerParts) -> Result<Self, Corrupt> {
        let id = parts.id.uuid();
        let check = |holds, rule| Corrupt::unless(holds, AggregateType::Customer, id, rule);
        check(parts.id.timestamp() == Some(parts.created_at), "created_at is the time in the id")?;
        check(parts.created_at <= parts.updated_at, "updated_at is not before created_at")?;
        check(
            erased_if_anonymised(&parts),
            "an anonymised customer has no email, reference or metadata and is inactive",
        )?;
        // Nothing happens after anonymise, so its time is that of the last event.
        check(parts.anonymised_at.is_none_or(|at| at == parts.updated_at), "anonymise is the last event")?;
        check(parts.anonymised_at.is_none() || parts.version > Version::FIRST, "anonymise is not the first event")?;
        let CustomerParts {
            id,
            tenant_id,
            name,
            email,
            external_reference,
            status,
            metadata,
            anonymised_at,
            created_at,
            updated_at,
            version,
        } = parts;
        Ok(Self {
            id,
            tenant_id,
            name,
            email,
            external_reference,
            status,
            metadata,
            anonymised_at,
            created_at,
            updated_at,
            version,
        })
    }

    /// The parts that [`Self::rehydrate`] takes.
    #[must_use]
    pub fn to_parts(&self) -> CustomerParts {
        CustomerParts {
            id: self.id,
            tenant_id: self.tenant_id,
            name: self.name.clone(),
            email: self.email.clone(),
            external_reference: self.external_reference.clone(),
            status: self.status,
            metadata: self.metadata.clone(),
            anonymised_at: self.anonymised_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

fn erased_if_anonymised(parts: &CustomerParts) -> bool {
    parts.anonymised_at.is_none()
        || (parts.email.is_none()
            && parts.external_reference.is_none()
            && parts.metadata.is_empty()
            && parts.status == CustomerStatus::Inactive)
}
