//! The audit log out of memory: its own rows and the tenant's events, as one list.

use async_trait::async_trait;
use orderbase_kernel::{Actor, Envelope, TenantId};
use uuid::Uuid;

use super::MemoryStore;
use super::tables::Tables;
use crate::changeset::{AuditEntry, AuditOutcome, AuditTarget};
use crate::ctx::Scope;
use crate::ports::{AuditNotes, AuditQueries, StorageError};
use crate::views::{AuditQuery, Page};

/// An event as an entry of the log.
fn entry(event: &Envelope) -> AuditEntry {
    AuditEntry {
        id: event.id.uuid(),
        tenant_id: event.tenant_id,
        occurred_at: event.occurred_at,
        actor: Some(event.actor.clone()),
        action: event.event_type.clone(),
        target: Some(AuditTarget {
            kind: event.aggregate.kind.as_str().into(),
            id: event.aggregate.id.as_hyphenated().to_string(),
        }),
        outcome: AuditOutcome::Succeeded,
        request_id: event.request_id.clone(),
        network: None,
        detail: None,
    }
}

impl Tables {
    fn audit_of(&self, tenant: TenantId) -> Vec<AuditEntry> {
        let events = self.events.iter().filter(|((of, _), _)| *of == tenant).flat_map(|(_, events)| events).map(entry);
        let rows = self.audit.iter().filter(|((of, _), _)| *of == tenant).map(|(_, entry)| entry.clone());
        let mut all: Vec<AuditEntry> = events.chain(rows).collect();
        all.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        all
    }
}

#[async_trait]
impl AuditQueries for MemoryStore {
    async fn page(&self, scope: Scope, query: &AuditQuery) -> Result<Page<AuditEntry>, StorageError> {
        let filter = &query.filter;
        let limit = usize::from(query.limit.get());
        let mut rows: Vec<AuditEntry> = self
            .tables()
            .audit_of(scope.tenant_id)
            .into_iter()
            .filter(|entry| query.after.is_none_or(|after| entry.id < after))
            .filter(|entry| {
                filter.actor.as_ref().is_none_or(|id| entry.actor.as_ref().is_some_and(|actor| actor.id() == *id))
            })
            .filter(|entry| filter.action.as_ref().is_none_or(|action| entry.action == *action))
            .filter(|entry| {
                filter.target.as_ref().is_none_or(|id| entry.target.as_ref().is_some_and(|target| target.id == *id))
            })
            .filter(|entry| filter.occurred.contains(&entry.occurred_at))
            .filter(|entry| !filter.by_operators || matches!(entry.actor, Some(Actor::Operator(_))))
            .take(limit + 1)
            .collect();
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Page { rows, has_more })
    }

    async fn get(&self, scope: Scope, id: Uuid) -> Result<Option<AuditEntry>, StorageError> {
        Ok(self.tables().audit_of(scope.tenant_id).into_iter().find(|entry| entry.id == id))
    }
}

impl AuditNotes for MemoryStore {
    fn note(&self, entry: AuditEntry) {
        self.tables().audit.insert((entry.tenant_id, entry.id), entry);
    }
}
