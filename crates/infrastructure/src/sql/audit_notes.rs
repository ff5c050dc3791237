//! Writes noted rows of the audit log, as changesets that hold nothing else.

use async_trait::async_trait;
use orderbase_application::Scope;
use orderbase_application::changeset::{AuditEntry, Changeset, Outcome};
use orderbase_application::ports::{Commits, StorageError};

use super::commit::SqlCommits;
use crate::security::AuditWriter;

#[async_trait]
impl AuditWriter for SqlCommits {
    async fn write(&self, scope: Scope, entries: &[AuditEntry]) -> Result<(), StorageError> {
        let all = Changeset { audit: entries.to_vec(), ..Changeset::default() };
        if self.commit(scope, all).await? != Outcome::Stale {
            return Ok(());
        }
        // One of them is there already, so none was written: one by one, and those that are there stay.
        for entry in entries {
            self.commit(scope, Changeset::new().audit(entry.clone())).await?;
        }
        Ok(())
    }
}
