//! Reads of an aggregate's history.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, Envelope, PageLimit, Version};

use super::StorageError;
use crate::ctx::Scope;
use crate::views::Page;

/// Events of one aggregate, in sequence order, without gap.
#[async_trait]
pub trait EventQueries: Send + Sync {
    /// The events behind `after` (`None`: from the first); empty where there is no such aggregate.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn page(
        &self,
        scope: Scope,
        of: AggregateRef,
        after: Option<Version>,
        limit: PageLimit,
    ) -> Result<Page<Envelope>, StorageError>;

    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn get(&self, scope: Scope, of: AggregateRef, sequence: Version) -> Result<Option<Envelope>, StorageError>;
}
