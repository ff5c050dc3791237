//! Operators of the platform. They stand outside all tenants, in a table of their own.

use async_trait::async_trait;
use orderbase_kernel::{Email, Timestamp, Version};
use uuid::Uuid;

use super::StorageError;
use crate::changeset::PasswordHash;

/// Somebody who runs the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorAccount {
    pub id: Uuid,
    pub email: Email,
    pub phc: PasswordHash,
    /// Raised whenever every token of the operator has to die.
    pub epoch: u32,
    pub disabled_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub version: Version,
}

/// What became of an operator that was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorWritten {
    Written,
    /// Another version stands.
    Stale,
    EmailTaken,
    /// One exists already, and only a first was to be made.
    NotTheFirst,
}

/// Operators.
#[async_trait]
pub trait Operators: Send + Sync {
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn by_email_unscoped(&self, email: &Email) -> Result<Option<OperatorAccount>, StorageError>;

    /// At most 5 s old.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn get_unscoped(&self, id: Uuid) -> Result<Option<OperatorAccount>, StorageError>;

    /// All operators by e-mail; there are few.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn all_unscoped(&self) -> Result<Vec<OperatorAccount>, StorageError>;

    /// Adds an operator; with `first` only if there is none, decided under lock.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn add_unscoped(&self, operator: &OperatorAccount, first: bool) -> Result<OperatorWritten, StorageError>;

    /// Replaces an operator that was read at the version before.
    ///
    /// # Errors
    /// [`StorageError`] if the storage gave no answer.
    async fn replace_unscoped(
        &self,
        operator: &OperatorAccount,
        read: Version,
    ) -> Result<OperatorWritten, StorageError>;
}
