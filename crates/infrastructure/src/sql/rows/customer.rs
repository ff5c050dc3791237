//! Customers as rows.

use orderbase_application::ports::StorageError;
use orderbase_application::views::CustomerView;
use orderbase_kernel::{AggregateType, Corrupt, CustomerId, Email, ExternalReference, Name, TenantId};
use orderbase_orders::{Customer, CustomerParts, CustomerStatus};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{Cells, Stored};
use crate::sql::entity::customers::Column;

/// In the order of [`CustomerRow::read`].
pub(in crate::sql) const COLUMNS: [Column; 10] = [
    Column::Id,
    Column::Name,
    Column::Email,
    Column::ExternalReference,
    Column::Status,
    Column::Metadata,
    Column::AnonymisedAt,
    Column::CreatedAt,
    Column::UpdatedAt,
    Column::Version,
];

pub(in crate::sql) struct CustomerRow {
    id: Uuid,
    name: String,
    email: Option<String>,
    external_reference: Option<String>,
    status: String,
    metadata: String,
    anonymised_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
    version: i64,
}

impl CustomerRow {
    pub fn read(row: &QueryResult) -> Result<Self, StorageError> {
        let mut cells = Cells::of(row);
        Ok(Self {
            id: cells.take()?,
            name: cells.take()?,
            email: cells.take()?,
            external_reference: cells.take()?,
            status: cells.take()?,
            metadata: cells.take()?,
            anonymised_at: cells.take()?,
            created_at: cells.take()?,
            updated_at: cells.take()?,
            version: cells.take()?,
        })
    }
}

impl TryFrom<CustomerRow> for CustomerView {
    type Error = Corrupt;

    fn try_from(row: CustomerRow) -> Result<Self, Corrupt> {
        let stored = Stored { kind: AggregateType::Customer, id: row.id };
        Ok(Self {
            id: CustomerId::from_uuid(row.id),
            name: stored.value(Name::parse(&row.name), "the name has 1 to 200 characters")?,
            email: stored.optional(row.email.as_deref(), Email::parse, "the email is an address")?,
            external_reference: stored.optional(
                row.external_reference.as_deref(),
                ExternalReference::parse,
                "the external reference is printable ASCII",
            )?,
            status: stored.value(CustomerStatus::parse(&row.status), "the status is one of the list")?,
            metadata: row.metadata,
            anonymised_at: stored.instant_if(row.anonymised_at)?,
            created_at: stored.instant(row.created_at)?,
            updated_at: stored.instant(row.updated_at)?,
            version: stored.version(row.version)?,
        })
    }
}

/// The aggregate behind a view: every invariant is checked anew.
pub(in crate::sql) fn customer(tenant_id: TenantId, view: CustomerView) -> Result<Customer, Corrupt> {
    let stored = Stored { kind: AggregateType::Customer, id: view.id.uuid() };
    let CustomerView {
        id,
        name,
        email,
        external_reference,
        status,
        metadata,
        anonymised_at,
        created_at,
        updated_at,
        version,
    } = view;
    let metadata = stored.metadata(&metadata)?;
    Customer::rehydrate(CustomerParts {
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
