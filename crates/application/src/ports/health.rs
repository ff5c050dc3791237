//! Whether the storage answers.

use async_trait::async_trait;

use super::StorageError;

/// Asked by the readiness probe, over a connection of its own.
#[async_trait]
pub trait Health: Send + Sync {
    /// `SELECT 1` within 500 ms.
    ///
    /// # Errors
    /// [`StorageError`] if there was no answer in time.
    async fn ping(&self) -> Result<(), StorageError>;
}
