//! The clock of the seeding: it is put where the story is, and moves a little with each look. Must never serve requests.

use std::sync::atomic::{AtomicI64, Ordering};

use orderbase_application::ports::Clock;
use orderbase_kernel::Timestamp;

/// What one reading takes.
const STEP_MILLIS: i64 = 1;

/// Never steps back.
#[derive(Debug)]
pub struct SteppingClock(AtomicI64);

impl SteppingClock {
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.millis()))
    }

    /// Moves on to the instant, unless it is past.
    pub fn move_to(&self, instant: Timestamp) {
        self.0.fetch_max(instant.millis(), Ordering::SeqCst);
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let millis = self.0.fetch_add(STEP_MILLIS, Ordering::SeqCst);
        Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_steps_and_never_back() {
        let time = |millis| Timestamp::from_millis(millis).unwrap();
        let clock = SteppingClock::at(time(10));
        assert_eq!((clock.now(), clock.now()), (time(10), time(11)));
        clock.move_to(time(5));
        assert_eq!(clock.now(), time(12));
        clock.move_to(time(100));
        assert_eq!(clock.now(), time(100));
    }
}
