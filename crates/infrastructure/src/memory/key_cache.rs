//! The credential cache (reliability.md §6): spares the database a look-up per request. It never answers with anything older
//! than its life, and never keeps the result of a look-up that began before the key or its tenant was forgotten.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use orderbase_application::ports::{KeyDirectory, KeyHolder, StorageError};
use orderbase_kernel::TenantId;
use orderbase_tenancy::KeyHash;

use super::freshness::Freshness;
use super::remembered::{FOUND_LIFE, Forgotten, Remembered};

/// A [`KeyDirectory`] that remembers what another one answered: 5 s when found, 2 s when not, errors never. Callers who ask for
/// one key at one time share one look-up.
pub struct KeyCache {
    behind: Arc<dyn KeyDirectory>,
    entries: Remembered<KeyHash, KeyHolder>,
    keys: Forgotten<KeyHash>,
    tenants: Forgotten<TenantId>,
}

impl KeyCache {
    #[must_use]
    pub fn new(behind: Arc<dyn KeyDirectory>) -> Self {
        Self::living_for(behind, FOUND_LIFE)
    }

    /// With a shorter life of what was found; longer than 5 s it never is.
    #[must_use]
    pub fn living_for(behind: Arc<dyn KeyDirectory>, found_life: Duration) -> Self {
        let entries = Remembered::living_for(found_life);
        Self { behind, entries, keys: Forgotten::default(), tenants: Forgotten::default() }
    }

    /// Among other instances, whose hints arrive or not.
    #[must_use]
    pub fn kept_fresh_by(self, freshness: Arc<Freshness>) -> Self {
        Self { entries: self.entries.kept_fresh_by(freshness), ..self }
    }
}

#[async_trait]
impl KeyDirectory for KeyCache {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let forgotten = |found: Option<&KeyHolder>| {
            let tenant = found.and_then(|holder| self.tenants.when(&holder.tenant.id()));
            self.keys.when(hash).max(tenant)
        };
        self.entries.get(hash, || self.behind.holder_unscoped(hash), forgotten).await
    }

    async fn forget(&self, hash: &KeyHash) {
        self.keys.note(*hash);
        self.behind.forget(hash).await;
    }

    async fn forget_tenant(&self, id: TenantId) {
        self.tenants.note(id);
        self.behind.forget_tenant(id).await;
    }
}

#[cfg(test)]
mod tests;
