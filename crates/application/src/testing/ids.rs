//! Ids that come again in the next run.

use std::collections::HashMap;
use std::sync::Mutex;

use orderbase_kernel::Timestamp;
use uuid::Uuid;

use crate::ports::Ids;

/// UUIDv7 whose random bits are a counter and a seed. Two generators with different seeds never meet.
#[derive(Debug)]
pub struct SeededIds {
    seed: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_millis: u64,
    in_last_millis: u64,
    /// How many ids were asked for at an instant, by [`Ids::at`].
    at: HashMap<u64, u64>,
}

/// Marks ids of [`Ids::at`], so that they never meet those of [`Ids::next`].
const AT: u32 = 1 << 31;

impl SeededIds {
    /// `seed` below 2^31.
    pub fn new(seed: u32) -> Self {
        Self { seed: seed & !AT, state: Mutex::default() }
    }
}

impl Ids for SeededIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap();
        let millis = millis_of(now).max(state.last_millis);
        state.in_last_millis = if millis > state.last_millis { 0 } else { state.in_last_millis + 1 };
        state.last_millis = millis;
        v7(millis, state.in_last_millis, self.seed)
    }

    fn at(&self, instant: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap();
        let millis = millis_of(instant);
        let count = state.at.entry(millis).or_default();
        *count += 1;
        v7(millis, *count, self.seed | AT)
    }
}

fn millis_of(instant: Timestamp) -> u64 {
    u64::try_from(instant.millis()).unwrap_or(0)
}

/// 48 bits of time, 42 of the counter, 32 of the seed.
fn v7(millis: u64, counter: u64, seed: u32) -> Uuid {
    let (high, low) = (u128::from((counter >> 30) & 0xfff), u128::from(counter & 0x3fff_ffff));
    Uuid::from_u128(
        (u128::from(millis) << 80) | (7 << 76) | (high << 64) | (0b10 << 62) | (low << 32) | u128::from(seed),
    )
}

#[cfg(test)]
mod tests {
    use orderbase_kernel::OrderId;

    use super::*;

    fn time(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn ids_ascend_even_when_the_clock_steps_back() {
        let ids = SeededIds::new(7);
        let given: Vec<_> = [5, 5, 6, 4, 4, 9].into_iter().map(|at| ids.next(time(at))).collect();
        assert!(given.windows(2).all(|pair| pair[0] < pair[1]));
        let times: Vec<_> = given.iter().map(|id| OrderId::from_uuid(*id).timestamp().unwrap().millis()).collect();
        assert_eq!(times, [5, 5, 6, 6, 6, 9]);
    }

    #[test]
    fn ids_at_an_instant_have_its_time_and_ascend() {
        let ids = SeededIds::new(7);
        ids.next(time(1_000));
        let given: Vec<_> = (0..3).map(|_| ids.at(time(10))).collect();
        assert!(given.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(given.iter().all(|id| OrderId::from_uuid(*id).timestamp() == Some(time(10))));
        assert_eq!(SeededIds::new(7).at(time(10)), given[0], "the same in the next run");
        assert_ne!(SeededIds::new(8).at(time(10)), given[0]);
    }
}
