//! A customer as it is read.

use orderbase_kernel::{CustomerId, Email, ExternalReference, Name, PageLimit, Timestamp, Version};
use orderbase_orders::{Customer, CustomerStatus};

use super::page::{CreatedSort, Span};

/// A customer. `metadata` is canonical JSON text, for it is only passed on.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerView {
    pub id: CustomerId,
    pub name: Name,
    pub email: Option<Email>,
    pub external_reference: Option<ExternalReference>,
    pub status: CustomerStatus,
    pub metadata: String,
    pub anonymised_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: Version,
}

impl From<&Customer> for CustomerView {
    fn from(customer: &Customer) -> Self {
        Self {
            id: customer.id(),
            name: customer.name().clone(),
            email: customer.email().cloned(),
            external_reference: customer.external_reference().cloned(),
            status: customer.status(),
            metadata: customer.metadata().canonical(),
            anonymised_at: customer.anonymised_at(),
            created_at: customer.created_at(),
            updated_at: customer.updated_at(),
            version: customer.version(),
        }
    }
}

/// Which customers are wanted; parts are joined by "and".
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CustomerFilter {
    pub status: Option<CustomerStatus>,
    pub email: Option<Email>,
    pub external_reference: Option<ExternalReference>,
    pub created: Span<Timestamp>,
}

/// The last row of the page before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerPosition {
    pub id: CustomerId,
}

/// One page is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerQuery {
    pub filter: CustomerFilter,
    pub sort: CreatedSort,
    pub after: Option<CustomerPosition>,
    pub limit: PageLimit,
}
