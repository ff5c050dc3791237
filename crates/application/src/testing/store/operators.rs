//! Operators out of memory.

use async_trait::async_trait;
use orderbase_kernel::{Email, Version};
use uuid::Uuid;

use super::MemoryStore;
use crate::ports::{OperatorAccount, OperatorWritten, Operators, StorageError};

#[async_trait]
impl Operators for MemoryStore {
    async fn by_email_unscoped(&self, email: &Email) -> Result<Option<OperatorAccount>, StorageError> {
        Ok(self.tables().operators.iter().find(|operator| operator.email == *email).cloned())
    }

    async fn get_unscoped(&self, id: Uuid) -> Result<Option<OperatorAccount>, StorageError> {
        Ok(self.tables().operators.iter().find(|operator| operator.id == id).cloned())
    }

    async fn all_unscoped(&self) -> Result<Vec<OperatorAccount>, StorageError> {
        let mut all = self.tables().operators.clone();
        all.sort_by(|one, other| one.email.as_str().cmp(other.email.as_str()));
        Ok(all)
    }

    async fn add_unscoped(&self, operator: &OperatorAccount, first: bool) -> Result<OperatorWritten, StorageError> {
        let mut tables = self.tables();
        if first && !tables.operators.is_empty() {
            return Ok(OperatorWritten::NotTheFirst);
        }
        if tables.operators.iter().any(|other| other.email == operator.email) {
            return Ok(OperatorWritten::EmailTaken);
        }
        tables.operators.push(operator.clone());
        Ok(OperatorWritten::Written)
    }

    async fn replace_unscoped(
        &self,
        operator: &OperatorAccount,
        read: Version,
    ) -> Result<OperatorWritten, StorageError> {
        let mut tables = self.tables();
        match tables.operators.iter_mut().find(|other| other.id == operator.id && other.version == read) {
            Some(stored) => {
                *stored = operator.clone();
                Ok(OperatorWritten::Written)
            }
            None => Ok(OperatorWritten::Stale),
        }
    }
}
