//! What is counted, under digests by the key of the ring that signs. While the ring holds the key before it too, what was counted under that
//! answers where the new one has nothing yet; whatever is written stands under the new one.

use orderbase_application::ports::Of;

use super::names::{Digest, Kind, Names};
use crate::memory::bounded::Bounded;
use crate::security::{KeyPurpose, KeyRing, NoKey, RingEntry};

/// Numbers that are kept at most, of each kind and under each key; some 10 MiB.
pub(super) const NUMBERS_MAX: usize = 100_000;

pub(super) struct Counts {
    now: Counted,
    before: Option<Counted>,
}

/// What is counted under one key.
struct Counted {
    names: Names,
    buckets: Bounded<Digest>,
    known: Bounded<Digest>,
    failures: Bounded<Digest>,
}

impl Counts {
    pub(super) fn of_ring(ring: &KeyRing) -> Result<Self, NoKey> {
        Ok(Self { now: Counted::under(ring.signing(KeyPurpose::Throttle)?), before: None })
    }

    /// Counts under the key that signs now, and forgets what stands under one that the ring has let go of.
    pub(super) fn turn(&mut self, ring: &KeyRing) -> Result<(), NoKey> {
        let signing = ring.signing(KeyPurpose::Throttle)?;
        if signing.kid != self.now.names.kid {
            self.before = Some(std::mem::replace(&mut self.now, Counted::under(signing)));
        }
        self.before.take_if(|before| ring.of(KeyPurpose::Throttle).all(|entry| entry.kid != before.names.kid));
        Ok(())
    }

    pub(super) fn get(&self, kind: Kind, of: Of<'_>) -> Option<i64> {
        self.now.get(kind, of).or_else(|| self.before.as_ref()?.get(kind, of))
    }

    /// Numbers of the kind up to `past` may go whenever room is wanted.
    pub(super) fn set(&mut self, kind: Kind, of: Of<'_>, number: i64, past: i64) {
        let digest = self.now.digest(kind, of);
        self.now.table_mut(kind).insert(digest, number, past);
    }

    pub(super) fn remove(&mut self, kind: Kind, of: Of<'_>) {
        for counted in std::iter::once(&mut self.now).chain(&mut self.before) {
            let digest = counted.digest(kind, of);
            counted.table_mut(kind).remove(&digest);
        }
    }

    /// Whether two are counted as one.
    pub(super) fn is_one(&self, kind: Kind, one: Of<'_>, other: Of<'_>) -> bool {
        self.now.digest(kind, one) == self.now.digest(kind, other)
    }

    #[cfg(test)]
    pub(super) fn buckets(&self) -> usize {
        self.now.buckets.len()
    }
}

impl Counted {
    fn under(entry: &RingEntry) -> Self {
        let [buckets, known, failures] = [NUMBERS_MAX; 3].map(Bounded::new);
        Self { names: Names::under(entry), buckets, known, failures }
    }

    fn get(&self, kind: Kind, of: Of<'_>) -> Option<i64> {
        let table = match kind {
            Kind::Bucket(_) => &self.buckets,
            Kind::Known => &self.known,
            Kind::Failures => &self.failures,
        };
        table.get(&self.digest(kind, of))
    }

    fn digest(&self, kind: Kind, of: Of<'_>) -> Digest {
        self.names.digest(kind, of)
    }

    fn table_mut(&mut self, kind: Kind) -> &mut Bounded<Digest> {
        match kind {
            Kind::Bucket(_) => &mut self.buckets,
            Kind::Known => &mut self.known,
            Kind::Failures => &mut self.failures,
        }
    }
}
