//! Where the process stands between start and stop, for the readiness probe. It starts and stops nothing itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// What a starting process is at, such as `{"name":"migrating","done":3,"of":9}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phase {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
}

impl Phase {
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), done: None, of: None }
    }
}

/// A check beside the storage's, such as a worker loop that has to be heard of. Cheap and without I/O.
type Check = Box<dyn Fn() -> bool + Send + Sync>;

/// The flags of one process.
#[derive(Default)]
pub struct Lifecycle {
    draining: AtomicBool,
    phase: Mutex<Option<Phase>>,
    checks: Mutex<Vec<(&'static str, Check)>>,
}

impl Lifecycle {
    pub fn set_phase(&self, phase: Option<Phase>) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    pub fn phase(&self) -> Option<Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on the readiness probe is red and connections are closed after their answer.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Makes readiness depend on `check`.
    pub fn watch(&self, name: &'static str, check: impl Fn() -> bool + Send + Sync + 'static) {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).push((name, Box::new(check)));
    }

    /// The names of the checks that fail now.
    pub fn failing(&self) -> Vec<&'static str> {
        let checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        checks.iter().filter(|(_, check)| !check()).map(|(name, _)| *name).collect()
    }
}
