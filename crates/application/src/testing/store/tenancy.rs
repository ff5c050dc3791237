//! Aggregates, tenants and keys out of memory.

use std::sync::Arc;

use async_trait::async_trait;
use orderbase_kernel::{ApiKeyId, CustomerId, OrderId, TenantId, UserId};
use orderbase_orders::{Customer, Order};
use orderbase_tenancy::{ApiKey, KeyHash, Slug, Tenant, User};

use super::MemoryStore;
use crate::ctx::Scope;
use crate::ports::{Aggregates, KeyDirectory, KeyHolder, KeyQueries, StorageError, Tenants};
use crate::views::{CreatedSort, Page, TenantQuery};

#[async_trait]
impl Aggregates for MemoryStore {
    async fn order(&self, scope: Scope, id: OrderId) -> Result<Option<Order>, StorageError> {
        Ok(self.tables().orders.get(&(scope.tenant_id, id)).cloned())
    }

    async fn customer(&self, scope: Scope, id: CustomerId) -> Result<Option<Customer>, StorageError> {
        Ok(self.tables().customers.get(&(scope.tenant_id, id)).cloned())
    }

    async fn api_key(&self, scope: Scope, id: ApiKeyId) -> Result<Option<ApiKey>, StorageError> {
        Ok(self.tables().api_keys.get(&(scope.tenant_id, id)).cloned())
    }

    async fn user(&self, scope: Scope, id: UserId) -> Result<Option<User>, StorageError> {
        Ok(self.tables().users.get(&(scope.tenant_id, id)).cloned())
    }
}

#[async_trait]
impl Tenants for MemoryStore {
    async fn by_slug_unscoped(&self, slug: &Slug) -> Result<Option<Tenant>, StorageError> {
        Ok(self.tables().tenants.values().find(|tenant| tenant.slug() == slug).cloned())
    }

    async fn get(&self, id: TenantId) -> Result<Option<Tenant>, StorageError> {
        Ok(self.tables().tenants.get(&id).cloned())
    }

    async fn page_unscoped(&self, query: &TenantQuery) -> Result<Page<Tenant>, StorageError> {
        let TenantQuery { filter, sort, limit, after } = query;
        let tables = self.tables();
        let mut rows: Vec<_> = tables.tenants.values().filter(|tenant| filter.admits(tenant)).cloned().collect();
        rows.sort_unstable_by_key(Tenant::id);
        if *sort == CreatedSort::NewestFirst {
            rows.reverse();
        }
        rows.retain(|tenant| match (after, sort) {
            (None, _) => true,
            (Some(after), CreatedSort::NewestFirst) => tenant.id() < *after,
            (Some(after), CreatedSort::OldestFirst) => tenant.id() > *after,
        });
        let has_more = rows.len() > usize::from(limit.get());
        rows.truncate(usize::from(limit.get()));
        Ok(Page { rows, has_more })
    }

    async fn all_unscoped(&self) -> Result<Vec<Tenant>, StorageError> {
        let mut tenants: Vec<_> = self.tables().tenants.values().cloned().collect();
        tenants.sort_by(|one, other| one.slug().as_str().cmp(other.slug().as_str()));
        Ok(tenants)
    }
}

#[async_trait]
impl KeyDirectory for MemoryStore {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let tables = self.tables();
        let found = tables.api_keys.iter().find(|(_, key)| key.secrets().iter().any(|secret| secret.hash == *hash));
        Ok(found.and_then(|((tenant, _), key)| {
            let tenant = tables.tenants.get(tenant)?;
            Some(KeyHolder { key: Arc::new(key.clone()), tenant: Arc::new(tenant.clone()) })
        }))
    }

    async fn forget(&self, _: &KeyHash) {}
}

#[async_trait]
impl KeyQueries for MemoryStore {
    async fn all(&self, scope: Scope) -> Result<Vec<ApiKey>, StorageError> {
        Ok(self.tables().api_keys_of(scope.tenant_id).rev().cloned().collect())
    }
}
