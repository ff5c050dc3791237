//! The one way to change anything.

use async_trait::async_trait;

use super::StorageError;
use crate::changeset::{Changeset, Outcome};
use crate::ctx::Scope;

/// Applies changesets.
#[async_trait]
pub trait Commits: Send + Sync {
    /// Applies all of the changeset or nothing, durably. Dropping the future does not cut it in half: it runs on by itself.
    ///
    /// A serialisation failure or deadlock is tried again inside, at most 3 times.
    ///
    /// # Errors
    /// [`StorageError::Busy`] and [`StorageError::Unavailable`]: nothing was applied. [`StorageError::OutcomeUnknown`]: it may
    /// have been; the adapter has looked once and never applies it again.
    async fn commit(&self, scope: Scope, changeset: Changeset) -> Result<Outcome, StorageError>;
}
