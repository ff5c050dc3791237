//! How much of its plan a tenant uses.

use async_trait::async_trait;
use orderbase_kernel::Period;

use super::StorageError;
use crate::ctx::Scope;

/// What is counted against a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuotasUsed {
    /// Numbers charged to the month, those included that instances have reserved and not used yet.
    pub orders: u64,
    /// All, for ever.
    pub customers: u64,
    /// Neither revoked nor expired.
    pub api_keys: u64,
    /// Not disabled, invited ones included.
    pub users: u64,
}

/// Counts what plans limit.
#[async_trait]
pub trait QuotaQueries: Send + Sync {
    /// What is used, of orders in the month; nothing of a tenant that is not there.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn used(&self, scope: Scope, month: Period) -> Result<QuotasUsed, StorageError>;
}
