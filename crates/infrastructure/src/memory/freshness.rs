//! How much what is remembered may be trusted. In a process alone: fully, for it hears of every change. With others it depends on whether
//! their hints arrive.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

/// The life of what is remembered while hints may be missing.
const DEAF_LIFE: Duration = Duration::from_secs(1);

/// Shared by the caches of a process, and set by who hears the hints.
#[derive(Default)]
pub struct Freshness {
    deaf: AtomicBool,
    flushed: RwLock<Option<Instant>>,
}

impl Freshness {
    /// From now on hints may be missing, or are heard again.
    pub fn set_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::Relaxed);
    }

    /// Nothing that a look-up answers which began before now is to be used.
    pub fn flush(&self) {
        *self.flushed.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// At most as long as given.
    pub(super) fn life(&self, life: Duration) -> Duration {
        if self.deaf.load(Ordering::Relaxed) { life.min(DEAF_LIFE) } else { life }
    }

    pub(super) fn flushed(&self) -> Option<Instant> {
        *self.flushed.read().unwrap_or_else(PoisonError::into_inner)
    }
}
