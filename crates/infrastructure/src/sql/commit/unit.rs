//! A changeset on its way into the database.

use orderbase_application::Scope;
use orderbase_application::changeset::{Aggregate, Change, Changeset};
use orderbase_application::ports::StorageError;
use orderbase_kernel::{Envelope, TenantId};
use uuid::Uuid;

/// A changeset whose new rows are all of its scope's tenant. What exists elsewhere is not found when it is to be changed.
pub(in crate::sql) struct Unit {
    pub tenant_id: Uuid,
    pub changeset: Changeset,
    pub keep_secs: u64,
}

/// A changeset would add something to another tenant. A fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the changeset adds a {kind} of another tenant")]
struct ForeignTenant {
    kind: &'static str,
}

impl Unit {
    pub fn new(scope: Scope, changeset: Changeset, keep_secs: u64) -> Result<Self, StorageError> {
        let mut inserts = changeset.changes.iter().filter(|change| change.read().is_none());
        let foreign = inserts.find(|change| !is_of(change, scope.tenant_id));
        if let Some(change) = foreign {
            let kind = change.aggregate().reference().kind.as_str();
            return Err(StorageError::Failed(ForeignTenant { kind }.into()));
        }
        Ok(Self { tenant_id: scope.tenant_id.uuid(), changeset, keep_secs })
    }

    /// The aggregates that are new.
    pub fn inserted(&self) -> impl Iterator<Item = &Aggregate> {
        self.changeset.changes.iter().filter(|change| change.read().is_none()).map(Change::aggregate)
    }

    pub fn events(&self) -> impl Iterator<Item = &Envelope> {
        self.changeset.changes.iter().flat_map(Change::events)
    }
}

fn is_of(change: &Change, tenant_id: TenantId) -> bool {
    let owner = match change.aggregate() {
        Aggregate::Order(order) => order.tenant_id(),
        Aggregate::Customer(customer) => customer.tenant_id(),
        Aggregate::Tenant(tenant) => tenant.id(),
        Aggregate::ApiKey(key) => key.tenant_id(),
    };
    owner == tenant_id && change.events().iter().all(|event| event.tenant_id == tenant_id)
}
