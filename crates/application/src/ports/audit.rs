//! The audit log: events of the tenant and what is no event, read as one list.

use async_trait::async_trait;
use uuid::Uuid;

use super::StorageError;
use crate::changeset::AuditEntry;
use crate::ctx::Scope;
use crate::views::{AuditQuery, Page};

/// The audit log as it is read.
#[async_trait]
pub trait AuditQueries: Send + Sync {
    /// Newest first.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn page(&self, scope: Scope, query: &AuditQuery) -> Result<Page<AuditEntry>, StorageError>;

    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn get(&self, scope: Scope, id: Uuid) -> Result<Option<AuditEntry>, StorageError>;
}

/// Notes what changes nothing: failed sign-ins, refusals.
pub trait AuditNotes: Send + Sync {
    /// Hands the entry to a buffer of 1 000 that is written soon, at most 10 rows a minute per actor or network; the rest is
    /// counted in one row. Never waits.
    fn note(&self, entry: AuditEntry);
}
