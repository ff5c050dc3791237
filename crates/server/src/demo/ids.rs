//! Ids that come again in the next demonstration. Must never serve requests: whoever knows the seed knows them all.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use orderbase_application::ports::Ids;
use orderbase_kernel::Timestamp;
use uuid::Uuid;

use super::random::{Random, mixed};

/// UUIDv7 whose 74 bits beside the time are a mark, a counter and noise of the seed: they ascend as the contract wants.
#[derive(Debug)]
pub struct SeededIds {
    noise: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_millis: u64,
    in_last_millis: u64,
    /// How many ids were asked for at an instant, by [`Ids::at`].
    at: HashMap<u64, u64>,
}

/// Set in ids of [`Ids::at`], so that they never meet those of [`Ids::next`].
const AT: u128 = 1 << 73;
const NOISE_BITS: u32 = 40;

impl SeededIds {
    /// Generators of different purposes do not meet, but for chance.
    #[must_use]
    pub fn new(seed: u64, purpose: &str) -> Self {
        Self { noise: Random::of(seed, purpose).next(), state: Mutex::default() }
    }

    fn id(&self, millis: u64, counter: u64, mark: u128) -> Uuid {
        let noise = mixed(self.noise ^ mixed(millis) ^ mixed(counter.wrapping_add(u64::from(mark != 0) << 63)));
        let tail = mark | (u128::from(counter) << NOISE_BITS) | u128::from(noise >> (u64::BITS - NOISE_BITS));
        let (high, low) = (tail >> 62, tail & ((1 << 62) - 1));
        Uuid::from_u128((u128::from(millis) << 80) | (7 << 76) | (high << 64) | (0b10 << 62) | low)
    }
}

impl Ids for SeededIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let millis = millis_of(now).max(state.last_millis);
        state.in_last_millis = if millis > state.last_millis { 0 } else { state.in_last_millis + 1 };
        state.last_millis = millis;
        self.id(millis, state.in_last_millis, 0)
    }

    fn at(&self, instant: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let millis = millis_of(instant);
        let count = state.at.entry(millis).or_default();
        *count += 1;
        self.id(millis, *count, AT)
    }
}

fn millis_of(instant: Timestamp) -> u64 {
    u64::try_from(instant.millis()).unwrap_or(0)
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
        let ids = SeededIds::new(7, "a");
        let given: Vec<_> = [5, 5, 6, 4, 4, 9].into_iter().map(|at| ids.next(time(at))).collect();
        assert!(given.windows(2).all(|pair| pair[0] < pair[1]));
        let times: Vec<_> = given.iter().map(|id| OrderId::from_uuid(*id).timestamp().unwrap().millis()).collect();
        assert_eq!(times, [5, 5, 6, 6, 6, 9]);
        assert!(given.iter().all(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122));
    }

    #[test]
    fn ids_at_an_instant_have_its_time_ascend_and_never_meet_the_others() {
        let ids = SeededIds::new(7, "a");
        let next = ids.next(time(10));
        let given: Vec<_> = (0..300).map(|_| ids.at(time(10))).collect();
        assert!(given.windows(2).all(|pair| pair[0] < pair[1]) && !given.contains(&next));
        assert!(given.iter().all(|id| OrderId::from_uuid(*id).timestamp() == Some(time(10))));
    }

    #[test]
    fn they_are_a_function_of_seed_purpose_and_time() {
        let first = |seed, purpose: &str| SeededIds::new(seed, purpose).next(time(10));
        assert_eq!(first(7, "a"), first(7, "a"));
        assert_ne!(first(7, "a"), first(8, "a"));
        assert_ne!(first(7, "a"), first(7, "b"));
    }
}
