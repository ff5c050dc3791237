//! Reads of orders.

use async_trait::async_trait;
use orderbase_kernel::{ExternalReference, OrderId};

use super::StorageError;
use crate::ctx::Scope;
use crate::views::{OrderFilter, OrderPage, OrderQuery, OrderView};

/// Orders as they are read; each method is one statement, items included.
#[async_trait]
pub trait OrderQueries: Send + Sync {
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn get(&self, scope: Scope, id: OrderId) -> Result<Option<OrderView>, StorageError>;

    /// At most `query.limit` orders behind `query.after`, and fewer where the next would bring the page past
    /// [`crate::views::PAGE_ITEMS_MAX`] items; never none while there are any.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn page(&self, scope: Scope, query: &OrderQuery) -> Result<OrderPage, StorageError>;

    /// How many orders match, counting no further than `up_to`.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn count(&self, scope: Scope, filter: &OrderFilter, up_to: u64) -> Result<u64, StorageError>;

    /// Which of the references exist, with the order each names. At most 100 references.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, OrderId)>, StorageError>;
}
