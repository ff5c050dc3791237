//! What a look-up answered, for a short while: the mechanics that the caches of credentials share (reliability.md §6). It never answers with
//! anything older than its life, and never keeps the result of a look-up that began before what it found was forgotten.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use moka::future::Cache;
use orderbase_application::ports::StorageError;
use tokio::time::Instant;

use super::freshness::Freshness;

const ENTRIES_MAX: u64 = 50_000;
pub(super) const FOUND_LIFE: Duration = Duration::from_secs(5);
const MISSED_LIFE: Duration = Duration::from_secs(2);
/// Longer than any look-up may take, so that none that began before outlives the memory of it.
const FORGOTTEN_LIFE: Duration = Duration::from_secs(10);

/// Answers by key: 5 s when found, 2 s when not, errors never. Callers who ask for one key at one time share one look-up.
pub(super) struct Remembered<K, V> {
    found_life: Duration,
    freshness: Arc<Freshness>,
    entries: Cache<K, Entry<V>>,
}

#[derive(Clone)]
struct Entry<V> {
    answer: Result<Option<V>, Arc<StorageError>>,
    began: Instant,
}

impl<K, V> Remembered<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// With a shorter life of what was found; longer than 5 s it never is.
    pub(super) fn living_for(found_life: Duration) -> Self {
        Self {
            found_life: found_life.min(FOUND_LIFE),
            freshness: Arc::default(),
            // The lives above bind; this one only gives memory back.
            entries: Cache::builder().max_capacity(ENTRIES_MAX).time_to_live(FOUND_LIFE).build(),
        }
    }

    /// With others who may change what it remembers.
    pub(super) fn kept_fresh_by(self, freshness: Arc<Freshness>) -> Self {
        Self { freshness, ..self }
    }

    /// The answer under the key, by `look_up` if none is kept. `forgotten` tells when the key, or what was found under it, was forgotten
    /// for the last time.
    pub(super) async fn get<L>(
        &self,
        key: &K,
        look_up: impl Fn() -> L + Send + Sync,
        forgotten: impl Fn(Option<&V>) -> Option<Instant> + Send + Sync,
    ) -> Result<Option<V>, StorageError>
    where
        L: Future<Output = Result<Option<V>, StorageError>> + Send,
    {
        let timed = async {
            let began = Instant::now();
            Entry { answer: look_up().await.map_err(Arc::new), began }
        };
        let forgotten = |found: Option<&V>| forgotten(found).max(self.freshness.flushed());
        let found_life = self.freshness.life(self.found_life);
        let stale = |kept: &Entry<V>| !(kept.lives(found_life) && kept.postdates(forgotten));
        let entry = self.entries.entry_by_ref(key).or_insert_with_if(timed, stale).await.into_value();
        // The shared look-up may have begun before the key was forgotten and this caller came after.
        if !entry.postdates(forgotten) {
            return look_up().await;
        }
        entry.answer.map_err(shared_error)
    }
}

impl<V> Entry<V> {
    fn lives(&self, found_life: Duration) -> bool {
        let life = match &self.answer {
            Ok(Some(_)) => found_life,
            Ok(None) => MISSED_LIFE.min(found_life),
            Err(_) => Duration::ZERO,
        };
        self.began.elapsed() < life
    }

    fn postdates(&self, forgotten: impl Fn(Option<&V>) -> Option<Instant>) -> bool {
        let found = self.answer.as_ref().ok().and_then(Option::as_ref);
        forgotten(found).is_none_or(|forgotten| self.began > forgotten)
    }
}

/// When something was forgotten. Bounded by what is forgotten within the 10 s that one is remembered.
pub(super) struct Forgotten<G>(RwLock<HashMap<G, Instant>>);

impl<G> Default for Forgotten<G> {
    fn default() -> Self {
        Self(RwLock::new(HashMap::new()))
    }
}

impl<G: Eq + Hash> Forgotten<G> {
    pub(super) fn note(&self, what: G) {
        let mut noted = self.0.write().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, forgotten| forgotten.elapsed() < FORGOTTEN_LIFE);
        noted.insert(what, Instant::now());
    }

    pub(super) fn when(&self, what: &G) -> Option<Instant> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(what).copied()
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
