//! A table of numbers that never outgrows its bound. When it is full, what is past goes first, then the lowest numbers: the buckets that are
//! soonest full, the marks that are soonest over, the accounts with the fewest failures. A flood of new names thus pushes out itself and
//! never the bucket that is being emptied; a cache that keeps what is asked for most, or last, would do the contrary.

use std::collections::HashMap;
use std::hash::Hash;

pub(crate) struct Bounded<K> {
    numbers: HashMap<K, i64>,
    max: usize,
}

impl<K: Copy + Eq + Hash + Ord> Bounded<K> {
    /// `max` is at least 4.
    pub(crate) fn new(max: usize) -> Self {
        Self { numbers: HashMap::new(), max: max.max(4) }
    }

    pub(crate) fn get(&self, key: &K) -> Option<i64> {
        self.numbers.get(key).copied()
    }

    /// Numbers up to `past` may go whenever room is wanted.
    pub(crate) fn insert(&mut self, key: K, number: i64, past: i64) {
        if self.numbers.len() >= self.max && !self.numbers.contains_key(&key) {
            self.make_room(past);
        }
        self.numbers.insert(key, number);
    }

    pub(crate) fn remove(&mut self, key: &K) {
        self.numbers.remove(key);
    }

    /// At least a quarter goes, so that the work is shared by as many insertions.
    fn make_room(&mut self, past: i64) {
        self.numbers.retain(|_, number| *number > past);
        let keep = self.max - self.max / 4;
        if self.numbers.len() <= keep {
            return;
        }
        let mut all: Vec<(i64, K)> = self.numbers.iter().map(|(key, number)| (*number, *key)).collect();
        let surplus = all.len() - keep;
        all.select_nth_unstable(surplus);
        for (_, key) in all.iter().take(surplus) {
            self.numbers.remove(key);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_go_when_there_is_no_room() {
        let mut table = Bounded::new(100);
        table.insert(u64::MAX, 1_000_000, 0);
        for n in 0..10_000 {
            table.insert(n, 10 + n.cast_signed() % 7, 0);
            assert!(table.len() <= 100);
        }
        assert_eq!(table.get(&u64::MAX), Some(1_000_000));
        assert!(table.len() >= 75);
    }

    #[test]
    fn the_past_goes_first_and_only_for_want_of_room() {
        let mut table = Bounded::new(8);
        for n in 0_i64..8 {
            table.insert(n, n, 0);
        }
        assert_eq!(table.len(), 8);
        table.insert(3, 30, 6);
        assert_eq!(table.len(), 8, "what is there needs no room");
        table.insert(8, 80, 6);
        let left: Vec<_> = (0..9).filter(|n| table.get(n).is_some()).collect();
        assert_eq!(left, [3, 7, 8]);
        table.remove(&7);
        assert_eq!(table.get(&7), None);
    }
}
