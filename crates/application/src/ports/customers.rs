//! Reads of customers.

use async_trait::async_trait;
use orderbase_kernel::{CustomerId, ExternalReference, OrderId};

use super::StorageError;
use crate::ctx::Scope;
use crate::views::{CustomerFilter, CustomerQuery, CustomerView, Page};

/// Customers as they are read.
#[async_trait]
pub trait CustomerQueries: Send + Sync {
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn get(&self, scope: Scope, id: CustomerId) -> Result<Option<CustomerView>, StorageError>;

    /// The customer of an order; `None` if there is no such order.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn of_order(&self, scope: Scope, id: OrderId) -> Result<Option<CustomerView>, StorageError>;

    /// Those of the ids that exist, in any order; at most 100 ids.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn some(&self, scope: Scope, ids: &[CustomerId]) -> Result<Vec<CustomerView>, StorageError>;

    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn page(&self, scope: Scope, query: &CustomerQuery) -> Result<Page<CustomerView>, StorageError>;

    /// How many customers match, counting no further than `up_to`.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn count(&self, scope: Scope, filter: &CustomerFilter, up_to: u64) -> Result<u64, StorageError>;

    /// Which of the references exist, with the customer each names. At most 100 references.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn with_references(
        &self,
        scope: Scope,
        references: &[ExternalReference],
    ) -> Result<Vec<(ExternalReference, CustomerId)>, StorageError>;
}
