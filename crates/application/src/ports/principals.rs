//! Whom an access token stands for: asked on the path of every request, so an adapter keeps what it found for a short while.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::{ApiKeyId, SessionId};

use super::{KeyHolder, SessionHolder, StorageError};
use crate::ctx::Scope;

/// Sessions and keys by their ids, at most 5 s old when found, 2 s when not.
#[async_trait]
pub trait Principals: Send + Sync {
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn session(&self, scope: Scope, id: SessionId) -> Result<Option<Arc<SessionHolder>>, StorageError>;

    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<KeyHolder>, StorageError>;

    /// Forgets all that is cached of the tenant: its people, keys and itself. Called after a commit that changed one of them.
    async fn forget(&self, scope: Scope);
}
