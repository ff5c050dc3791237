//! Reads of users.

use async_trait::async_trait;
use orderbase_tenancy::User;

use super::StorageError;
use crate::ctx::Scope;
use crate::views::{Page, UserQuery};

/// Users as they are read. One of them alone is loaded as an aggregate: it has nothing that a reader may not see.
#[async_trait]
pub trait UserQueries: Send + Sync {
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn page(&self, scope: Scope, query: &UserQuery) -> Result<Page<User>, StorageError>;
}
