//! Histories out of memory.

use async_trait::async_trait;
use orderbase_kernel::{AggregateRef, Envelope, PageLimit, Version};

use super::MemoryStore;
use crate::ctx::Scope;
use crate::ports::{EventQueries, StorageError};
use crate::views::Page;

#[async_trait]
impl EventQueries for MemoryStore {
    async fn page(
        &self,
        scope: Scope,
        of: AggregateRef,
        after: Option<Version>,
        limit: PageLimit,
    ) -> Result<Page<Envelope>, StorageError> {
        let tables = self.tables();
        let behind = after.map_or(0, Version::get);
        let mut rows = tables.events.get(&(scope.tenant_id, of)).into_iter().flatten();
        let mut rest = rows.by_ref().filter(|event| event.sequence.get() > behind);
        let page: Vec<_> = rest.by_ref().take(usize::from(limit.get())).cloned().collect();
        Ok(Page { rows: page, has_more: rest.next().is_some() })
    }

    async fn get(&self, scope: Scope, of: AggregateRef, sequence: Version) -> Result<Option<Envelope>, StorageError> {
        let tables = self.tables();
        let mut history = tables.events.get(&(scope.tenant_id, of)).into_iter().flatten();
        Ok(history.find(|event| event.sequence == sequence).cloned())
    }
}
