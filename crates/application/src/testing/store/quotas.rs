//! What is used of a plan, counted in memory.

use async_trait::async_trait;
use orderbase_kernel::Period;

use super::MemoryStore;
use super::commit::counted;
use crate::changeset::Quota;
use crate::ctx::Scope;
use crate::ports::{QuotaQueries, QuotasUsed, StorageError};

#[async_trait]
impl QuotaQueries for MemoryStore {
    async fn used(&self, scope: Scope, month: Period) -> Result<QuotasUsed, StorageError> {
        let (tables, now) = (self.tables(), self.clock.now());
        let counter = tables.counters.get(&scope.tenant_id);
        let orders = counter.filter(|counter| counter.period.is_some_and(|period| period >= month));
        let of = |quota| counted(&tables, scope.tenant_id, quota, now);
        Ok(QuotasUsed {
            orders: orders.map_or(0, |counter| counter.used),
            customers: of(Quota::Customers),
            api_keys: of(Quota::ApiKeys),
            users: of(Quota::Users),
        })
    }
}
