//! UUIDv7 (RFC 9562 §5.7) that ascend within the process. It never reads the clock: the instant comes in, so that id and
//! `created_at` are of one reading.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use orderbase_application::ports::Ids;
use orderbase_kernel::Timestamp;
use uuid::Uuid;

/// Random bits of a UUIDv7: 12 beside the version, 62 beside the variant.
const TAIL_BITS: u32 = 74;
const MILLIS_MAX: u64 = (1 << 48) - 1;

/// The generator of an instance. Two instances never agree on the random part (RFC 9562 §6.2, method 2 with a random start).
#[derive(Debug)]
pub struct SystemIds {
    last: Mutex<Last>,
    /// Number of the next id with a given time, from a random start of 41 bits.
    serial: AtomicU64,
}

#[derive(Debug, Default)]
struct Last {
    millis: u64,
    tail: u128,
}

impl SystemIds {
    #[must_use]
    pub fn new() -> Self {
        Self { last: Mutex::default(), serial: AtomicU64::new(random() as u64 >> 23) }
    }
}

impl Default for SystemIds {
    fn default() -> Self {
        Self::new()
    }
}

impl Ids for SystemIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let now = millis(now);
        let random = random();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let step = (random & u128::from(u32::MAX)) + 1;
        let fresh = (random >> 32) & tail_mask(TAIL_BITS - 1);
        *last = if now > last.millis {
            Last { millis: now, tail: fresh }
        } else if last.tail + step <= tail_mask(TAIL_BITS) {
            Last { millis: last.millis, tail: last.tail + step }
        } else {
            // 2^73 and more ids in one millisecond: time is borrowed, order is kept.
            Last { millis: last.millis + 1, tail: fresh }
        };
        compose(last.millis, last.tail)
    }

    fn at(&self, instant: Timestamp) -> Uuid {
        // One counter for all instants, so that importers at work side by side do not disturb each other's order.
        let serial = self.serial.fetch_add(1, Ordering::Relaxed) & ((1 << 42) - 1);
        let random = random() & u128::from(u32::MAX);
        compose(millis(instant), (u128::from(serial) << 32) | random)
    }
}

/// UUIDv7 begins in 1970.
fn millis(instant: Timestamp) -> u64 {
    u64::try_from(instant.millis()).unwrap_or(0).min(MILLIS_MAX)
}

fn compose(millis: u64, tail: u128) -> Uuid {
    let rand_a = (tail >> 62) & 0xfff;
    let rand_b = tail & tail_mask(62);
    Uuid::from_u128((u128::from(millis) << 80) | (7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)
}

const fn tail_mask(bits: u32) -> u128 {
    (1 << bits) - 1
}

fn random() -> u128 {
    let mut bytes = [0; 16];
    crate::security::random::fill(&mut bytes);
    u128::from_ne_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn time_of(id: Uuid) -> i64 {
        orderbase_kernel::OrderId::from_uuid(id).timestamp().unwrap().millis()
    }

    #[test]
    fn ids_ascend_under_eight_threads() {
        let ids = SystemIds::new();
        let all: Vec<Vec<Uuid>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8)
                .map(|worker| {
                    let ids = &ids;
                    scope.spawn(move || {
                        (0..5_000).map(|n| ids.next(at(1_768_478_400_000 + (n + worker) / 50))).collect()
                    })
                })
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).collect()
        });
        for own in &all {
            assert!(own.is_sorted_by(|a, b| a < b), "a thread saw its ids descend");
        }
        let distinct: HashSet<_> = all.iter().flatten().collect();
        assert_eq!(distinct.len(), 40_000);
    }

    #[test]
    fn ids_ascend_when_the_clock_steps_back() {
        let ids = SystemIds::new();
        let times = [1_000, 1_000, 999, 5_000, 4_000, 0, 5_000, 5_001];
        let made: Vec<_> = times.into_iter().map(|millis| ids.next(at(millis))).collect();
        assert!(made.is_sorted_by(|a, b| a < b));
        assert_eq!(
            made.iter().map(|id| time_of(*id)).collect::<Vec<_>>(),
            [1_000, 1_000, 1_000, 5_000, 5_000, 5_000, 5_000, 5_001]
        );
    }

    #[test]
    fn a_full_millisecond_borrows_from_the_next() {
        let ids = SystemIds::new();
        *ids.last.lock().unwrap() = Last { millis: 7, tail: tail_mask(TAIL_BITS) };
        let before = compose(7, tail_mask(TAIL_BITS));
        let id = ids.next(at(7));
        assert!(id > before);
        assert_eq!(time_of(id), 8);
    }

    #[test]
    fn at_has_exactly_the_instant_and_ascends() {
        let ids = SystemIds::new();
        let instants = [1_700_000_000_000, 1_200_000_000_000, 1_700_000_000_000];
        let mut seen: std::collections::BTreeMap<i64, Vec<Uuid>> = std::collections::BTreeMap::new();
        for round in 0..500 {
            let instant = instants[round % 3];
            let id = ids.at(at(instant));
            assert_eq!(time_of(id), instant);
            assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
            seen.entry(instant).or_default().push(id);
        }
        assert!(seen.values().all(|made| made.is_sorted_by(|a, b| a < b)));
        let newest = ids.next(at(1_000));
        assert_eq!(time_of(newest), 1_000, "history does not move the present");
    }
}
