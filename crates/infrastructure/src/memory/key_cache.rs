//! The credential cache (reliability.md §6): spares the database a look-up per request. It never answers with anything older
//! than its life, and never keeps the result of a look-up that began before the key or its tenant was forgotten.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use moka::future::Cache;
use orderbase_application::ports::{KeyDirectory, KeyHolder, StorageError};
use orderbase_kernel::TenantId;
use orderbase_tenancy::KeyHash;
use tokio::time::Instant;

const ENTRIES_MAX: u64 = 50_000;
const FOUND_LIFE: Duration = Duration::from_secs(5);
const MISSED_LIFE: Duration = Duration::from_secs(2);
/// Longer than any look-up may take, so that none that began before outlives the memory of it.
const FORGOTTEN_LIFE: Duration = Duration::from_secs(10);

/// A [`KeyDirectory`] that remembers what another one answered: 5 s when found, 2 s when not, errors never. Callers who ask for
/// one key at one time share one look-up.
pub struct KeyCache {
    behind: Arc<dyn KeyDirectory>,
    found_life: Duration,
    entries: Cache<KeyHash, Entry>,
    forgotten: Cache<KeyHash, Instant>,
    tenants: ForgottenTenants,
}

/// When tenants were forgotten. Bounded by the tenants that are changed within the 10 s that one is remembered.
#[derive(Default)]
struct ForgottenTenants(RwLock<HashMap<TenantId, Instant>>);

impl ForgottenTenants {
    fn note(&self, id: TenantId) {
        let mut tenants = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tenants.retain(|_, forgotten| forgotten.elapsed() < FORGOTTEN_LIFE);
        tenants.insert(id, Instant::now());
    }

    fn when(&self, id: TenantId) -> Option<Instant> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }
}

#[derive(Clone)]
struct Entry {
    answer: Result<Option<KeyHolder>, Arc<StorageError>>,
    began: Instant,
}

impl KeyCache {
    #[must_use]
    pub fn new(behind: Arc<dyn KeyDirectory>) -> Self {
        Self::living_for(behind, FOUND_LIFE)
    }

    /// With a shorter life of what was found; longer than 5 s it never is.
    #[must_use]
    pub fn living_for(behind: Arc<dyn KeyDirectory>, found_life: Duration) -> Self {
        Self {
            behind,
            found_life: found_life.min(FOUND_LIFE),
            // The lives below bind; this one only gives memory back.
            entries: Cache::builder().max_capacity(ENTRIES_MAX).time_to_live(FOUND_LIFE).build(),
            forgotten: Cache::builder().max_capacity(ENTRIES_MAX).time_to_live(FORGOTTEN_LIFE).build(),
            tenants: ForgottenTenants::default(),
        }
    }

    async fn look_up(&self, hash: &KeyHash) -> Entry {
        let began = Instant::now();
        let answer = self.behind.holder_unscoped(hash).await.map_err(Arc::new);
        Entry { answer, began }
    }

    async fn shared(&self, hash: &KeyHash) -> Entry {
        let forgotten = self.forgotten.get(hash).await;
        self.entries
            .entry_by_ref(hash)
            .or_insert_with_if(self.look_up(hash), |kept| !kept.answers(self.found_life, forgotten, &self.tenants))
            .await
            .into_value()
    }
}

impl Entry {
    /// Whether it may still be given out.
    fn answers(&self, found_life: Duration, forgotten: Option<Instant>, tenants: &ForgottenTenants) -> bool {
        let life = match &self.answer {
            Ok(Some(_)) => found_life,
            Ok(None) => MISSED_LIFE.min(found_life),
            Err(_) => Duration::ZERO,
        };
        self.began.elapsed() < life && self.postdates(forgotten, tenants)
    }

    /// Whether neither the key nor its tenant was forgotten since.
    fn postdates(&self, forgotten: Option<Instant>, tenants: &ForgottenTenants) -> bool {
        let tenant = match &self.answer {
            Ok(Some(holder)) => tenants.when(holder.tenant.id()),
            Ok(None) | Err(_) => None,
        };
        [forgotten, tenant].into_iter().flatten().all(|forgotten| self.began > forgotten)
    }
}

#[async_trait]
impl KeyDirectory for KeyCache {
    async fn holder_unscoped(&self, hash: &KeyHash) -> Result<Option<KeyHolder>, StorageError> {
        let entry = self.shared(hash).await;
        // The shared look-up may have begun before the key or its tenant was forgotten and this caller came after.
        if !entry.postdates(self.forgotten.get(hash).await, &self.tenants) {
            return self.behind.holder_unscoped(hash).await;
        }
        entry.answer.map_err(shared_error)
    }

    async fn forget(&self, hash: &KeyHash) {
        self.forgotten.insert(*hash, Instant::now()).await;
        self.entries.invalidate(hash).await;
        self.behind.forget(hash).await;
    }

    async fn forget_tenant(&self, id: TenantId) {
        self.tenants.note(id);
        self.behind.forget_tenant(id).await;
    }
}

/// Each caller of a shared look-up gets the error as its own; the cause stays one.
fn shared_error(error: Arc<StorageError>) -> StorageError {
    match &*error {
        StorageError::Busy => StorageError::Busy,
        StorageError::Unavailable(_) => StorageError::Unavailable(Box::new(error)),
        StorageError::OutcomeUnknown(_) => StorageError::OutcomeUnknown(Box::new(error)),
        StorageError::Corrupt(corrupt) => StorageError::Corrupt(*corrupt),
        StorageError::Failed(_) => StorageError::Failed(Box::new(error)),
    }
}

#[cfg(test)]
mod tests;
