//! A changeset on its way into the database.

use std::sync::Arc;

use orderbase_application::Scope;
use orderbase_application::changeset::{Aggregate, Change, Changeset, Claim, Record};
use orderbase_application::ports::StorageError;
use orderbase_kernel::{Envelope, TenantId};
use sea_orm::DbErr;
use uuid::Uuid;

use super::packed;
use crate::security::{Envelopes, Place};

/// A changeset whose new rows are all of its scope's tenant. What exists elsewhere is not found when it is to be changed.
pub(in crate::sql) struct Unit {
    pub tenant_id: Uuid,
    pub changeset: Changeset,
    pub keep_secs: u64,
    /// The body of the kept answer, enveloped, where it shows a credential.
    pub sealed_body: Option<Vec<u8>>,
    envelopes: Option<Arc<Envelopes>>,
}

/// An answer that shows a credential would be kept, and nothing was given to envelope it with. A fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("there is nothing to envelope a kept answer with")]
struct Unsealed;

/// A changeset would add something to another tenant. A fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the changeset adds a {kind} of another tenant")]
struct ForeignTenant {
    kind: &'static str,
}

impl Unit {
    pub fn new(
        scope: Scope,
        changeset: Changeset,
        keep_secs: u64,
        envelopes: Option<Arc<Envelopes>>,
    ) -> Result<Self, StorageError> {
        let mut inserts = changeset.changes.iter().filter(|change| change.read().is_none());
        let foreign = inserts.find(|change| !is_of(change, scope.tenant_id));
        if let Some(change) = foreign {
            let kind = change.aggregate().reference().kind.as_str();
            return Err(StorageError::Failed(ForeignTenant { kind }.into()));
        }
        if !changeset.records.iter().all(|record| is_record_of(record, scope.tenant_id)) {
            return Err(StorageError::Failed(ForeignTenant { kind: "record" }.into()));
        }
        if changeset.audit.iter().any(|entry| entry.tenant_id != scope.tenant_id) {
            return Err(StorageError::Failed(ForeignTenant { kind: "row of the audit log" }.into()));
        }
        let secret = changeset.claim.as_ref().filter(|claim| claim.answer.holds_credential);
        let sealed_body = match (secret, &envelopes) {
            (None, _) => None,
            (Some(_), None) => return Err(StorageError::Failed(Unsealed.into())),
            (Some(claim), Some(envelopes)) => Some(sealed(scope.tenant_id, claim, envelopes)?),
        };
        Ok(Self { tenant_id: scope.tenant_id.uuid(), changeset, keep_secs, sealed_body, envelopes })
    }

    /// The body of an answer that was kept enveloped.
    pub fn opened(&self, claim: &Claim, sealed: &[u8]) -> Result<Vec<u8>, DbErr> {
        let envelopes = self.envelopes.as_ref().ok_or_else(|| DbErr::Custom(Unsealed.to_string()))?;
        let row = row(claim);
        let opened = envelopes.open(place(TenantId::from_uuid(self.tenant_id), &row), sealed);
        match opened {
            Ok(body) => Ok(body.expose().clone()),
            Err(fault) => {
                tracing::error!(%fault, "a kept answer does not open");
                Err(DbErr::Custom(fault.to_string()))
            }
        }
    }

    /// The aggregates that are new.
    pub fn inserted(&self) -> impl Iterator<Item = &Aggregate> {
        self.changeset.changes.iter().filter(|change| change.read().is_none()).map(Change::aggregate)
    }

    /// Whether there is nothing beside changes and their events.
    pub fn is_bare(&self) -> bool {
        self.changeset.records.is_empty() && self.changeset.audit.is_empty()
    }

    pub fn events(&self) -> impl Iterator<Item = &Envelope> {
        self.changeset.changes.iter().flat_map(Change::events)
    }
}

fn sealed(tenant_id: TenantId, claim: &Claim, envelopes: &Envelopes) -> Result<Vec<u8>, StorageError> {
    let body = packed::pack(&claim.answer.body);
    envelopes.seal(place(tenant_id, &row(claim)), &body).map_err(|fault| StorageError::Failed(fault.into()))
}

/// What tells the claim from others of the tenant.
fn row(claim: &Claim) -> String {
    format!("{}|{}", claim.principal_id, claim.key.as_str())
}

fn place(tenant_id: TenantId, row: &str) -> Place<'_> {
    Place { table: "idempotency_keys", column: "body", tenant_id: Some(tenant_id), row }
}

fn is_record_of(record: &Record, tenant_id: TenantId) -> bool {
    match record {
        // One that changes is not found in another tenant.
        Record::Session { session, read } => read.is_some() || session.tenant_id() == tenant_id,
        Record::Ticket(ticket) => ticket.tenant_id == tenant_id,
        Record::EndSessions { .. }
        | Record::Credential { .. }
        | Record::UseTicket { .. }
        | Record::VoidTickets { .. }
        | Record::KeyHash { .. } => true,
    }
}

fn is_of(change: &Change, tenant_id: TenantId) -> bool {
    let owner = match change.aggregate() {
        Aggregate::Order(order) => order.tenant_id(),
        Aggregate::Customer(customer) => customer.tenant_id(),
        Aggregate::Tenant(tenant) => tenant.id(),
        Aggregate::ApiKey(key) => key.tenant_id(),
        Aggregate::User(user) => user.tenant_id(),
    };
    owner == tenant_id && change.events().iter().all(|event| event.tenant_id == tenant_id)
}
