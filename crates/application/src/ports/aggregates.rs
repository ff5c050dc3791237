//! Loads an aggregate for a command to decide on. Not for reading: that is what the query ports are for.

use async_trait::async_trait;
use orderbase_kernel::{ApiKeyId, CustomerId, OrderId, UserId};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{ApiKey, User};

use super::StorageError;
use crate::ctx::Scope;

/// Aggregates at their present version.
#[async_trait]
pub trait Aggregates: Send + Sync {
    /// # Errors
    /// [`StorageError::Corrupt`] if the stored rows break an invariant.
    async fn order(&self, scope: Scope, id: OrderId) -> Result<Option<Order>, StorageError>;

    /// # Errors
    /// As [`Aggregates::order`].
    async fn customer(&self, scope: Scope, id: CustomerId) -> Result<Option<Customer>, StorageError>;

    /// # Errors
    /// As [`Aggregates::order`].
    async fn api_key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<ApiKey>, StorageError>;

    /// # Errors
    /// As [`Aggregates::order`].
    async fn user(&self, scope: Scope, id: UserId) -> Result<Option<User>, StorageError>;
}
