//! A table of numbers that never outgrows its bound. When it is full, what is past goes first, then the lowest numbers: the buckets that are
//! soonest full, the marks that are soonest over, the accounts with the fewest failures. A flood of new names thus pushes out itself and
//! never the bucket that is being emptied; a cache that keeps what is asked for most, or last, would do the contrary.

use std::collections::HashMap;

/// A keyed digest of what is counted.
pub(super) type Digest = [u8; 32];

pub(super) struct Bounded {
    numbers: HashMap<Digest, i64>,
    max: usize,
}

impl Bounded {
    /// `max` is at least 4.
    pub(super) fn new(max: usize) -> Self {
        Self { numbers: HashMap::new(), max: max.max(4) }
    }

    pub(super) fn get(&self, digest: &Digest) -> Option<i64> {
        self.numbers.get(digest).copied()
    }

    /// Numbers up to `past` may go whenever room is wanted.
    pub(super) fn insert(&mut self, digest: Digest, number: i64, past: i64) {
        if self.numbers.len() >= self.max && !self.numbers.contains_key(&digest) {
            self.make_room(past);
        }
        self.numbers.insert(digest, number);
    }

    pub(super) fn remove(&mut self, digest: &Digest) {
        self.numbers.remove(digest);
    }

    /// At least a quarter goes, so that the work is shared by as many insertions.
    fn make_room(&mut self, past: i64) {
        self.numbers.retain(|_, number| *number > past);
        let keep = self.max - self.max / 4;
        if self.numbers.len() <= keep {
            return;
        }
        let mut all: Vec<(i64, Digest)> = self.numbers.iter().map(|(digest, number)| (*number, *digest)).collect();
        let surplus = all.len() - keep;
        all.select_nth_unstable(surplus);
        for (_, digest) in all.iter().take(surplus) {
            self.numbers.remove(digest);
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

    fn digest(n: u64) -> Digest {
        let mut digest = Digest::default();
        digest[..8].copy_from_slice(&n.to_be_bytes());
        digest
    }

    #[test]
    fn the_lowest_go_when_there_is_no_room() {
        let mut table = Bounded::new(100);
        table.insert(digest(u64::MAX), 1_000_000, 0);
        for n in 0..10_000 {
            table.insert(digest(n), 10 + n.cast_signed() % 7, 0);
            assert!(table.len() <= 100);
        }
        assert_eq!(table.get(&digest(u64::MAX)), Some(1_000_000));
        assert!(table.len() >= 75);
    }

    #[test]
    fn the_past_goes_first_and_only_for_want_of_room() {
        let mut table = Bounded::new(8);
        for n in 0..8 {
            table.insert(digest(n), n.cast_signed(), 0);
        }
        assert_eq!(table.len(), 8);
        table.insert(digest(3), 30, 6);
        assert_eq!(table.len(), 8, "what is there needs no room");
        table.insert(digest(8), 80, 6);
        let left: Vec<_> = (0..9).filter(|n| table.get(&digest(*n)).is_some()).collect();
        assert_eq!(left, [3, 7, 8]);
        table.remove(&digest(7));
        assert_eq!(table.get(&digest(7)), None);
    }
}
