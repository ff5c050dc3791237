//! A clock that stands where a test has put it.

use std::sync::atomic::{AtomicI64, Ordering};

use orderbase_kernel::Timestamp;

use crate::ports::Clock;

/// Stands still, or goes on by a step with each reading.
#[derive(Debug)]
pub struct FixedClock {
    millis: AtomicI64,
    step_millis: AtomicI64,
}

impl FixedClock {
    pub fn at(instant: Timestamp) -> Self {
        Self { millis: AtomicI64::new(instant.millis()), step_millis: AtomicI64::new(0) }
    }

    pub fn set(&self, instant: Timestamp) {
        self.millis.store(instant.millis(), Ordering::SeqCst);
    }

    /// Moves on, or back with a negative number.
    pub fn advance_millis(&self, millis: i64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// From now on each reading moves the clock by this much.
    pub fn step_millis(&self, millis: i64) {
        self.step_millis.store(millis, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        let millis = self.millis.fetch_add(self.step_millis.load(Ordering::SeqCst), Ordering::SeqCst);
        Timestamp::from_millis(millis).unwrap()
    }
}
