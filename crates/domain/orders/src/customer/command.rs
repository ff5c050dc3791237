//! What can be asked of a customer.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name, Patch, TenantId};

use crate::{Metadata, MetadataPatch};

/// A new customer. Its creation time is the one in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCustomer {
    pub id: CustomerId,
    pub tenant_id: TenantId,
    pub name: Name,
    pub email: Option<Email>,
    pub external_reference: Option<ExternalReference>,
    pub metadata: Metadata,
}

/// A change that takes effect as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateCustomer {
    pub name: Option<Name>,
    pub email: Patch<Email>,
    pub external_reference: Patch<ExternalReference>,
    pub metadata: Option<MetadataPatch>,
}
